"""What a process and its descendants hold, seen from outside: to find what kernels leave behind."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Held:
    """`processes` are the command lines of the process and its descendants; the numbers are sums over all of them."""

    processes: Counter[str]
    descriptors: int
    threads: int
    mounts: int
    files: Counter[str]


def held(pid: int, *folders: Path) -> Held:
    """What there is now. `files` are those in the `folders`, by path, at any depth."""
    family = descendants(pid)
    return Held(
        processes=Counter(_command(member) for member in family),
        descriptors=sum(len(os.listdir(f"/proc/{member}/fd")) for member in family),
        threads=sum(len(os.listdir(f"/proc/{member}/task")) for member in family),
        mounts=len(Path(f"/proc/{pid}/mountinfo").read_text().splitlines()),
        files=Counter(str(path) for folder in folders for path in folder.rglob("*")),
    )


def descendants(pid: int) -> list[int]:
    """The process and all that came from it, zombies included; parents come before their children."""
    below = _children()
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += below.get(found[-1], [])
    return found


def children(pid: int) -> list[int]:
    return _children().get(pid, [])


def _children() -> dict[int, list[int]]:
    below: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (parent := _parent(int(name))) is not None:
            below.setdefault(parent, []).append(int(name))
    return below


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()[1])
    except OSError:
        return None


def _command(pid: int) -> str:
    """A zombie has none; it counts all the same."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:200]
