"""Control groups: what Linux itself can hold a room to, beside the watchdog, where this process may make them.

They are found once, as the kernel host starts: in the one tree of version 2, and for what is bound to them in those of
version 1. Each room gets a group below our own, never beside it, so that whatever holds us holds its rooms as well.
What is missing is not used, and said by the doctor; it never keeps a kernel from starting.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import secrets
import signal
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from kernels.kernel import Limits

log = logging.getLogger("kernels")

CONTROLLERS = ("memory", "cpu", "pids")
LEAF = "host"
_PREFIX = "liveroom-"
_MIB = 1024 * 1024
_PERIOD_US = 100_000
_PIDS_OF_OURS = 2  # the room's first process; and one, so that RLIMIT_NPROC speaks first
_REMOVING_SECONDS = 2.0


@dataclass(frozen=True)
class Tree:
    """One hierarchy: the folder of ours that rooms' groups are made in, and what it can hold them to."""

    version: int
    folder: Path
    controllers: frozenset[str]


class Cgroups:
    """Where rooms' groups are made. Without `trees` a group is nothing, and everything here does nothing."""

    def __init__(self, trees: Collection[Tree] = (), troubles: Collection[str] = ()) -> None:
        self.trees = list(trees)
        self.troubles = list(troubles)
        self._made = 0
        self._locks = [_lock(tree.folder) for tree in self.trees]

    @classmethod
    def find(
        cls,
        *,
        mounts: str | None = None,
        own: str | None = None,
        controllers: Collection[str] = CONTROLLERS,
    ) -> "Cgroups":
        """Take what there is, by trying. For version 2 this may move our processes into a group LEAF of their own.

        `mounts` and `own` stand for /proc/self/mountinfo and /proc/self/cgroup.
        """
        trees: list[Tree] = []
        troubles = []
        left = set(controllers)
        for version, folder, offered in _ours(_read("/proc/self", "mountinfo", mounts), own):
            useful = left if version == 2 else left & offered
            if not useful:
                continue
            try:
                tree = _second(folder, useful) if version == 2 else _first(folder, useful)
            except OSError as error:
                troubles.append(f"{folder} (version {version}): {error.strerror or error}")
                continue
            trees.append(tree)
            left -= tree.controllers
        return cls(trees, troubles)

    @property
    def held(self) -> dict[str, int]:
        """The version that holds each controller that is held."""
        return {name: tree.version for tree in self.trees for name in sorted(tree.controllers)}

    def make(self, limits: Limits) -> "Cgroup":
        """A group for one room, empty, with its limits set."""
        self._made += 1
        group = Cgroup([])
        for tree in self.trees:
            room = Tree(tree.version, tree.folder / f"room-{self._made}", tree.controllers)
            try:
                room.folder.mkdir()
            except OSError as error:
                log.warning("a room goes without its control group %s: %s", room.folder, error)
                continue
            group.trees.append(room)
        group.lower(limits)
        return group

    def close(self) -> None:
        """Remove what `find` made; the rooms' groups are gone already."""
        for tree, lock in zip(self.trees, self._locks, strict=True):
            with contextlib.suppress(OSError):
                tree.folder.rmdir()
            os.close(lock)
        self.trees, self._locks = [], []


class Cgroup:
    """One room's group, as the host sees it. Its first process enters by itself: kernels.membership."""

    def __init__(self, trees: list[Tree]) -> None:
        self.trees = trees

    @property
    def folders(self) -> list[str]:
        return [str(tree.folder) for tree in self.trees]

    @property
    def joined(self) -> bool:
        """Whether somebody is in it, in every tree."""
        return all(_pids(tree.folder) for tree in self.trees)

    def lower(self, limits: Limits) -> None:
        """Set the limits. Linux may refuse one that is passed already; the watchdog ends such a room."""
        for tree in self.trees:
            for name, value in settings(tree, limits).items():
                try:
                    _write(tree.folder / name, value)
                except FileNotFoundError:
                    pass  # Linux is built or started without it, as memory.swap.max may be
                except OSError as error:
                    log.warning("%s cannot be set to %s: %s", tree.folder / name, value, error.strerror)

    def kill(self) -> None:
        """End whatever is in it."""
        for tree in self.trees:
            try:
                _write(tree.folder / "cgroup.kill", "1")
            except OSError:
                for pid in _pids(tree.folder):
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, signal.SIGKILL)

    async def remove(self) -> None:
        """Remove it, killing what may be left in it. The supervisor has done so already unless it was killed itself."""
        deadline = asyncio.get_running_loop().time() + _REMOVING_SECONDS
        for tree in self.trees:
            while not _removed(tree.folder):
                if asyncio.get_running_loop().time() > deadline:
                    log.warning("the control group %s cannot be removed", tree.folder)
                    break
                self.kill()
                await asyncio.sleep(0.01)


