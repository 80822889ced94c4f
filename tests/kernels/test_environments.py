"""Environments of kernels: what counts as a change."""

import os
from pathlib import Path

import pytest

from kernels.environments import fingerprint


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """The parts of a virtual environment that tell what is in it."""
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    (packages / "numpy").mkdir(parents=True)
    (packages / "numpy-2.4.6.dist-info").mkdir()
    (packages / "numpy-2.4.6.dist-info" / "RECORD").write_text("numpy/__init__.py,,\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text("the interpreter")
    (tmp_path / "pyvenv.cfg").write_text("version = 3.11.7\n")
    return tmp_path


def test_an_environment_that_was_only_used_keeps_its_fingerprint(venv: Path) -> None:
    before = fingerprint(venv)
    (venv / "lib" / "python3.11" / "site-packages" / "numpy" / "__pycache__").mkdir()
    assert fingerprint(venv) == before


@pytest.mark.parametrize("change", ["add", "remove", "renew", "upgrade Python", "renew Python"])
def test_every_change_gives_another_fingerprint(venv: Path, change: str) -> None:
    before = fingerprint(venv)
    packages = venv / "lib" / "python3.11" / "site-packages"
    match change:
        case "add":
            (packages / "einops-0.8.1.dist-info").mkdir()
        case "remove":
            (packages / "numpy-2.4.6.dist-info").rename(packages / "~umpy")
        case "renew":  # the same version once more: pip makes the folder anew
            os.utime(packages / "numpy-2.4.6.dist-info", ns=(1, 1))
        case "upgrade Python":
            (venv / "pyvenv.cfg").write_text("version = 3.11.8\n")
        case "renew Python":
            (venv / "bin" / "python").write_text("the interpreter, built again")
    assert fingerprint(venv) != before


def test_a_missing_environment_differs_from_the_one_that_comes(tmp_path: Path, venv: Path) -> None:
    assert fingerprint(tmp_path / "nothing") == fingerprint(tmp_path / "nothing")
    assert fingerprint(tmp_path / "nothing") != fingerprint(venv)
