"""Kernels that follow a script, for tests of whatever uses kernels."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

from kernels.kernel import DEFAULT_LIMITS, Limits
from kernels.outputs import AnyOutput, Failure, Finished, Stream

Script = Mapping[str, Sequence[AnyOutput | Finished]]


class ScriptedKernel:
    """Answers each source with the outputs that the script gives it, or echoes the source to stdout.

    A source in `endless` gives its outputs, then runs until it is interrupted.
    """

    def __init__(self, script: Script | None = None, *, endless: frozenset[str] = frozenset()) -> None:
        self.sources: list[str] = []
        self.restarts = 0
        self._script = script or {}
        self._endless = endless
        self._count = 0
        self._stop = asyncio.Event()
        self._turn = asyncio.Lock()

    async def run(self, source: str) -> AsyncIterator[AnyOutput | Finished]:
        async with self._turn:
            self.sources.append(source)
            self._stop.clear()
            self._count += 1
            count = self._count
            status = "ok"
            for item in self._script.get(source, [Stream("stdout", source + "\n")]):
                yield item
                if isinstance(item, Finished):
                    return
                if isinstance(item, Failure):
                    status = "error"
            if source in self._endless:
                await self._stop.wait()
                died = self._count < count  # a restart sets the count back
                reason = "The kernel was restarted." if died else None
                yield Finished("died" if died else "interrupted", None if died else count, 0.0, reason)
                return
            yield Finished("error" if status == "error" else "ok", count, 0.0)

    async def interrupt(self) -> None:
        self._stop.set()

    async def restart(self) -> None:
        self.restarts += 1
        self._count = 0
        self._stop.set()


class ScriptedPool:
    """Leases one kernel a room, made by `make` (by default an echo)."""

    def __init__(self, make: Callable[[], ScriptedKernel] = ScriptedKernel) -> None:
        self.kernels: dict[str, ScriptedKernel] = {}
        self.leased: dict[str, tuple[Limits, Path | None]] = {}
        self.closed = False
        self._make = make

    async def lease(
        self, room: str, *, limits: Limits = DEFAULT_LIMITS, data: Path | None = None
    ) -> ScriptedKernel:
        self.leased[room] = (limits, data)
        return self.kernels.setdefault(room, self.kernels.get(room) or self._make())

    async def release(self, room: str) -> None:
        self.leased.pop(room, None)
        kernel = self.kernels.pop(room, None)
        if kernel is not None:
            await kernel.restart()

    async def close(self) -> None:
        self.closed = True
