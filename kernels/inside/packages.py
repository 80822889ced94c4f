"""What stands in for pip and its like, where there is no network: one sentence, and what is installed.

Laid out for the room's other processes too, as the package `pip` and as commands, so it imports the stdlib alone.
"""

import os
import re
import sys
import tempfile
import textwrap
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

TOOLS = ("pip", "pip3", "uv", "conda", "mamba", "micromamba", "poetry", "pipenv")
MAGICS = ("pip", "uv", "conda", "mamba", "micromamba")
NO_NETWORK = (
    "Kernels have no network, so nothing can be downloaded here: use what is installed and the files in data/, "
    "or make what you need yourself."
)
_FIRST = ("torch", "numpy", "pandas", "scipy", "scikit-learn", "matplotlib")
_TOOLING = ("ipykernel", "pip", "setuptools", "wheel")
_INSTALLING = ("install", "add", "create", "update", "upgrade", "download", "sync", "uninstall", "remove")
_SOURCE = Path(__file__).read_text(encoding="utf-8")
_COLUMNS = 100


def lay_out() -> None:
    """Put the commands on the PATH, and the package before the environment's own, of processes that start later."""
    folder = Path(tempfile.gettempdir(), ".tools")
    package = folder / "python" / "pip"
    package.mkdir(parents=True)
    package.joinpath("__init__.py").write_text(_SOURCE, encoding="utf-8")
    package.joinpath("__main__.py").write_text(
        "import sys\nfrom pip import main\n\nsys.exit(main('pip', sys.argv[1:]))\n", encoding="utf-8"
    )
    commands = folder / "bin"
    commands.mkdir()
    for tool in TOOLS:
        run = f"import sys; from pip import main; sys.exit(main({tool!r}, sys.argv[1:]))"
        commands.joinpath(tool).write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -c "{run}" "$@"\n', encoding="utf-8"
        )
        commands.joinpath(tool).chmod(0o755)
    os.environ["PATH"] = f"{commands}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.environ["PYTHONPATH"] = str(package.parent)


def main(tool: str, arguments: Sequence[str]) -> int:
    """Do what of the tool can be done here; its exit code."""
    words = [word for word in arguments if not word.startswith("-")]
    if words[:1] == ["pip"]:
        del words[0]  # uv pip install
    command = words[0] if words else ""
    if command == "list":
        print("\n".join(f"{name:<26} {version}" for name, version in _installed().items()))
    elif command == "freeze":
        print("\n".join(f"{name}=={version}" for name, version in _installed().items()))
    elif command == "show":
        return _show(words[1:])
    elif command in _INSTALLING:
        return _refuse(words[1:])
    else:
        print(
            f"Here, {tool} can list, freeze and show what is installed, and nothing else.\n{installed_text()}"
        )
        return int(bool(command))
    return 0


def without_network() -> str:
    """What to tell whoever has tried to reach the network."""
    return f"{NO_NETWORK}\n{_wrapped('Installed', _first())}\n`%pip list` shows all."


def installed_text() -> str:
    """Every package with its version, those that people ask for first."""
    first = _first()
    rest = {name: version for name, version in _installed().items() if name not in first}
    return f"{_wrapped('Installed', first)}\n{_wrapped('Beside them', rest)}"


def _refuse(wanted: Iterable[str]) -> int:
    installed = {_normal(name): version for name, version in _installed().items()}
    names = [found[0] for word in wanted if (found := re.match(r"[A-Za-z0-9][\w.-]*", word))]
    missing = [name for name in names if _normal(name) not in installed]
    if names and not missing:
        have = ", ".join(f"{name} {installed[_normal(name)]}" for name in names)
        print(f"Installed already: {have}. Nothing else can be installed here, as kernels have no network.")
        return 0
    print(
        f"{', '.join(missing) or 'That'} cannot be installed here, as kernels have no network: use what is installed, "
        "or write what you need; whoever runs this server can add packages for the next interview."
    )
    print(installed_text())
    return 1


def _show(names: Sequence[str]) -> int:
    for name in names:
        try:
            found = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            print(f"{name} is not installed.\n{installed_text()}")
            return 1
        print("\n".join(f"{field}: {found[field] or ''}" for field in ("Name", "Version", "Summary")))
        print(f"Requires: {', '.join(sorted(_required(metadata.requires(name))))}")
    return 0


def _installed() -> dict[str, str]:
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(name, distribution.version)
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def _first() -> dict[str, str]:
    """What people ask for, then whatever no other package brought along."""
    installed = _installed()
    brought = {_normal(need) for name in installed for need in _required(metadata.requires(name))}
    asked = [name for name in _FIRST if name in installed]
    alone = [name for name in installed if _normal(name) not in brought and name not in (*asked, *_TOOLING)]
    return {name: installed[name] for name in (*asked, *alone)}


def _required(requirements: Iterable[str] | None) -> set[str]:
    needed = (need for need in requirements or () if "extra ==" not in need)
    return {found[0] for need in needed if (found := re.match(r"[\w.-]+", need))}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _wrapped(title: str, versions: dict[str, str]) -> str:
    text = f"{title}: " + ", ".join(f"{name}\0{version}" for name, version in versions.items())
    return textwrap.fill(text, _COLUMNS, subsequent_indent="  ", break_on_hyphens=False).replace("\0", " ")
