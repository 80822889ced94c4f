"""Adds packages to the Python environments of kernels, by their own pip, and proves them in a sealed process."""

import asyncio
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from kernels.environments import packages
from kernels.errors import KernelsUnavailable
from kernels.launch import run_sealed
from liveroom.errors import LiveroomError

PROJECT = Path(__file__).resolve().parent.parent
PINS = PROJECT / "requirements" / "kernel.txt"
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
IMPORT_SECONDS = 300.0
_DISTRIBUTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Runs sealed, in the environment: which of these distributions' modules cannot be imported, and why.
_IMPORT = """
import importlib, importlib.metadata as metadata, json
failed = {}
for name in NAMES:
    files = metadata.distribution(name).files or []
    tops = {file.parts[0].removesuffix(".py") for file in files if file.suffix in (".py", ".so")}
    for top in sorted(top for top in tops if top.isidentifier() and not top.startswith("_")):
        try:
            importlib.import_module(top)
        except BaseException as error:
            failed[top] = f"{type(error).__name__}: {error}"
print()
print(json.dumps(failed))
"""

Tell = Callable[[str], None]


class EnvironmentUnchanged(LiveroomError):
    """The packages of an environment are what they were; the sentence says why."""


class EnvironmentBroken(LiveroomError):
    """Packages were installed and do not work in a kernel."""


def add(environment: Path, wanted: tuple[str, ...], *, tell: Tell) -> None:
    """Install packages; what is there already stays as it is, unless it is named. Prints what has changed.

    Raises EnvironmentUnchanged or EnvironmentBroken.
    """
    if not (environment / "bin" / "python").exists():
        raise EnvironmentUnchanged(
            f"{environment} is not a Python environment; run `make setup`, or make a new one."
        )
    names = [_name(requirement) for requirement in wanted]
    before = packages(environment)
    kept = {name: version for name, version in before.items() if name not in names}
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text(
            "".join(f"{name}=={version}\n" for name, version in kept.items()), encoding="utf-8"
        )
        _install(environment, wanted, constraints, torch="torch" not in kept)
    _tell_changes(before, packages(environment), tell)
    _prove(environment, [*names, "ipykernel"])
    tell(
        "They can be imported in a sealed kernel. Kernels that start from now on have them; those that run do not."
    )


def new(name: str, python: str, wanted: tuple[str, ...], *, tell: Tell) -> Path:
    """Make an environment with ipykernel and these packages, at the versions that the project pins where it does."""
    if not NAME.fullmatch(name) or len(name) > 60:
        raise EnvironmentUnchanged(
            f"{name!r} cannot be an environment's name; use a-z, 0-9 and single hyphens."
        )
    environment = PROJECT / f".venv-kernel-{name}"
    if environment.exists():
        raise EnvironmentUnchanged(f"{environment} is there already; add to it, or remove the folder first.")
    names = [_name(requirement) for requirement in wanted]
    try:
        _run([python, "-m", "venv", str(environment)], f"{python} cannot make an environment")
        _install(environment, ("ipykernel", *wanted), PINS, torch=True)
        _prove(environment, [*names, "ipykernel"])
    except BaseException:
        shutil.rmtree(environment, ignore_errors=True)
        raise
    _tell_changes({}, packages(environment), tell)
    tell("To use it, put this into liveroom.toml and restart the server:\n")
    tell(f'[kernel_environments]\n{name} = "{environment}"')
    return environment


def describe(name: str, environment: Path) -> str:
    """One line about an environment."""
    found = packages(environment)
    if not found:
        return f"{name}: {environment} is not there, or has no packages"
    shown = ("ipykernel", "numpy", "pandas", "scikit-learn", "torch")
    listed = ", ".join(f"{package} {found[package]}" for package in shown if package in found)
    return f"{name}: {environment}, {len(found)} packages, among them {listed}"


def _install(environment: Path, wanted: Iterable[str], constraints: Path, *, torch: bool) -> None:
    """`torch`: it is not there yet and may be needed; then it comes from the index of CPU builds, if that answers."""
    index: list[str] = []
    if torch:
        script = [sys.executable, str(PROJECT / "scripts" / "torch_index.py")]
        address = subprocess.run(script, capture_output=True, text=True, check=False).stdout.strip()
        index = ["--extra-index-url", address] if address else []
    options = ["--no-input", "--disable-pip-version-check", "--root-user-action=ignore", *index]
    command = [*_pip(environment), "install", *options, "-c", str(constraints), "--", *wanted]
    _run(command, f"pip could not install {', '.join(wanted)} beside what is there")


def _pip(environment: Path) -> list[str]:
    """The environment's own pip, or the server's for it."""
    python = str(environment / "bin" / "python")
    if any(environment.glob("lib/python3*/site-packages/pip/__main__.py")):
        return [python, "-m", "pip"]
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--python", python]
    raise EnvironmentUnchanged(
        f"Neither {python} nor the server's Python has pip; run `{python} -m ensurepip`."
    )


def _run(command: list[str], complaint: str) -> None:
    """Run it with its progress on the terminal. Its last line of complaint ends ours."""
    try:
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, env=_environ())
    except OSError as error:
        raise EnvironmentUnchanged(f"{complaint}: {error.strerror}.") from error
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        last = (errors or done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise EnvironmentUnchanged(f"{complaint}: {last.removeprefix('ERROR: ').rstrip('.')}.")


def _environ() -> dict[str, str]:
    """pip's own settings are the site's; those of an activated environment are not about this one."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET")
    }


def _prove(environment: Path, names: list[str]) -> None:
    source = _IMPORT.replace("NAMES", repr(sorted(set(names))))
    try:
        code, printed = asyncio.run(run_sealed(environment, source, seconds=IMPORT_SECONDS))
    except KernelsUnavailable as error:
        raise EnvironmentBroken(f"They are installed, but could not be tried: {error}") from error
    lines = printed.strip().splitlines()
    failed = json.loads(lines[-1]) if code == 0 and lines else {"its packages": f"exit code {code}"}
    if failed:
        told = "; ".join(f"{module} ({why})" for module, why in failed.items())
        python = environment / "bin" / "python"
        raise EnvironmentBroken(
            f"They are installed, but a sealed kernel cannot import {told}. "
            f"Take them out again with `{python} -m pip uninstall`."
        )


def _tell_changes(before: dict[str, str], after: dict[str, str], tell: Tell) -> None:
    for name in sorted(before.keys() | after.keys()):
        was, is_now = before.get(name), after.get(name)
        if was is None:
            tell(f"added {name} {is_now}")
        elif is_now is None:
            tell(f"removed {name} {was}")
        elif was != is_now:
            tell(f"changed {name} {was} to {is_now}")
    if before == after:
        tell("Nothing has changed: all of it was there.")


def _name(requirement: str) -> str:
    """The distribution that a requirement such as `einops>=0.8` or `PKG[extra]` is about."""
    found = _DISTRIBUTION.match(requirement)
    if found is None or requirement[found.end() :].lstrip()[:1] not in (
        "",
        "=",
        "<",
        ">",
        "!",
        "~",
        "[",
        ";",
        "@",
    ):
        raise EnvironmentUnchanged(
            f"{requirement!r} is not a package's name with a version; write it like einops==0.8.1."
        )
    return re.sub(r"[-_.]+", "-", found.group()).lower()