def settings(tree: Tree, limits: Limits) -> dict[str, str]:
    """What is written to which file, in an order that Linux takes."""
    found: dict[str, str] = {}
    memory = str(limits.memory_mib * _MIB)
    quota = str(max(1000, round(limits.cpus * _PERIOD_US)))
    if "memory" in tree.controllers and tree.version == 2:
        found |= {"memory.max": memory, "memory.swap.max": "0", "memory.oom.group": "1"}
    elif "memory" in tree.controllers:
        found |= {"memory.limit_in_bytes": memory, "memory.memsw.limit_in_bytes": memory}
    # Where all want the processor, each room's share goes by its limit and not by how many processes it starts.
    if "cpu" in tree.controllers and tree.version == 2:
        weight = min(10_000, max(1, round(limits.cpus * 50)))
        found |= {"cpu.max": f"{quota} {_PERIOD_US}", "cpu.weight": str(weight)}
    elif "cpu" in tree.controllers:
        found |= {"cpu.cfs_quota_us": quota, "cpu.shares": str(max(2, round(limits.cpus * 512)))}
    if "pids" in tree.controllers:
        found["pids.max"] = str(limits.pids + _PIDS_OF_OURS)
    return found


def _ours(mounts: str, own: str | None) -> Iterator[tuple[int, Path, frozenset[str]]]:
    """Version, our own group's folder and the controllers (of version 1) of every mounted tree; version 2 first."""
    groups: dict[str, str] = {}
    for line in _read("/proc/self", "cgroup", own).splitlines():
        _, names, path = line.split(":", 2)
        groups |= dict.fromkeys(names.split(","), path)
    found = []
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        root, point = before.split()[3:5]
        kind, _, options = after.split()[:3]
        offered = frozenset(options.split(",")) & frozenset(groups) if kind == "cgroup" else frozenset()
        group = groups.get("" if kind == "cgroup2" else min(offered, default="none"))
        if group is None or not f"{group}/".startswith(f"{root.rstrip('/')}/") or "/../" in f"{group}/":
            continue  # another file system, or our group lies outside what is mounted here
        found.append((2 if kind == "cgroup2" else 1, Path(point) / os.path.relpath(group, root), offered))
    return iter(sorted(found, key=lambda one: -one[0]))


def _first(own: Path, useful: set[str]) -> Tree:
    _sweep(own)
    return Tree(1, _folder_of_ours(own), frozenset(useful))


def _second(own: Path, useful: set[str]) -> Tree:
    """Below our own group, or beside it where we are in the leaf already. Raises OSError with a sentence."""
    home = own.parent if own.name == LEAF else own
    _sweep(home)
    offered = useful & set(_read(home, "cgroup.controllers").split())
    # Linux hands controllers on only from a group without processes; the root of all groups alone is excepted.
    if offered and home == own and (own / "cgroup.events").exists():
        _move_to_leaf(own)
    granted = {name for name in offered if _handed_on(home, name)}
    folder = _folder_of_ours(home)
    granted = {name for name in granted if _handed_on(folder, name)}
    if not granted and not (folder / "cgroup.kill").exists():
        folder.rmdir()
        raise OSError(0, "nothing in it can be used")
    return Tree(2, folder, frozenset(granted))


def _move_to_leaf(own: Path) -> None:
    strangers = [pid for pid in _pids(own) if not _is_ours(pid)]
    if strangers:
        raise OSError(0, "other programs are in the same group, so it cannot be divided")
    (own / LEAF).mkdir(exist_ok=True)
    while pids := _pids(own):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                _write(own / LEAF / "cgroup.procs", str(pid))


def _is_ours(pid: int) -> bool:
    """Whether it is this process or one that it started."""
    while pid > 1 and pid != os.getpid():
        stat = _read(f"/proc/{pid}", "stat")
        pid = int(stat.rpartition(")")[2].split()[1]) if stat else 0
    return pid == os.getpid()


def _handed_on(folder: Path, controller: str) -> bool:
    with contextlib.suppress(OSError):
        _write(folder / "cgroup.subtree_control", f"+{controller}")
    return controller in _read(folder, "cgroup.subtree_control").split()


def _folder_of_ours(home: Path) -> Path:
    folder = home / f"{_PREFIX}{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


def _lock(folder: Path) -> int:
    """Held for as long as this process lives, so that others can tell what a killed host left behind."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return fd


def _sweep(home: Path) -> None:
    """Remove what hosts that were killed have left."""
    for folder in home.glob(f"{_PREFIX}*"):
        try:
            lock = _lock(folder)
        except OSError:
            continue  # its host is alive
        for left in [*folder.glob("room-*"), folder]:
            _removed(left)
        os.close(lock)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _pids(folder: Path) -> list[int]:
    return [int(line) for line in _read(folder, "cgroup.procs").split()]


def _read(folder: str | Path, name: str, instead: str | None = None) -> str:
    if instead is not None:
        return instead
    try:
        return Path(folder, name).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _write(path: Path, text: str) -> None:
    """To a file that is there; Linux makes them with the folder."""
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)
