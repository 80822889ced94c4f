"""The kernels of one machine: one a room, a few started ahead of need, never more than there is room for."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from kernels import launch
from kernels.doctor import examine_here
from kernels.errors import KernelError, KernelLost, KernelsBusy, KernelsUnavailable
from kernels.fonts import font_cache
from kernels.kernel import DEFAULT_LIMITS, Limits
from kernels.outputs import AnyOutput, Finished
from kernels.sealed import SealedKernel

log = logging.getLogger("kernels")

WARM_IMPORTS = ("numpy", "pandas", "torch", "sklearn", "matplotlib.pyplot")
_RETRY_SECONDS = 30.0
_STARTS_AT_ONCE = 2


class _Room:
    def __init__(self, limits: Limits, data: Path | None) -> None:
        self.limits = limits
        self.data = data
        self.kernel: SealedKernel | None = None
        self.lock = asyncio.Lock()
        self.unavailable = ""


class LocalPool:
    """Owns every kernel of this machine. The daemon speaks for it; tests may use it directly."""

    def __init__(
        self,
        environment: Path,
        folder: Path,
        *,
        most: int = 32,
        warm: int = 1,
        maximum: Limits = DEFAULT_LIMITS,
        on_death: Callable[[str, str], None] = lambda room, reason: None,
    ) -> None:
        self.on_death = on_death
        self._environment = environment
        self._folder = folder
        self._most = most
        self._maximum = maximum
        self._rooms: dict[str, _Room] = {}
        self._wanted = warm
        self._warm: deque[SealedKernel] = deque()
        self._fonts: dict[str, str] = {}
        self._slot = 0
        self._starts = asyncio.Semaphore(_STARTS_AT_ONCE)
        self._refill = asyncio.Event()
        self._refill.set()
        self._prepared = asyncio.create_task(self._prepare())
        self._refiller = asyncio.create_task(self._keep_warm())

    async def lease(self, room: str, *, limits: Limits, data: Path | None) -> None:
        """See kernels.kernel.Pool.lease; the kernel is then reached by the room's name."""
        found = self._rooms.get(room)
        if found is None:
            if len(self._rooms) >= self._most:
                raise KernelsBusy(f"All {self._most} kernels are in use; try again when a room has ended.")
            found = self._rooms[room] = _Room(self._lowered(limits), data)
        async with found.lock:
            if found.kernel is not None:
                return
            try:
                found.kernel = await self._take(room, found)
            except BaseException:
                if self._rooms.get(room) is found:
                    del self._rooms[room]
                raise

    def has(self, room: str) -> bool:
        found = self._rooms.get(room)
        return found is not None and found.kernel is not None

    async def run(self, room: str, source: str) -> AsyncIterator[AnyOutput | Finished]:
        kernel = self._kernel(room)
        async for item in kernel.run(source):
            yield item

    async def interrupt(self, room: str) -> None:
        await self._kernel(room).interrupt()

    async def restart(self, room: str) -> None:
        self._kernel(room)
        found = self._rooms[room]
        async with found.lock:
            if found.kernel is not None:
                await found.kernel.end("The kernel was restarted.")
            found.kernel = await self._take(room, found)

    async def release(self, room: str) -> None:
        found = self._rooms.get(room)
        if found is None:
            return
        async with found.lock:
            if found.kernel is not None:
                await found.kernel.end("The room's kernel was given back.")
            if self._rooms.get(room) is found:
                del self._rooms[room]

    async def close(self) -> None:
        """End every kernel."""
        for task in (self._prepared, self._refiller):
            task.cancel()
        await asyncio.gather(self._prepared, self._refiller, return_exceptions=True)
        ending = [found.kernel for found in self._rooms.values() if found.kernel is not None]
        await asyncio.gather(*(kernel.end() for kernel in [*ending, *self._warm]))

    def _kernel(self, room: str) -> SealedKernel:
        found = self._rooms.get(room)
        if found is None or found.kernel is None:
            raise KernelLost("The room's kernel is gone, and its variables with it. Restart it to go on.")
        return found.kernel

    async def _take(self, room: str, found: _Room) -> SealedKernel:
        """A kernel for the room: a warm one at its limits, else a new one."""
        if self._prepared.done() and self._prepared.exception() is not None:
            self._prepared = asyncio.create_task(self._prepare())  # the machine may have been mended
        await self._prepared
        while self._warm:
            kernel = self._warm.popleft()
            self._refill.set()
            if kernel.alive:
                break
            await kernel.end()
        else:
            kernel = await self._start(found.limits, ())
        try:
            await kernel.lower(found.limits)
            if found.data is not None:
                await kernel.fill(found.data)
        except BaseException:
            await kernel.end()
            raise

        def died(reason: str) -> None:
            log.info("the kernel of room %s died: %s", room, reason)
            self.on_death(room, reason)

        kernel.died = died
        return kernel

    async def _start(self, limits: Limits, imports: tuple[str, ...]) -> SealedKernel:
        self._slot += 1
        async with self._starts:
            return await SealedKernel.start(
                self._environment,
                launch.socket_folder(self._folder),
                slot=self._slot,
                limits=limits,
                imports=imports,
                fonts=self._fonts,
            )

    async def _prepare(self) -> None:
        """Prove that sandboxes are real here, once, before any kernel starts."""
        report = await examine_here(self._environment)
        if not report.ok:
            raise KernelsUnavailable(report.sentence())

    async def _keep_warm(self) -> None:
        await asyncio.wait({self._prepared})
        if self._prepared.exception() is not None:
            log.error("no kernels: %s", self._prepared.exception())
            return
        with contextlib.suppress(KernelError):
            self._fonts = await font_cache(self._environment)
        while True:
            await self._refill.wait()
            self._refill.clear()
            while len(self._warm) < self._wanted:
                try:
                    self._warm.append(await self._start(self._maximum, WARM_IMPORTS))
                except KernelError as error:
                    log.warning("no kernel could be started ahead of need: %s", error)
                    await asyncio.sleep(_RETRY_SECONDS)

    def _lowered(self, limits: Limits) -> Limits:
        most = self._maximum
        return Limits(
            memory_mib=min(limits.memory_mib, most.memory_mib),
            pids=min(limits.pids, most.pids),
            disk_mib=min(limits.disk_mib, most.disk_mib),
            run_seconds=min(limits.run_seconds, most.run_seconds),
            output_mib=min(limits.output_mib, most.output_mib),
        )
