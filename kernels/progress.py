"""One run in progress: what its messages mean, which outputs it has, and when it counts as over."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import msgspec

from kernels.channel import Message
from kernels.outputs import AnyOutput, Failure, Finished, Status, Stream
from kernels.translate import Translator, read_failure, read_question

COALESCE_SECONDS = 0.04
COALESCED_CHARS_MAX = 32_768
GRACE_SECONDS = 1.5  # between the first and the second sign of a run's end; either can be lost
QUESTIONS_MAX = 1_000  # of one run; nobody answers that many
_FAILURE_OF_REPLY_SECONDS = 0.1

T = TypeVar("T")


class _Reply(msgspec.Struct):
    status: str = ""
    execution_count: int | None = None
    ename: str = ""


class _State(msgspec.Struct):
    execution_state: str = ""


class Progress:
    """Fed with messages by `hear`, read through `outputs`. `alive` tells whether the kernel still is."""

    def __init__(self, *, output_mib: float, alive: Callable[[], bool]) -> None:
        self.identifier = ""
        self.started = asyncio.Event()
        self.over = asyncio.Event()
        self.interrupted = False
        self.timed_out: str | None = None
        self.waits = False  # for somebody's answer to `input()`
        self.waits_changed = asyncio.Event()
        self._questions = 0
        self._alive = alive
        self._translator = Translator(output_mib)
        self._queue: asyncio.Queue[AnyOutput | None] = asyncio.Queue()  # None: something changed, look again
        self._reply: _Reply | None = None
        self._count: int | None = None
        self._idle = False
        self._failure: Failure | None = None
        self._probe: str | None = None
        self._probed = False
        self._first_sign: float | None = None

    def hear(self, message: Message) -> None:
        """Take in a message of the kernel; those of other runs, and of their threads, are not ours."""
        if message.channel == "shell" and message.parent == self._probe:
            self._probed = True
            self.wake()
        if message.parent != self.identifier:
            return
        match message.channel, message.kind:
            case "shell", "execute_reply":
                self._hear_reply(message.content)
            case "iopub", "status":
                state = _decode(message.content, _State)
                if state is not None and state.execution_state == "idle":
                    self._idle = True
                    self._sign_of_end()
            case "iopub", "execute_input":
                started = _decode(message.content, _Reply)
                self._count = _sane(started.execution_count) if started is not None else None
                self.started.set()
            case "stdin", "input_request":
                self._questions += 1
                if self._questions <= QUESTIONS_MAX:
                    self._show(read_question(message.content))
                    self._wait(True)
            case "iopub", kind:
                for output in self._translator.translate(kind, message.content):
                    self._show(output)

    def stop_waiting(self) -> bool:
        """Whether the run did wait for an answer, which it now gets, or is interrupted."""
        waited = self.waits
        self._wait(False)
        return waited

    def expect_answer_to(self, probe: str) -> None:
        """Signs of the end may be lost. Kernels answer requests in turn: an answer to this one says the run is over."""
        self._probe = probe

    def wake(self) -> None:
        self._queue.put_nowait(None)

    async def outputs(self) -> AsyncIterator[AnyOutput]:
        """The run's outputs as they come, small pieces of text joined, until the run is over."""
        now = asyncio.get_running_loop().time
        held: Stream | None = None
        flush_at = 0.0
        while True:
            output = await self._next(min(self._over_at(), flush_at) if held is not None else self._over_at())
            if output is None:
                over = self._queue.empty() and now() >= self._over_at()
                if held is not None and (over or now() >= flush_at):
                    yield held
                    held = None
                if over:
                    return
                continue
            joined = _join(held, output)
            if joined is not None:
                held = joined
                continue
            if held is not None:
                yield held
                held = None
            if isinstance(output, Stream):
                held, flush_at = output, now() + COALESCE_SECONDS
            else:
                yield output

    def finished(self, seconds: float, *, died: str) -> Finished:
        """How it ended. `died` is the sentence for a kernel that is no longer alive."""
        if self.timed_out is not None:
            return Finished("timed-out", self._count, seconds, self.timed_out)
        if not self._alive():
            return Finished("died", self._count, seconds, died)
        status: Status = "ok"
        if self._failure is not None:
            status = "interrupted" if self._failure.name == "KeyboardInterrupt" else "error"
        elif self._reply is not None and self._reply.status != "ok":
            status = "interrupted" if self._reply.ename == "KeyboardInterrupt" else "error"
        return Finished(status, self._count, seconds)

    async def _next(self, until: float) -> AnyOutput | None:
        try:
            async with asyncio.timeout_at(None if until == float("inf") else until):
                return await self._queue.get()
        except TimeoutError:
            return None

    def _over_at(self) -> float:
        """At once with both signs of the end or a death, a little after the first sign, else never."""
        signs = 2 if self._probed else (self._reply is not None) + self._idle
        if not self._alive() or signs == 2:
            return 0.0
        return float("inf") if self._first_sign is None else self._first_sign + GRACE_SECONDS

    def _sign_of_end(self) -> None:
        if self._first_sign is None:
            self._first_sign = asyncio.get_running_loop().time()
        self.wake()

    def _hear_reply(self, content: bytes) -> None:
        self._reply = _decode(content, _Reply) or _Reply(status="ok")
        self._count = _sane(self._reply.execution_count)
        self._sign_of_end()
        failure = read_failure(content) if self._reply.status == "error" else None
        if failure is not None:
            # The failure's own message comes within the blink of an eye, or was lost.
            asyncio.get_running_loop().call_later(_FAILURE_OF_REPLY_SECONDS, self._show, failure)

    def _wait(self, waits: bool) -> None:
        if waits != self.waits:
            self.waits = waits
            self.waits_changed.set()

    def _show(self, output: AnyOutput) -> None:
        if isinstance(output, Failure):
            if self._failure is not None:
                return  # a run fails once
            self._failure = output
        self._queue.put_nowait(output)


def _join(held: Stream | None, output: AnyOutput) -> Stream | None:
    if held is None or not isinstance(output, Stream) or output.name != held.name:
        return None
    if len(held.text) + len(output.text) > COALESCED_CHARS_MAX:
        return None
    return Stream(held.name, held.text + output.text)


def _decode(content: bytes, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _sane(count: int | None) -> int | None:
    """Kernels may claim any number; pages and databases cannot hold any."""
    return count if count is not None and 0 <= count < 2**31 else None
