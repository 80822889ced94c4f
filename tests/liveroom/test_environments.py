"""Packages are added to kernels' environments by a real pip, from wheels that are made here, and really imported."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kernels.environments import fingerprint, packages
from liveroom import environments
from liveroom.environments import EnvironmentBroken, EnvironmentUnchanged, add, new


def wheel(folder: Path, name: str, version: str, *needs: str, source: str = "") -> None:
    """The smallest package that pip installs: one module."""
    info = f"{name}-{version}.dist-info"
    metadata = [
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}",
        *(f"Requires-Dist: {need}" for need in needs),
    ]
    files = {
        f"{name}.py": source,
        f"{info}/METADATA": "\n".join(metadata) + "\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


PIP = {"PATH": os.defpath, "PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": "1"}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    wheel(folder, "ipykernel", "7.4.0")
    wheel(folder, "torch", "2.13.0+cpu")
    wheel(folder, "torch", "3.0.0")
    wheel(folder, "einops", "0.8.1")
    wheel(folder, "uses_torch", "1.0", "torch>=2")
    wheel(folder, "wants_newer", "1.0", "torch>=3")
    wheel(folder, "broken", "1.0", source="raise OSError('a library is missing')")
    return folder


@pytest.fixture(autouse=True)
def from_wheels(wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pip looks there and nowhere else."""
    for name, value in {**PIP, "PIP_FIND_LINKS": str(wheels)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PIP_CONSTRAINT", raising=False)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Path:
    """Without a pip of its own: the server's does it."""
    folder = tmp_path_factory.mktemp("template") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
    wanted = ["--find-links", str(wheels), "ipykernel", "torch==2.13.0+cpu"]
    subprocess.run([*pip, *wanted], check=True, env=PIP)
    return folder


@pytest.fixture
def venv(tmp_path: Path, template: Path) -> Path:
    return shutil.copytree(template, tmp_path / "env", symlinks=True)


def test_what_is_added_is_told_and_torch_stays_the_build_that_it_is(venv: Path) -> None:
    told: list[str] = []
    before = fingerprint(venv)
    add(venv, ("uses_torch", "einops==0.8.1"), tell=told.append)
    assert packages(venv) == {
        "einops": "0.8.1",
        "ipykernel": "7.4.0",
        "torch": "2.13.0+cpu",
        "uses-torch": "1.0",
    }
    assert told == [
        "added einops 0.8.1",
        "added uses-torch 1.0",
        "They can be imported in a sealed kernel. Kernels that start from now on have them; those that run do not.",
    ]
    assert fingerprint(venv) != before


def test_what_needs_another_torch_is_refused_and_nothing_changes(venv: Path) -> None:
    before = fingerprint(venv)
    with pytest.raises(
        EnvironmentUnchanged, match=r"^pip could not install wants_newer beside what is there: .*\.$"
    ):
        add(venv, ("wants_newer",), tell=print)
    assert fingerprint(venv) == before


def test_what_is_named_may_change(venv: Path) -> None:
    told: list[str] = []
    add(venv, ("torch>=3",), tell=told.append)
    assert told[0] == "changed torch 2.13.0+cpu to 3.0.0"


def test_what_is_there_already_is_no_error(venv: Path) -> None:
    told: list[str] = []
    add(venv, ("torch",), tell=told.append)
    assert told[0] == "Nothing has changed: all of it was there."


def test_what_a_sealed_kernel_cannot_import_is_told_with_its_reason(venv: Path) -> None:
    with pytest.raises(EnvironmentBroken, match=r"cannot import broken \(OSError: a library is missing\)"):
        add(venv, ("broken",), tell=print)


@pytest.mark.parametrize("name", ["--index-url=http://elsewhere", "-r", "./folder", "", "git+https://x"])
def test_only_packages_can_be_named(venv: Path, name: str) -> None:
    before = fingerprint(venv)
    with pytest.raises(EnvironmentUnchanged):
        add(venv, (name,), tell=print)
    assert fingerprint(venv) == before


def test_a_folder_that_is_no_environment_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentUnchanged, match="run `make setup`, or make a new one"):
        add(tmp_path, ("einops",), tell=print)


def test_a_new_environment_is_made_and_the_settings_lines_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pins.txt").write_text("ipykernel==7.4.0\ntorch==2.13.0\n")
    monkeypatch.setattr(environments, "PROJECT", tmp_path)
    monkeypatch.setattr(environments, "PINS", tmp_path / "pins.txt")
    told: list[str] = []
    made = new("small", sys.executable, ("uses_torch",), tell=told.append)
    assert packages(made).items() >= {("ipykernel", "7.4.0"), ("torch", "2.13.0+cpu"), ("uses-torch", "1.0")}
    assert told[-1] == f'[kernel_environments]\nsmall = "{tmp_path}/.venv-kernel-small"'
    with pytest.raises(EnvironmentUnchanged, match="is there already"):
        new("small", sys.executable, (), tell=print)


@pytest.mark.parametrize(("name", "python"), [("small", "/usr/bin/false"), ("../small", sys.executable)])
def test_of_a_new_environment_that_did_not_come_about_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, python: str
) -> None:
    monkeypatch.setattr(environments, "PROJECT", tmp_path)
    with pytest.raises(EnvironmentUnchanged):
        new(name, python, (), tell=print)
    assert list(tmp_path.iterdir()) == []
