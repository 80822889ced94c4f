"""Measures what one room uses, from outside its processes but inside its own /proc. Stdlib only."""

import os

_MIB = 1024 * 1024


class Watchdog:
    """Says in words when a room has passed its limit of memory."""

    def __init__(self, memory_mib: int, proc: str = "/proc") -> None:
        self.memory_mib = memory_mib
        self._proc = proc
        self._sizes: dict[str, int] = {}
        self._shared: dict[str, int] = {}

    def complaint(self) -> str | None:
        """A sentence if the room uses more memory than it may, else None. Cheap while it does not."""
        used = self._used_kib() // 1024
        if used <= self.memory_mib:
            return None
        return f"The kernel ran out of memory: it used {used} MiB and may use {self.memory_mib} MiB."

    def _used_kib(self) -> int:
        # The first process is ours, runs nothing of theirs, and shares nearly all that it seems to have.
        pids = [name for name in os.listdir(self._proc) if name.isdigit() and name != "1"]
        rough = sum(self._resident_kib(pid) for pid in pids)
        hidden = sum(self._shared_kib(pid) for pid in pids)
        self._forget_all_but(pids)
        if max(rough, hidden) <= self.memory_mib * 1024:
            return max(rough, hidden)
        # Forked processes share pages, which the rough sum counts once for each.
        return max(hidden, sum(self._proportional_kib(pid) for pid in pids))

    def _resident_kib(self, pid: str) -> int:
        fields = self._fields(f"{pid}/status")
        return fields.get("RssAnon", 0) + fields.get("RssShmem", 0)

    def _proportional_kib(self, pid: str) -> int:
        fields = self._fields(f"{pid}/smaps_rollup")
        if "Pss_Anon" not in fields:
            return self._resident_kib(pid)
        return fields["Pss_Anon"] + fields.get("Pss_Shmem", 0)

    def _shared_kib(self, pid: str) -> int:
        """Anonymous shared mappings count whole: their pages stay when a process lets go of them (MADV_DONTNEED).

        The maps are read only when the address space is large enough to matter and has changed.
        """
        size = self._fields(f"{pid}/status").get("VmSize", 0)
        if size <= self.memory_mib * 1024:
            return 0
        if self._sizes.get(pid) != size:
            self._sizes[pid] = size
            self._shared[pid] = sum(
                int(end, 16) - int(start, 16)
                for line in self._lines(f"{pid}/maps")
                if line.endswith("/dev/zero (deleted)")
                for start, _, end in [line.split(" ", 1)[0].partition("-")]
            )
        return self._shared[pid] // 1024

    def _forget_all_but(self, pids: list[str]) -> None:
        for pid in self._sizes.keys() - set(pids):
            del self._sizes[pid], self._shared[pid]

    def _fields(self, name: str) -> dict[str, int]:
        """The `Name: 12 kB` lines of a file of /proc."""
        found = {}
        for line in self._lines(name):
            if line.endswith(" kB"):
                key, _, value = line[:-3].partition(":")
                found[key] = int(value)
        return found

    def _lines(self, name: str) -> list[str]:
        try:
            with open(f"{self._proc}/{name}", encoding="utf-8", errors="replace") as file:
                return file.read().splitlines()
        except OSError:  # the process has ended, or may not be read
            return []
