"""Kernels that follow a script, for tests of whatever uses kernels."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kernels.errors import KernelOccupied, NoSuchFile
from kernels.kernel import DEFAULT_ENVIRONMENT, DEFAULT_LIMITS, Leased, Limits
from kernels.outputs import (
    AnyOutput,
    Asked,
    Completion,
    Failure,
    Finished,
    Inspection,
    Stream,
    Variable,
    WorkFile,
)

Script = Mapping[str, Sequence[AnyOutput | Finished]]

UNSTOPPABLE = "It does not stop; only a restart will help."


class ScriptedKernel:
    """Answers each source with the outputs that the script gives it, or echoes the source to stdout.

    An `Asked` waits for its answer. A source in `endless` gives its outputs, then runs until it is interrupted; one in
    `deaf` does not heed that, and goes on until a restart. What it is asked about itself it answers from the
    attributes, which tests set; while something runs it is occupied.
    """

    def __init__(
        self,
        script: Script | None = None,
        *,
        endless: frozenset[str] = frozenset(),
        deaf: frozenset[str] = frozenset(),
    ) -> None:
        self.sources: list[str] = []
        self.answers: list[str] = []
        self.restarts = 0
        self.completion = Completion([], 0, 0)
        self.inspection = Inspection("")
        self.names: list[Variable] = []
        self.work: dict[str, bytes] = {}
        self.idle_seconds = 0.0
        self._script = script or {}
        self._endless = endless | deaf
        self._deaf = deaf
        self._count = 0
        self._interrupts = 0
        self._running: str | None = None
        self._answer: asyncio.Future[str | None] | None = None
        self._stop = asyncio.Event()
        self._turn = asyncio.Lock()

    async def run(self, source: str) -> AsyncIterator[AnyOutput | Finished]:
        async with self._turn:
            self._running = source
            try:
                async for item in self._run(source):
                    yield item
            finally:
                self._running = None

    async def _run(self, source: str) -> AsyncIterator[AnyOutput | Finished]:
        self.sources.append(source)
        self._stop.clear()
        self._interrupts = 0
        self._count += 1
        count = self._count
        failed = False
        for item in self._script.get(source, [Stream("stdout", source + "\n")]):
            if isinstance(item, Asked):
                self._answer = asyncio.get_running_loop().create_future()
            yield item
            if isinstance(item, Finished):
                return
            if isinstance(item, Asked) and not await self._answered():
                yield self._stopped(count)
                return
            failed = failed or isinstance(item, Failure)
        if source in self._endless:
            await self._stop.wait()
            yield self._stopped(count)
            return
        yield Finished("error" if failed else "ok", count, 0.0)

    async def _answered(self) -> bool:
        """Whether an answer came, and not the run's end."""
        assert self._answer is not None
        text, self._answer = await self._answer, None
        if text is not None:
            self.answers.append(text)
        return text is not None

    def _stopped(self, count: int) -> Finished:
        if self._count < count:  # a restart sets the count back
            return Finished("died", None, 0.0, "The kernel was restarted.")
        return Finished("interrupted", count, 0.0)

    async def answer(self, text: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(text)

    async def interrupt(self) -> str | None:
        self._interrupts += 1
        if self._running not in self._deaf:
            self._end_run()
            return None
        return UNSTOPPABLE if self._interrupts > 1 else None

    async def restart(self) -> None:
        self.restarts += 1
        self._count = 0
        self._end_run()

    def _end_run(self) -> None:
        self._stop.set()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(None)

    async def complete(self, source: str, cursor: int) -> Completion:
        self._have_time()
        return self.completion

    async def inspect(self, source: str, cursor: int) -> Inspection:
        self._have_time()
        return self.inspection

    async def variables(self) -> list[Variable]:
        self._have_time()
        return self.names

    async def files(self) -> list[WorkFile]:
        return [WorkFile(path, len(content), 0.0) for path, content in sorted(self.work.items())]

    async def read_file(self, path: str) -> AsyncIterator[bytes]:
        if path not in self.work:
            raise NoSuchFile(f"The work folder has no file {path}; list its files again.")
        for start in range(0, len(self.work[path]), 4):
            yield self.work[path][start : start + 4]

    def _have_time(self) -> None:
        if self._running is not None:
            raise KernelOccupied("Something runs; ask again when it has ended.")


@dataclass(frozen=True)
class Wanted:
    """What a lease asked for."""

    limits: Limits
    data: Path | None
    environment: str


class ScriptedPool:
    """Leases one kernel a room, made by `make` (by default an echo)."""

    def __init__(self, make: Callable[[], ScriptedKernel] = ScriptedKernel) -> None:
        self.kernels: dict[str, ScriptedKernel] = {}
        self.leased: dict[str, Wanted] = {}
        self.closed = False
        self._make = make

    async def lease(
        self,
        room: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
        data: Path | None = None,
        environment: str = DEFAULT_ENVIRONMENT,
    ) -> ScriptedKernel:
        self.leased[room] = Wanted(limits, data, environment)
        return self.kernels.setdefault(room, self.kernels.get(room) or self._make())

    async def leases(self) -> list[Leased]:
        return [Leased(room, kernel.idle_seconds) for room, kernel in self.kernels.items()]

    async def release(self, room: str) -> None:
        self.leased.pop(room, None)
        kernel = self.kernels.pop(room, None)
        if kernel is not None:
            await kernel.restart()

    async def close(self) -> None:
        self.closed = True
