"""A real kernel: an ipykernel in a sandbox, run, interrupted and ended under its room's limits."""

import asyncio
import contextlib
import secrets
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec

from kernels import launch, workfiles, zmtp
from kernels.answers import read_completion, read_inspection, read_variables
from kernels.cgroups import Cgroup
from kernels.channel import PORTS, Channel, Message, Name
from kernels.errors import KernelLost, KernelOccupied, KernelsUnavailable
from kernels.kernel import DEFAULT_LIMITS, Limits
from kernels.outputs import AnyOutput, Completion, Finished, Inspection, Variable, WorkFile
from kernels.progress import Progress
from kernels.questions import BUSY_SECONDS, IDLE_SECONDS, Questions

INTERRUPT_GRACE_SECONDS = 3.0
PATIENCE_SECONDS = 1800.0  # that a run may wait for answers to input(), beside its own time
START_SECONDS = 60.0
INSIST_SIGNAL = signal.SIGURG  # what kernels.inside.insist listens for
STOPPED = "The run ignored the first interrupt, so it was stopped more firmly; variables are kept."
UNSTOPPABLE = "The run cannot be interrupted; only a restart stops it, and variables are lost with it."
_INSIST_EVERY_SECONDS = 0.05
_HEED_SECONDS = 1.0
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
        self._questions = Questions(lambda kind, content: self._channel.send(kind, content, on="control"))
        self._progress: Progress | None = None
        self._turn = asyncio.Lock()
        self._reading = asyncio.Lock()
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
            zygote,
            slot=slot,
            limits=limits,
            files=kernel_files(key, figure_format="retina"),
            sockets=folder,
            group=group,
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

    async def interrupt(self) -> str | None:
        """See kernels.kernel.Kernel.interrupt. Asked before the run has begun, it is sent as it begins."""
        progress = self._progress
        if progress is None:
            return None
        if progress.interrupted:
            return await self._insist(progress)
        progress.interrupted = True
        progress.stop_waiting()
        if not progress.started.is_set():
            waiting = [
                asyncio.create_task(progress.started.wait()),
                asyncio.create_task(self._sealed.ended.wait()),
            ]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED, timeout=INTERRUPT_GRACE_SECONDS)
            for task in waiting:
                task.cancel()
        await self._sealed.interrupt()
        return None

    async def answer(self, text: str) -> None:
        """See kernels.kernel.Kernel.answer."""
        if self._progress is not None and self._progress.stop_waiting():
            self._channel.send("input_reply", {"value": text}, on="stdin")

    async def complete(self, source: str, cursor: int) -> Completion:
        """See kernels.kernel.Kernel.complete."""
        content = await self._ask("complete_request", {"code": source, "cursor_pos": cursor})
        return read_completion(content, source, cursor)

    async def inspect(self, source: str, cursor: int) -> Inspection:
        """See kernels.kernel.Kernel.inspect."""
        return read_inspection(await self._ask("inspect_request", {"code": source, "cursor_pos": cursor}))

    async def variables(self) -> list[Variable]:
        """See kernels.kernel.Kernel.variables."""
        return read_variables(await self._ask("variables_request", {}))

    async def files(self) -> list[WorkFile]:
        """See kernels.kernel.Kernel.files."""
        async with self._reading:
            return await workfiles.list_files(self._sealed)

    async def read_file(self, path: str, offset: int) -> bytes:
        """One piece. Raises NoSuchFile."""
        async with self._reading:
            return await workfiles.read_piece(self._sealed, path, offset)

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
                progress.over.set()
                self._progress = None

    async def _ask(self, kind: str, content: dict[str, Any]) -> bytes:
        seconds = IDLE_SECONDS if self._progress is None else BUSY_SECONDS
        try:
            if self.alive:
                return await self._questions.ask(kind, content, seconds=seconds)
        except KernelOccupied:
            if self.alive:
                raise
        raise KernelLost(f"{self.reason} {GO_ON}")

    async def _insist(self, progress: Progress) -> str:
        """Interrupt as `kernels.inside.insist` does, again and again for a while."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + INTERRUPT_GRACE_SECONDS
        while loop.time() < give_up_at:
            await self._sealed.interrupt(INSIST_SIGNAL)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_INSIST_EVERY_SECONDS):
                    await progress.over.wait()
                return STOPPED
        return UNSTOPPABLE

    async def _hold_to_time(self, progress: Progress) -> None:
        """Interrupt a run that takes too long, more firmly if it has to be; end a kernel that does not care.

        While the run waits for somebody's answer its time stands still, for PATIENCE_SECONDS in all.
        """
        await self._spend(progress)
        limit = f"The run took longer than its {self.limits.run_seconds:g} seconds"
        progress.timed_out = f"{limit} and was interrupted; variables are kept."
        progress.stop_waiting()
        await self._sealed.interrupt()
        await asyncio.sleep(_HEED_SECONDS)
        await self._insist(progress)
        ended = f"{limit} and did not stop when interrupted, so the kernel was ended."
        progress.timed_out = f"{ended} {GO_ON}"
        self._end_reason = ended
        await self._sealed.end()
        progress.wake()

    async def _spend(self, progress: Progress) -> None:
        """Return when the run has used up its time."""
        now = asyncio.get_running_loop().time
        left, patience = self.limits.run_seconds, PATIENCE_SECONDS
        while left > 0:
            waits = progress.waits and patience > 0
            progress.waits_changed.clear()
            began = now()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience if waits else left):
                    await progress.waits_changed.wait()
            if waits:
                patience -= now() - began
            else:
                left -= now() - began

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
        self._questions.hear(message)
        if self._progress is not None:
            self._progress.hear(message)

    def _lost(self, name: Name) -> None:
        if name == "control":
            self._questions.forget()
        elif self._progress is not None:
            self._progress.expect_answer_to(self._channel.send("kernel_info_request", {}))

    def _on_end(self) -> None:
        if self._progress is None and self.died is not None:
            self.died(self.reason)
        self._wake()

    def _wake(self) -> None:
        self._questions.forget()
        if self._progress is not None:
            self._progress.wake()


def kernel_files(key: str, *, figure_format: str = "png") -> dict[str, str]:
    """What lies in the sandbox for the kernel to start with. `figure_format` is one that matplotlib-inline knows."""
    content = {**connection_info("/ipc/k", key), "figure_format": figure_format}
    return {f"{_FILES}/connection.json": msgspec.json.encode(content).decode()}


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
        "allow_stdin": True,
        "stop_on_error": False,
    }


def _of_process(limits: Limits) -> tuple[float, ...]:
    return limits.memory_mib, limits.cpus, limits.pids, limits.disk_mib
