"""Writes requirements/NAME.txt from what is installed now: `python scripts/pin.py server dev` or `… kernel`.

Each file holds what was asked for and everything that pulls in, at its exact version. It is run by the
interpreter of the environment that is to be pinned, after packages were upgraded there.
"""

import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parent.parent


def asked_for(name: str, project: dict[str, Any]) -> list[str]:
    match name:
        case "server":
            # hatchling needs `editables` to install a project in place, and says so only while it builds.
            return [*project["project"]["dependencies"], *project["build-system"]["requires"], "editables"]
        case "dev":
            return list(project["dependency-groups"]["dev"])
        case _:
            lines = (PROJECT / "requirements" / f"{name}.in").read_text().splitlines()
            return [line for line in lines if line and not line.startswith("#")]


def closure(requirements: Iterable[str]) -> dict[str, str]:
    """Name and version of every distribution that these need here, themselves included."""
    pins: dict[str, str] = {}
    waiting = [(Requirement(text), "") for text in requirements]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        found = distribution(requirement.name)
        # A local version ("+cpu") names one index's build; the plain number lets every index answer.
        pins[canonicalize_name(requirement.name)] = found.version.partition("+")[0]
        for wanted in {"", *requirement.extras}:
            if (requirement.name, wanted) not in seen:
                seen.add((requirement.name, wanted))
                waiting += [(Requirement(text), wanted) for text in found.requires or ()]
    return pins


def write(name: str, pins: dict[str, str]) -> None:
    path = PROJECT / "requirements" / f"{name}.txt"
    lines = [f"{package}=={version}" for package, version in sorted(pins.items())]
    path.write_text("\n".join([f"# Written by `make pin`; the wishes stand in {source(name)}.", *lines, ""]))
    print(f"{path.relative_to(PROJECT)}: {len(pins)} packages")


def source(name: str) -> str:
    return "pyproject.toml" if name in {"server", "dev"} else f"requirements/{name}.in"


def main(names: list[str]) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    server = closure(asked_for("server", project)) if "dev" in names else {}
    for name in names:
        pins = closure(asked_for(name, project))
        if name == "dev":  # installed on top of the server's, so only what it adds
            pins = {package: version for package, version in pins.items() if package not in server}
        write(name, pins)


if __name__ == "__main__":
    main(sys.argv[1:])
