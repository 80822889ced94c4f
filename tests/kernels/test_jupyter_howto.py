"""Every command of the how-to page for Jupyter users does what the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat

from tests.support.jupyter import ENVIRONMENT, PROJECT

PAGE = (PROJECT / "docs" / "how-to" / "use-the-sandbox-in-jupyter.md").read_text()
# Not into the environment that runs the tests: only as far as a plan of what would be installed.
PLANNED = "pip install --quiet --dry-run --no-deps --no-build-isolation"


def blocks(language: str) -> list[str]:
    """The page's code of one language, with this machine's paths in place of the reader's."""
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return [
        block.replace("/path/to/liveroom", str(PROJECT)).replace("/home/ada/science", str(ENVIRONMENT))
        for block in found
    ]


def test_every_command_of_the_page_works(tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell(
        "import os; print(os.getcwd(), os.listdir('/home') if os.path.exists('/home') else [])"
    )
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "analysis.ipynb")
    install, make_environment, add, execute = blocks("sh")
    assert "ipykernel" in make_environment  # `make setup` has built one
    home = {"HOME": str(tmp_path), "PATH": f"{Path(sys.executable).parent}:{os.defpath}"}

    def run(*command: str) -> str:
        return subprocess.run(
            command, cwd=tmp_path, env=home, check=True, capture_output=True, text=True
        ).stdout

    assert "liveroom-sandbox" in run("sh", "-euc", install.replace("pip install", PLANNED))
    run("sh", "-euc", add)
    run("sh", "-euc", execute)
    assert printed(tmp_path / "analysis.ipynb") == "/room []\n"
    (from_python,) = blocks("python")
    run("python", "-c", from_python)
    assert printed(tmp_path / "done.ipynb") == "/room []\n"


def printed(path: Path) -> str:
    notebook = nbformat.read(path, as_version=4)
    text: str = notebook.cells[0].outputs[0].text
    return text
