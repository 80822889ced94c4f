"""Runs a command as an ordinary user, who is shown a way to the interpreter and the project."""

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from kernels import libc  # noqa: E402


def closed_ancestor(path: Path) -> Path | None:
    """The outermost folder on the way to `path` that others may not enter."""
    ways = [way for way in reversed(path.parents) if not way.stat().st_mode & 0o001]
    return ways[0] if ways else None


def open_the_way(path: Path) -> None:
    """Put an open folder over the closed one, with nothing in it but the way to `path`."""
    closed = closed_ancestor(path)
    if closed is None:
        return
    descriptor = os.open(path, os.O_PATH)
    libc.mount("tmpfs", str(closed), "tmpfs", 0, "mode=755")
    path.mkdir(parents=True)
    libc.mount(f"/proc/self/fd/{descriptor}", str(path), "", libc.MS_BIND | libc.MS_REC)


def become(user: int) -> None:
    """Be this user from here on, in a mount namespace that lets it see the project."""
    libc.unshare(libc.NEWNS)
    libc.mount("", "/", "", libc.MS_REC | libc.MS_PRIVATE)
    for path in (Path(sys.base_prefix).resolve(), PROJECT):
        open_the_way(path)
    os.chdir("/")
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def main() -> None:
    user, command = int(sys.argv[1]), sys.argv[2:]
    become(user)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
