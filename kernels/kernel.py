"""The protocol that rooms see: a kernel is whatever can run a cell, a pool is where it comes from."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import msgspec

from kernels.outputs import AnyOutput, Completion, Finished, Inspection, Variable, WorkFile


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one room may use. A value above the host's own maximum is lowered to it."""

    memory_mib: int = 2048
    cpus: float = 2.0
    pids: int = 128
    disk_mib: int = 512
    run_seconds: float = 600
    output_mib: float = 8


DEFAULT_LIMITS = Limits()
DEFAULT_ENVIRONMENT = "default"
IMPORTS = ("numpy", "pandas", "torch", "sklearn", "matplotlib")
"""What kernels have imported before anybody asks, where their environment has it."""


class Kernel(Protocol):
    """One candidate's Python, somewhere it can do no harm."""

    def run(self, source: str) -> AsyncIterator[AnyOutput | Finished]:
        """Run one cell, passed as it is. The last item is always `Finished`, whatever happens.

        One run at a time; another waits for its turn. The time that it waits for an answer to `input()` is not counted
        against `run_seconds`, for half an hour in all. Leaving the iterator early does not stop the run.
        """
        ...

    async def answer(self, text: str) -> None:
        """Answer what the run has `Asked`. One that does not wait for an answer any more ignores it."""
        ...

    async def interrupt(self) -> str | None:
        """Raise KeyboardInterrupt in what is running; variables stay.

        A second one during the same run is harder to ignore; the sentence that then comes back says what was done, or
        that only a restart will help.
        """
        ...

    async def restart(self) -> None:
        """Start afresh with the same limits and data; variables are gone and a run in progress has died."""
        ...

    async def complete(self, source: str, cursor: int) -> Completion:
        """What could stand at `cursor`, a number of code points into `source`, by the live namespace.

        This and the next two raise KernelOccupied when what is running leaves the kernel no time to answer.
        """
        ...

    async def inspect(self, source: str, cursor: int) -> Inspection:
        """What the kernel knows of the name at `cursor`."""
        ...

    async def variables(self) -> list[Variable]:
        """The candidate's own variables, in the order in which they were made."""
        ...

    async def files(self) -> list[WorkFile]:
        """The files of the private work folder, `data/` left out; also while something runs."""
        ...

    def read_file(self, path: str) -> AsyncIterator[bytes]:
        """The content of one of `files`, in pieces. Raises NoSuchFile before the first for anything else."""
        ...


class Leased(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A room's kernel, as seen by who decides what is kept. `idle_seconds` is 0 while something runs."""

    room: str
    idle_seconds: float


class Pool(Protocol):
    """Kernels started ahead of need; leased to one room, never shared."""

    async def lease(
        self,
        room: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
        data: Path | None = None,
        environment: str = DEFAULT_ENVIRONMENT,
    ) -> Kernel:
        """The room's kernel if it has one, also after the server restarted; else a new one.

        `data` is a folder whose files the kernel sees, read-only, at `data/`. `environment` is the name of one of the
        host's Python environments. Raises KernelsBusy or KernelsUnavailable.
        """
        ...

    async def leases(self) -> list[Leased]:
        """Every kernel that a room has. Raises KernelsUnavailable."""
        ...

    async def release(self, room: str) -> None:
        """End the room's kernel and leave nothing of it. A room without a kernel is no error."""
        ...

    async def close(self) -> None:
        """End this side of the connection; kernels go on in their host."""
        ...
