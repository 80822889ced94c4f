"""The kernels of one machine: one a room, a few started ahead of need, never more than there is room for."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from kernels.cgroups import Cgroups
from kernels.doctor import examine_here
from kernels.errors import KernelLost, KernelsBusy, KernelsUnavailable
from kernels.kernel import DEFAULT_ENVIRONMENT, DEFAULT_LIMITS, IMPORTS, Leased, Limits
from kernels.nursery import Nursery
from kernels.outputs import AnyOutput, Completion, Finished, Inspection, Variable, WorkFile
from kernels.sealed import SealedKernel
from kernels.slots import Slots

log = logging.getLogger("kernels")

_STARTS_AT_ONCE = 2


class _Room:
    def __init__(self, nursery: Nursery, limits: Limits, data: Path | None) -> None:
        self.nursery = nursery
        self.limits = limits
        self.data = data
        self.kernel: SealedKernel | None = None
        self.lock = asyncio.Lock()
        self.running = 0
        self.used_at = time.monotonic()


class LocalPool:
    """Owns every kernel of this machine. The daemon speaks for it; tests may use it directly.

    `environments` are virtual environments by name; `warm` kernels of each are kept started. All begin with
    `imports`, as far as their environment has them. With `unsafe` they have no sandbox at all.
    """

    def __init__(
        self,
        environments: Mapping[str, Path],
        folder: Path,
        *,
        most: int = 32,
        warm: int = 1,
        maximum: Limits = DEFAULT_LIMITS,
        cgroups: Cgroups | None = None,
        unsafe: bool = False,
        imports: tuple[str, ...] = IMPORTS,
        on_death: Callable[[str, str], None] = lambda room, reason: None,
    ) -> None:
        self.on_death = on_death
        self._environments = dict(environments)
        self._most = most
        self._maximum = maximum
        self._rooms: dict[str, _Room] = {}
        self._cgroups = cgroups or Cgroups()
        self._unsafe = unsafe
        slots, starts = Slots(), asyncio.Semaphore(_STARTS_AT_ONCE)
        self._nurseries = {
            name: Nursery(
                path,
                folder,
                warm=warm,
                maximum=maximum,
                slots=slots,
                starts=starts,
                cgroups=self._cgroups,
                unsafe=unsafe,
                imports=imports,
            )
            for name, path in environments.items()
        }
        self._prepared = asyncio.create_task(self._prepare())

    async def lease(
        self, room: str, *, limits: Limits, data: Path | None, environment: str = DEFAULT_ENVIRONMENT
    ) -> None:
        """See kernels.kernel.Pool.lease; the kernel is then reached by the room's name."""
        found = self._rooms.get(room)
        if found is None:
            nursery = self._nurseries.get(environment)
            if nursery is None:
                known = ", ".join(self._nurseries)
                raise KernelsUnavailable(f"There is no environment {environment} here; there are: {known}.")
            if len(self._rooms) >= self._most:
                raise KernelsBusy(f"All {self._most} kernels are in use; try again when a room has ended.")
            found = self._rooms[room] = _Room(nursery, self._lowered(limits), data)
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

    def leases(self) -> list[Leased]:
        """See kernels.kernel.Pool.leases. Whatever a room asks of its kernel counts as use."""
        now = time.monotonic()
        return [
            Leased(room, 0.0 if found.running else now - found.used_at)
            for room, found in self._rooms.items()
            if found.kernel is not None
        ]

    async def run(self, room: str, source: str) -> AsyncIterator[AnyOutput | Finished]:
        kernel, found = self._kernel(room), self._rooms[room]
        found.running += 1
        try:
            async for item in kernel.run(source):
                yield item
        finally:
            found.running -= 1
            found.used_at = time.monotonic()

    async def answer(self, room: str, text: str) -> None:
        await self._kernel(room).answer(text)

    async def interrupt(self, room: str) -> str | None:
        return await self._kernel(room).interrupt()

    async def complete(self, room: str, source: str, cursor: int) -> Completion:
        return await self._kernel(room).complete(source, cursor)

    async def inspect(self, room: str, source: str, cursor: int) -> Inspection:
        return await self._kernel(room).inspect(source, cursor)

    async def variables(self, room: str) -> list[Variable]:
        return await self._kernel(room).variables()

    async def files(self, room: str) -> list[WorkFile]:
        return await self._kernel(room).files()

    async def read_file(self, room: str, path: str, offset: int) -> bytes:
        return await self._kernel(room).read_file(path, offset)

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
        self._prepared.cancel()
        await asyncio.gather(self._prepared, return_exceptions=True)
        await asyncio.gather(*(nursery.close() for nursery in self._nurseries.values()))
        ending = [found.kernel for found in self._rooms.values() if found.kernel is not None]
        await asyncio.gather(*(kernel.end() for kernel in ending))

    def _kernel(self, room: str) -> SealedKernel:
        found = self._rooms.get(room)
        if found is None or found.kernel is None:
            raise KernelLost("The room's kernel is gone, and its variables with it. Restart it to go on.")
        found.used_at = time.monotonic()
        return found.kernel

    async def _take(self, room: str, found: _Room) -> SealedKernel:
        """A kernel for the room: a warm one at its limits, else a new one."""
        if self._prepared.done() and self._prepared.exception() is not None:
            self._prepared = asyncio.create_task(self._prepare())  # the machine may have been mended
        await self._prepared
        kernel = await found.nursery.take(found.limits)
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

    async def _prepare(self) -> None:
        """Prove that sandboxes are real here, once, before any kernel starts."""
        if self._unsafe:
            log.warning("kernels run WITHOUT a sandbox, as --unsafe asks")
        else:
            report = await examine_here(self._environments[DEFAULT_ENVIRONMENT], self._cgroups)
            if not report.ok:
                log.error("no kernels: %s", report.sentence())
                raise KernelsUnavailable(report.sentence())
        for nursery in self._nurseries.values():
            nursery.keep()

    def _lowered(self, limits: Limits) -> Limits:
        most = self._maximum
        return Limits(
            memory_mib=min(limits.memory_mib, most.memory_mib),
            cpus=min(limits.cpus, most.cpus),
            pids=min(limits.pids, most.pids),
            disk_mib=min(limits.disk_mib, most.disk_mib),
            run_seconds=min(limits.run_seconds, most.run_seconds),
            output_mib=min(limits.output_mib, most.output_mib),
        )
