"""The room's control groups as its supervisor holds them: by descriptors, as no path leads there later. Stdlib only."""

import contextlib
import os
import time

_MIB = 1024 * 1024
_USED = ("memory.current", "memory.usage_in_bytes")  # version 2, version 1
_LIMITS = ("memory.max", "memory.limit_in_bytes")
_KILLS = ("memory.events", "memory.oom_control")
_PEAKS = ("memory.peak", "memory.max_usage_in_bytes")
_KILL = "cgroup.kill"
_REMOVING_SECONDS = 1.0


class Membership:
    """Made before the supervisor leaves its own namespaces: Linux judges an entry by who opened the door, and where.

    Whatever fails here leaves the room with one limit less; the watchdog watches it all the same.
    """

    def __init__(self, folders: list[str]) -> None:
        self._folders: list[tuple[int, str]] = []
        self._doors: list[int] = []
        self._files: dict[str, int] = {}
        for path in folders:
            with contextlib.suppress(OSError):
                self._folders.append((os.open(os.path.dirname(path), os.O_PATH), os.path.basename(path)))
                self._doors.append(os.open(f"{path}/cgroup.procs", os.O_WRONLY))
            for name in (*_USED, *_LIMITS, *_KILLS, *_PEAKS):
                with contextlib.suppress(OSError):
                    self._files[name] = os.open(f"{path}/{name}", os.O_RDONLY)
            with contextlib.suppress(OSError):
                self._files[_KILL] = os.open(f"{path}/{_KILL}", os.O_WRONLY)

    def enter(self) -> None:
        """Put the calling process in, and with it all that it will start. The room's first process does so first."""
        for door in self._doors:
            with contextlib.suppress(OSError):
                os.write(door, b"0")

    def holds(self, memory_mib: int) -> bool:
        """Whether Linux keeps the room, which is in its group, from using more memory than this."""
        return self._number(_USED) > 0 and 0 < self._number(_LIMITS) <= memory_mib * _MIB

    def peak_if_killed_mib(self) -> int | None:
        """The most memory that the room has used, if Linux killed one of its processes for using too much."""
        for line in self._lines(_KILLS):
            if line.startswith("oom_kill ") and line != "oom_kill 0":
                return self._number(_PEAKS) // _MIB
        return None

    def kill(self) -> None:
        """End all of the room at once, where Linux can."""
        if _KILL in self._files:
            with contextlib.suppress(OSError):
                os.write(self._files[_KILL], b"1")

    def remove(self) -> None:
        """Remove the groups of a room that is over."""
        deadline = time.monotonic() + _REMOVING_SECONDS
        for parent, name in self._folders:
            while time.monotonic() < deadline:
                try:
                    os.rmdir(name, dir_fd=parent)
                except FileNotFoundError:
                    break
                except OSError:
                    time.sleep(0.005)  # a process that has ended is in its group for a moment longer
                else:
                    break

    def _number(self, names: tuple[str, ...]) -> int:
        """What the one of these files that there is says; 0 without one, or for "max"."""
        [first, *_] = self._lines(names) or ["0"]
        return int(first) if first.isdigit() else 0

    def _lines(self, names: tuple[str, ...]) -> list[str]:
        for name in names:
            if name in self._files:
                with contextlib.suppress(OSError):
                    return os.pread(self._files[name], 4096, 0).decode().splitlines()
        return []
