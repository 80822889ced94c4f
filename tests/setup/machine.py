"""A machine made up of the few commands that a test gives it: a PATH of one folder, filled by hand."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Machine:
    bin: Path

    def has(self, *commands: str) -> None:
        """The real ones of this machine."""
        for command in commands:
            found = shutil.which(command)
            assert found is not None, f"the tests themselves need {command}"
            self.answers(command, f'exec "{found}" "$@"')

    def has_python(self, name: str = "python3", *, without: str = "\n") -> None:
        """This test's own Python; scripts of it that name `without` fail."""
        self.answers(name, f'case "$*" in *"{without}"*) exit 1 ;; esac; exec "{sys.executable}" "$@"')

    def answers(self, command: str, script: str) -> None:
        path = self.bin / command
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(self, *command: str, cwd: Path = PROJECT, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        return subprocess.run(
            ["/bin/sh", *command],
            cwd=cwd,
            env={**kept, "PATH": str(self.bin), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
