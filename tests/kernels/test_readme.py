"""The examples of the package's README run as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.jupyter import ENVIRONMENT, PROJECT

EXAMPLES: list[str] = re.findall(
    r"```python\n(.*?)```", (PROJECT / "kernels" / "README.md").read_text(), re.DOTALL
)


@pytest.mark.parametrize(
    ("example", "printed"), [(0, ["tensor(2.)", "status='ok'"]), (1, ["status='ok'", "name='total'"])]
)
def test_an_example_runs(example: int, printed: list[str], folder: Path) -> None:
    (folder / ".venv-kernel").symlink_to(ENVIRONMENT)
    environ = {"PATH": os.defpath, "PYTHONPATH": str(PROJECT), "TMPDIR": str(folder)}
    ran = subprocess.run(
        [sys.executable, "-c", EXAMPLES[example]], cwd=folder, env=environ, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    for part in printed:
        assert part in ran.stdout
