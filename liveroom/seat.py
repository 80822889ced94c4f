"""A room's side of its kernel: leases it, runs cells one by one, and says what becomes of it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

from kernels.errors import KernelError
from kernels.kernel import Kernel, Pool
from kernels.outputs import AnyOutput, Finished
from liveroom.errors import LiveroomError, NoKernel
from liveroom.messages import KernelState
from liveroom.resources import Resources

Say = Callable[[KernelState, str | None, bool], None]
Put = Callable[[str, AnyOutput | Finished], None]
Advise = Callable[[str], None]

READS_AT_ONCE = 4
"""Each holds a piece of a file in memory."""


class KernelSeat:
    """Holds at most one kernel.

    `say` hears of its state, with a sentence and whether it is fresh; `put` of outputs; `advise` of what an interrupt
    that is not heeded comes to.
    """

    def __init__(
        self,
        room: str,
        pool: Pool,
        resources: Resources,
        *,
        data: Callable[[], Awaitable[Path | None]],
        say: Say,
        put: Put,
        advise: Advise,
    ) -> None:
        self._room = room
        self._pool = pool
        self._resources = resources
        self._data = data
        self._say = say
        self._put = put
        self._advise = advise
        self._kernel: Kernel | None = None
        self._dead = False
        self._stopped = False
        self._incarnation = 0  # tells a death of this kernel from a late word of the one before
        self._leasing = asyncio.Lock()
        self._reading = asyncio.Semaphore(READS_AT_ONCE)

    async def prepare(self) -> None:
        """Lease the kernel if the room has none; a failure is said, not raised."""
        try:
            await self._lease()
        except (KernelError, LiveroomError) as error:
            self._say("lost", error.sentence, False)

    async def run(self, run: str, source: str) -> None:
        """Run a cell to its end; its last word is always `Finished`."""
        self._stopped = False
        incarnation = None
        try:
            kernel = await self._lease()
            incarnation = self._incarnation
            if self._stopped:
                self._put(run, Finished("interrupted", None, 0.0, "It was interrupted before it began."))
                return
            self._say("busy", None, False)
            async for item in kernel.run(source):
                if isinstance(item, Finished) and item.status == "died":
                    self._dead = self._dead or incarnation == self._incarnation
                self._put(run, item)
        except (KernelError, LiveroomError) as error:
            self._dead = self._dead or incarnation in (None, self._incarnation)
            self._put(run, Finished("died", None, 0.0, error.sentence))

    async def interrupt(self) -> None:
        """Interrupt what runs; a run that still waits for its kernel does not begin."""
        self._stopped = True
        kernel = self._kernel
        if kernel is not None and not self._dead:
            try:
                if (sentence := await kernel.interrupt()) is not None:
                    self._advise(sentence)
            except KernelError as error:
                self.died(error.sentence)

    async def answer(self, text: str) -> None:
        """Give what runs the answer that it waits for."""
        if self._kernel is not None and not self._dead:
            try:
                await self._kernel.answer(text)
            except KernelError as error:
                self.died(error.sentence)

    def living(self) -> Kernel:
        """The kernel that there is, started by what people do and never by a question. Raises NoKernel."""
        if self._kernel is None or self._dead:
            raise NoKernel("There is no kernel now; run a cell to start one.")
        return self._kernel

    async def read_file(self, path: str) -> AsyncGenerator[bytes]:
        """A file of the work folder, in pieces; a few such downloads go on at once, and others wait their turn."""
        async with self._reading:
            async for piece in self.living().read_file(path):
                yield piece

    async def restart(self) -> None:
        try:
            self._dead = True
            await self._lease()
        except (KernelError, LiveroomError) as error:
            self.died(error.sentence)

    async def release(self) -> None:
        async with self._leasing:  # one that is being leased is given back, and none that is leased after
            self._kernel, self._dead = None, False
            self._incarnation += 1
            with contextlib.suppress(KernelError):  # a host that is gone keeps nothing either
                await self._pool.release(self._room)

    def died(self, reason: str) -> None:
        """The kernel ended outside a run; the next run starts another."""
        self._dead = True
        self._say("lost", reason, True)

    async def _lease(self) -> Kernel:
        """The room's kernel, alive: leased if there is none yet, started anew if it died."""
        async with self._leasing:
            if self._kernel is not None and not self._dead:
                return self._kernel
            self._say("starting", None, False)
            if self._kernel is None:
                self._kernel = await self._pool.lease(
                    self._room,
                    limits=self._resources.limits,
                    data=await self._data(),
                    environment=self._resources.environment,
                )
            if self._dead:
                await self._kernel.restart()
            self._dead = False
            self._incarnation += 1
            self._say("ready", None, False)
            return self._kernel
