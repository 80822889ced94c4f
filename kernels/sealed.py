"""A real kernel: an ipykernel in a sandbox, run, interrupted and ended under its room's limits."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec

from kernels import launch, zmtp
from kernels.cgroups import Cgroup
from kernels.channel import PORTS, Channel, Message
from kernels.errors import KernelsUnavailable
from kernels.kernel import DEFAULT_LIMITS, Limits
from kernels.outputs import AnyOutput, Finished
from kernels.progress import Progress

INTERRUPT_GRACE_SECONDS = 3.0
START_SECONDS = 60.0
GO_ON = "Restart the kernel to go on."
_FILES = "/run/kernel"


class SealedKernel:
    """One incarnation of a kernel. `died` is called once if it ends by itself while nothing runs."""

    def __init__(self, sealed: launch.Sealed, folder: Path, key: str, limits: Limits, slot: int = 0) -> None:
        self.limits = limits
        self.slot = slot
        self.died: Callable[[str], None] | None = None
        self._sealed = sealed
        self._folder = folder
        self._channel = Channel(folder, key, heard=self._heard, lost=self._lost)
        self._progress: Progress | None = None
        self._turn = asyncio.Lock()
        self._probe: tuple[str, asyncio.Future[None]] | None = None
        self._end_reason = ""
        sealed.on_end = self._on_end

    @classmethod
    async def start(
        cls,
        zygote: launch.Zygote,
        folder: Path,
        *,
        slot: int = 0,
        limits: Limits = DEFAULT_LIMITS,
        group: Cgroup | None = None,
    ) -> "SealedKernel":
        """Fork one, ready for its first run; `folder` is a fresh one for its sockets. Raises KernelsUnavailable."""
        key = secrets.token_hex(32)
        sealed = await launch.seal(
            zygote, slot=slot, limits=limits, files=kernel_files(key), sockets=folder, group=group
        )
        kernel = cls(sealed, folder, key, limits, slot)
        try:
            await sealed.answer("ready", START_SECONDS)
            await kernel._channel.open()
            await kernel._greet()
        except (zmtp.Broken, TimeoutError) as error:
            await kernel.end()
            raise KernelsUnavailable(
                f"A kernel started but does not answer. {sealed.reason}".strip()
            ) from error
        except BaseException:
            await kernel.end()
            raise
        return kernel

    @property
    def alive(self) -> bool:
        return not self._sealed.ended.is_set() and not self._end_reason

    @property
    def gone(self) -> bool:
        """Nothing of it is left."""
        return self._sealed.ended.is_set()

    @property
    def reason(self) -> str:
        """Why it is no longer alive, for a person."""
        return self._end_reason or self._sealed.reason or "The kernel ended."

    async def lower(self, limits: Limits) -> None:
        """Take a kernel that was started ahead of need down to a room's limits."""
        if _of_process(limits) != _of_process(self.limits):
            await self._sealed.lower(limits)
        self.limits = limits

    async def fill(self, data: Path) -> None:
        """Copy the files of `data` to the kernel's read-only data/. Raises KernelsUnavailable."""
        try:
            await self._sealed.fill(data)
        except OSError as error:
            raise KernelsUnavailable(f"The data folder {data} cannot be read: {error.strerror}.") from error

    async def interrupt(self) -> None:
        """SIGINT. Asked before the run has begun, when Jupyter would ignore it, it is sent as it begins."""
        progress = self._progress
        if progress is not None and not progress.started.is_set():
            waiting = [
                asyncio.create_task(progress.started.wait()),
                asyncio.create_task(self._sealed.ended.wait()),
            ]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED, timeout=INTERRUPT_GRACE_SECONDS)
            for task in waiting:
                task.cancel()
        await self._sealed.interrupt()

    async def end(self, reason: str = "The kernel was ended.") -> None:
        """Kill it, whatever it is doing. `reason` is what a run in progress will be told."""
        self._end_reason = self._end_reason or reason
        await self._sealed.end()
        self._wake()
        await self._channel.close()
        launch.remove_folder(self._folder)

    async def run(self, source: str) -> AsyncIterator[AnyOutput | Finished]:
        """See kernels.kernel.Kernel.run."""
        async with self._turn:
            loop = asyncio.get_running_loop()
            began = loop.time()
            if not self.alive:
                yield Finished("died", None, 0.0, f"{self.reason} {GO_ON}")
                return
            progress = Progress(output_mib=self.limits.output_mib, alive=lambda: self.alive)
            self._progress = progress
            progress.identifier = self._channel.send("execute_request", _request(source))
            clock = asyncio.create_task(self._hold_to_time(progress))
            try:
                async for output in progress.outputs():
                    yield output
                yield progress.finished(loop.time() - began, died=f"{self.reason} {GO_ON}")
            finally:
                clock.cancel()
                self._progress = None

    async def _hold_to_time(self, progress: Progress) -> None:
        """Interrupt a run that takes too long; end a kernel that does not care."""
        await asyncio.sleep(self.limits.run_seconds)
        limit = f"The run took longer than its {self.limits.run_seconds:g} seconds"
        progress.timed_out = f"{limit} and was interrupted; variables are kept."
        await self._sealed.interrupt()
        await asyncio.sleep(INTERRUPT_GRACE_SECONDS)
        ended = f"{limit} and did not stop when interrupted, so the kernel was ended."
        progress.timed_out = f"{ended} {GO_ON}"
        self._end_reason = ended
        await self._sealed.end()
        progress.wake()

    async def _greet(self) -> None:
        """One request and its reply: the kernel listens. Raises TimeoutError."""
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._probe = (self._channel.send("kernel_info_request", {}), answered)
        ended = asyncio.create_task(self._sealed.ended.wait())
        waiting: set[asyncio.Future[Any]] = {ended, answered}
        await asyncio.wait(waiting, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        self._probe = None
        if not answered.done():
            raise TimeoutError

    def _heard(self, message: Message) -> None:
        if self._probe is not None and message.parent == self._probe[0] and not self._probe[1].done():
            self._probe[1].set_result(None)
        if self._progress is not None:
            self._progress.hear(message)

    def _lost(self) -> None:
        if self._progress is not None:
            self._progress.expect_answer_to(self._channel.send("kernel_info_request", {}))

    def _on_end(self) -> None:
        if self._progress is None and self.died is not None:
            self.died(self.reason)
        self._wake()

    def _wake(self) -> None:
        if self._progress is not None:
            self._progress.wake()


def kernel_files(key: str) -> dict[str, str]:
    """What lies in the sandbox for the kernel to start with."""
    return {f"{_FILES}/connection.json": msgspec.json.encode(connection_info("/ipc/k", key)).decode()}


def connection_info(prefix: str, key: str) -> dict[str, Any]:
    """A Jupyter connection file's content for sockets that are named PREFIX-1 to PREFIX-5."""
    return {
        "transport": "ipc",
        "ip": prefix,
        "key": key,
        "signature_scheme": "hmac-sha256",
        "kernel_name": "liveroom-sandbox",
        **PORTS,
    }


def _request(source: str) -> dict[str, Any]:
    return {
        "code": source,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": False,
    }


def _of_process(limits: Limits) -> tuple[float, ...]:
    return limits.memory_mib, limits.cpus, limits.pids, limits.disk_mib
