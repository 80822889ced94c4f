"""The Python environments that kernels run in: what is installed, and whether that has changed. Stdlib only."""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

_RECORDS = (".dist-info", ".egg-info", ".egg-link", ".pth")


def fingerprint(environment: Path) -> str:
    """Another text once a package was put in, taken out or renewed, or the interpreter was.

    It reads names and times and one small file, so it may be asked before every start. A folder that is missing has
    a fingerprint as well. pip changes the environment step by step: act on a new one only when it stays the same.
    """
    digest = hashlib.sha256()
    for part in _parts(environment):
        digest.update(part.encode(errors="surrogateescape") + b"\0")
    return digest.hexdigest()


def _parts(environment: Path) -> Iterator[str]:
    with contextlib.suppress(OSError):
        yield (environment / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    with contextlib.suppress(OSError):
        python = os.path.realpath(environment / "bin" / "python")
        found = os.stat(python)
        yield f"{python} {found.st_size} {found.st_mtime_ns}"
    for folder in sorted(environment.glob("lib*/python3*/site-packages")):
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            yield from sorted(
                f"{folder.parent.name} {entry.name} {entry.stat().st_mtime_ns}"
                for entry in entries
                if entry.name.endswith(_RECORDS)
            )


def packages(environment: Path) -> dict[str, str]:
    """Version of each distribution that is installed, by its name in lower case with hyphens."""
    found = {}
    for path in environment.glob("lib/python3*/site-packages/*.dist-info"):
        name, _, version = path.name.removesuffix(".dist-info").partition("-")
        found[re.sub(r"[-_.]+", "-", name).lower()] = version
    return dict(sorted(found.items()))
