"""Where one environment's kernels come from: its zygote, made anew when need be, and some kernels started ahead."""

import asyncio
import logging
from collections import deque
from pathlib import Path

from kernels import launch
from kernels.cgroups import Cgroups
from kernels.environments import fingerprint
from kernels.errors import KernelError
from kernels.kernel import Limits
from kernels.launch import Zygote
from kernels.sealed import SealedKernel
from kernels.slots import Slots

log = logging.getLogger("kernels")

RENEW_FORKS = 500
"""Rooms of one zygote share the layout of their memory and the seed of their hashes; not for ever."""

LOOK_SECONDS = 3.0
_RETRY_SECONDS = 30.0


class Nursery:
    """Kernels of one environment. `starts` bounds how many are started at a time on this machine."""

    def __init__(
        self,
        environment: Path,
        folder: Path,
        *,
        warm: int,
        maximum: Limits,
        slots: Slots,
        starts: asyncio.Semaphore,
        cgroups: Cgroups,
        imports: tuple[str, ...],
        unsafe: bool = False,
    ) -> None:
        self._environment = environment
        self._folder = folder
        self._wanted = warm
        self._maximum = maximum
        self._slots = slots
        self._starts = starts
        self._cgroups = cgroups
        self._imports = imports
        self._unsafe = unsafe
        self._zygote: Zygote | None = None
        self._seen = ""
        self._renewing = asyncio.Lock()
        self._warm: deque[SealedKernel] = deque()
        self._refill = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    def keep(self) -> None:
        """Begin to keep a zygote and warm kernels, and to see whether the environment has changed."""
        self._keeper = self._keeper or asyncio.create_task(self._keep())

    async def take(self, limits: Limits) -> SealedKernel:
        """A kernel that nobody has used: a warm one, at the most it may have, or a new one."""
        while self._warm:
            kernel = self._warm.popleft()
            self._refill.set()
            if kernel.alive:
                return kernel
            await kernel.end()
        return await self._start(limits)

    async def close(self) -> None:
        """End what waits; kernels that were taken live on."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._end_warm()
        if self._zygote is not None:
            self._zygote.end()

    async def _start(self, limits: Limits) -> SealedKernel:
        async with self._starts:
            zygote = await self._current()
            folder = launch.socket_folder(self._folder)
            try:
                kernel = await SealedKernel.start(
                    zygote, folder, slot=self._slots.free(), limits=limits, group=self._cgroups.make(limits)
                )
            except BaseException:
                launch.remove_folder(folder)
                raise
            self._slots.hold(kernel)
            return kernel

    async def _current(self) -> Zygote:
        """The zygote, ready to fork: made anew if it has ended or has forked enough."""
        async with self._renewing:
            zygote = self._zygote
            if zygote is None or not zygote.alive or zygote.forks >= RENEW_FORKS:
                zygote = await self._renew()
            return zygote

    async def _renew(self) -> Zygote:
        seen = await asyncio.to_thread(fingerprint, self._environment)
        zygote = Zygote(self._environment, self._imports, unsafe=self._unsafe)
        try:
            await zygote.ready()
        except BaseException:
            zygote.end()
            raise
        for note in zygote.notes:
            log.info("%s: %s", self._environment, note)
        if self._zygote is not None:
            self._zygote.end()
        self._zygote, self._seen = zygote, seen
        return zygote

    async def _keep(self) -> None:
        """Refill what was taken, and start over once an environment that changed has come to rest."""
        before = ""
        while True:
            try:
                now = await asyncio.to_thread(fingerprint, self._environment)
                if self._zygote is not None and now != self._seen and now == before:
                    log.info("%s has changed: its kernels are started anew", self._environment)
                    async with self._renewing:
                        await self._renew()
                    await self._end_warm()
                before = now
                while len(self._warm) < self._wanted:
                    self._warm.append(await self._start(self._maximum))
                await self._current()
            except KernelError as error:
                log.warning("no kernel could be started ahead of need: %s", error)
                await asyncio.sleep(_RETRY_SECONDS)
            self._refill.clear()
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._refill.wait()
            except TimeoutError:
                continue

    async def _end_warm(self) -> None:
        ending, self._warm = self._warm, deque()
        await asyncio.gather(*(kernel.end() for kernel in ending))
