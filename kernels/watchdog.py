"""Measures what one room uses, from outside its processes but inside its own /proc. Stdlib only."""

import os
import time

from kernels.membership import Membership

_MIB = 1024 * 1024
_PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
_GROWTH_MIB = 2048  # a second: faster than one process fills fresh pages
_PAUSE_LEAST, _PAUSE_MOST = 0.05, 1.0
_PAUSE_HELD = 2.0  # where Linux holds the limit, there is only to see whom it killed
_SHARE = 0.05  # of one processor's time, at most, goes into looking
# What waits in a socket is in no process's figures: those beyond the usual count as full as Linux lets them be.
_SOCKETS_USUAL, _SOCKET_KIB = 256, 208


class Watchdog:
    """Says in words when a room has passed its limit of memory, or was ended by Linux for it.

    After each look `pause` is how long the next may wait: the longer, the more is free. Waking up costs more than
    looking: of 350 idle rooms, some 400 are looked at in a second, and 175 where Linux holds them.
    """

    def __init__(
        self, memory_mib: int, membership: Membership, *, proc: str = "/proc", scratch: str = "/room"
    ) -> None:
        self.memory_mib = memory_mib
        self.pause = 0.0
        self._membership = membership
        self._proc = proc
        self._scratch = scratch
        # Taken before there is another /proc, in which the supervisor is not.
        self._ourselves = os.open(f"{proc}/self/smaps_rollup", os.O_RDONLY)

    def complaint(self) -> str | None:
        """A sentence if the room uses more memory than it may, else None."""
        if self._membership.holds(self.memory_mib):
            self.pause = _PAUSE_HELD
            return self.killed()
        began = time.monotonic()
        used = self._used_mib()
        free = (self.memory_mib - used) / _GROWTH_MIB
        cost = (time.monotonic() - began) / _SHARE
        self.pause = min(_PAUSE_MOST, max(_PAUSE_LEAST, free, cost))
        if used <= self.memory_mib:
            return self.killed()
        return _out_of_memory(used, self.memory_mib)

    def killed(self) -> str | None:
        """A sentence if the room's control group ran full and Linux killed a process for it."""
        peak = self._membership.peak_if_killed_mib()
        return None if peak is None else _out_of_memory(max(peak, self.memory_mib), self.memory_mib)

    def _used_mib(self) -> int:
        """What the room uses; the more exactly, the nearer that is to its limit.

        Shared memory is always in a file of the room's: the filter of system calls allows no other.
        """
        # The first process is ours, runs nothing of theirs, and shares nearly all that it seems to have.
        pids = [name for name in os.listdir(self._proc) if name.isdigit() and name != "1"]
        sizes = [self._pages(pid) for pid in pids]
        files, sockets = self._files_mib(), self._sockets_mib()
        resident = files + sockets + sum(resident for _, resident in sizes) * _PAGE_KIB // 1024
        address_space = sum(size for size, _ in sizes) * _PAGE_KIB // 1024
        if max(resident, address_space) <= self.memory_mib:
            return resident  # page tables and what is swapped out are small where there is little to address
        texts = {pid: self._read(f"{pid}/status") for pid in pids}
        # Who has no parent in here is a child of the supervisor's own, that reads the work folder.
        pids = [pid for pid in pids if "\nPPid:\t0\n" not in texts[pid]]
        status = [_fields(texts[pid]) for pid in pids]
        tables, own, mapped = (
            sum(fields.get(name, 0) for fields in status for name in names)
            for names in (("VmPTE",), ("RssAnon", "VmSwap"), ("RssShmem",))
        )
        if (tables + own + mapped) // 1024 + files + sockets > self.memory_mib:
            own, mapped = self._own_and_mapped_kib(pids, status)
        # Files that are mapped are counted among the room's files already.
        return (tables + own) // 1024 + max(mapped // 1024, files) + sockets

    def _files_mib(self) -> int:
        """What is written below /room, /tmp and /dev/shm: it is all memory."""
        try:
            found = os.statvfs(self._scratch)
        except OSError:
            return 0
        return (found.f_blocks - found.f_bfree) * found.f_frsize // _MIB

    def _pages(self, pid: str) -> tuple[int, int]:
        """Pages of address space and of memory; the latter with those of programs and libraries."""
        try:
            fd = os.open(f"{self._proc}/{pid}/statm", os.O_RDONLY)
        except OSError:
            return 0, 0
        try:
            fields = os.read(fd, 256).split(maxsplit=2)
        except OSError:
            return 0, 0
        finally:
            os.close(fd)
        return int(fields[0]), int(fields[1])

    def _sockets_mib(self) -> int:
        """What may wait in the room's sockets, where it has so many that it matters."""
        first, _, _ = self._read("1/net/sockstat").partition("\n")
        used = int(first.rpartition(" ")[2] or 0)
        return max(0, used - _SOCKETS_USUAL) * _SOCKET_KIB // 1024

    def _own_and_mapped_kib(self, pids: list[str], status: list[dict[str, int]]) -> tuple[int, int]:
        """Memory of their own, and of shared mappings: pages that forks share count in parts, in each.

        Their part in what all forks of the zygote share is not the room's. A process may hide its figures from an
        ordinary user's supervisor; then all that is resident counts as its own.
        """
        own = mapped = left_out = 0
        common, whole = self._common_kib()
        for pid, rough in zip(pids, status, strict=True):
            rollup = _fields(self._read(f"{pid}/smaps_rollup"))
            if rollup:
                # None in a program that it has started, which came from no zygote.
                shared = max(0, rollup["Pss_Anon"] - rollup["Private_Dirty"])
                left_out += min(common, shared)
                own += rollup["Pss_Anon"] + rollup.get("SwapPss", 0)
                mapped += rollup["Pss_Shmem"]
            else:
                own += rough.get("RssAnon", 0) + rough.get("VmSwap", 0)
                mapped += rough.get("RssShmem", 0)
        return own - min(left_out, whole), mapped

    def _common_kib(self) -> tuple[int, int]:
        """What one process's part is in the pages that came from the zygote, and all of these: ours, who use hardly
        any others.
        """
        ours = _fields(os.pread(self._ourselves, 4096, 0).decode())
        return max(0, ours["Pss_Anon"] - ours["Private_Dirty"]), ours["Anonymous"]

    def _read(self, name: str) -> str:
        try:
            with open(f"{self._proc}/{name}", encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:  # the process has ended, or may not be read
            return ""


def _fields(text: str) -> dict[str, int]:
    """The `Name: 12 kB` lines of a file of /proc."""
    lines = (line.partition(":") for line in text.splitlines() if line.endswith(" kB"))
    return {name: int(value[:-3]) for name, _, value in lines}


def _out_of_memory(used_mib: int, may_mib: int) -> str:
    return f"The kernel ran out of memory: it used {used_mib} MiB and may use {may_mib} MiB."
