"""The protocol that rooms see: a kernel is whatever can run a cell, a pool is where it comes from."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import msgspec

from kernels.outputs import AnyOutput, Finished


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one room may use. A value above the host's own maximum is lowered to it."""

    memory_mib: int = 2048
    pids: int = 128
    disk_mib: int = 512
    run_seconds: float = 600
    output_mib: float = 8


DEFAULT_LIMITS = Limits()


class Kernel(Protocol):
    """One candidate's Python, somewhere it can do no harm."""

    def run(self, source: str) -> AsyncIterator[AnyOutput | Finished]:
        """Run one cell, passed as it is. The last item is always `Finished`, whatever happens.

        One run at a time; another waits for its turn. Leaving the iterator early does not stop the run.
        """
        ...

    async def interrupt(self) -> None:
        """Raise KeyboardInterrupt in what is running; variables stay."""
        ...

    async def restart(self) -> None:
        """Start afresh with the same limits and data; variables are gone and a run in progress has died."""
        ...


class Pool(Protocol):
    """Kernels started ahead of need; leased to one room, never shared."""

    async def lease(self, room: str, *, limits: Limits = DEFAULT_LIMITS, data: Path | None = None) -> Kernel:
        """The room's kernel if it has one, also after the server restarted; else a new one.

        `data` is a folder whose files the kernel sees, read-only, at `data/`. Raises KernelsBusy or
        KernelsUnavailable.
        """
        ...

    async def release(self, room: str) -> None:
        """End the room's kernel and leave nothing of it. A room without a kernel is no error."""
        ...

    async def close(self) -> None:
        """End this side of the connection; kernels go on in their host."""
        ...
