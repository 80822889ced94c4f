"""One connection to the kernel host: requests and their answers, runs and their outputs, and its loss."""

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import TypeVar

from kernels import wire
from kernels.errors import (
    KernelError,
    KernelLost,
    KernelOccupied,
    KernelsBusy,
    KernelsUnavailable,
    NoSuchFile,
)
from kernels.outputs import AnyOutput, Finished

CONNECT_SECONDS = 10.0
_ERRORS: dict[str, type[KernelError]] = {
    "busy": KernelsBusy,
    "unavailable": KernelsUnavailable,
    "lost": KernelLost,
    "occupied": KernelOccupied,
    "no-file": NoSuchFile,
}
LOST = "The kernel host was lost, and the kernel's variables with it. Restart the kernel to go on."

R = TypeVar("R", bound=wire.Reply)


class Connection:
    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, died: Callable[[str, str], None]
    ) -> None:
        self.lost = False
        self.rooms: set[str] = set()
        self._reader = reader
        self._writer = writer
        self._died = died
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[wire.Reply]] = {}
        self._runs: dict[int, asyncio.Queue[AnyOutput | Finished]] = {}
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def open(cls, socket: Path, died: Callable[[str, str], None]) -> "Connection":
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await asyncio.open_unix_connection(socket)
                writer.write(wire.encode(wire.Hello(wire.VERSION)))
                if (welcome := await wire.read_from_host(reader)) is None:
                    raise ConnectionResetError("it was just ending")
        except (OSError, TimeoutError, wire.BadFrame) as error:
            sentence = f"No kernel host answers on {socket} ({error or 'no answer'}); start it."
            raise KernelsUnavailable(sentence) from error
        if not isinstance(welcome, wire.Welcome):
            writer.transport.abort()
            raise KernelsUnavailable(f"What listens on {socket} is not a kernel host; end it and try again.")
        if welcome.version != wire.VERSION:
            writer.transport.abort()
            raise KernelsUnavailable(
                f"The kernel host that runs is of another version (protocol {welcome.version}, wanted {wire.VERSION}); "
                f"end it when its rooms are over: kill {welcome.pid}."
            )
        return cls(reader, writer, died)

    def number(self) -> int:
        return next(self._numbers)

    async def ask(self, frame: wire.Request, kind: type[R]) -> R:
        """Send a request and wait for its reply. Raises what the host refused it with, or KernelLost."""
        if self.lost:
            raise KernelLost(LOST)
        answer: asyncio.Future[wire.Reply] = asyncio.get_running_loop().create_future()
        self._answers[frame.id] = answer
        self._writer.write(wire.encode(frame))
        try:
            reply = await answer
        finally:
            del self._answers[frame.id]
        if not isinstance(reply, kind):
            raise KernelsUnavailable("The kernel host answered something else than it was asked; end it.")
        return reply

    async def run(self, room: str, source: str) -> AsyncIterator[AnyOutput | Finished]:
        number = self.number()
        items: asyncio.Queue[AnyOutput | Finished] = (
            asyncio.Queue()
        )  # bounded by the host's bound on a run's output
        if self.lost:
            yield Finished("died", None, 0.0, LOST)
            return
        self._runs[number] = items
        try:
            self._writer.write(wire.encode(wire.Run(number, room, source)))
            while True:
                item = await items.get()
                yield item
                if isinstance(item, Finished):
                    return
        finally:
            self._runs.pop(number, None)

    async def close(self) -> None:
        self.rooms.clear()
        self._listener.cancel()
        await asyncio.gather(self._listener, return_exceptions=True)

    async def _listen(self) -> None:
        try:
            while (frame := await wire.read_from_host(self._reader)) is not None:
                self._hear(frame)
        except wire.BadFrame:
            pass  # as good as gone
        finally:
            self._lose()

    def _hear(self, frame: wire.FromHost) -> None:
        match frame:
            case wire.Shown(id=number, output=item) if number in self._runs:
                self._runs[number].put_nowait(item)
            case wire.Ended(id=number, finished=finished) if number in self._runs:
                self._runs[number].put_nowait(finished)
            case wire.Refused(id=number) if number in self._answers:
                self._settle(number, _ERRORS[frame.why](frame.sentence))
            case wire.Death(room=room, reason=reason):
                self._died(room, reason)
            case _ if isinstance(frame, wire.Reply) and frame.id in self._answers:
                self._settle(frame.id, frame)

    def _settle(self, number: int, outcome: wire.Reply | KernelError) -> None:
        answer = self._answers[number]
        if answer.done():
            return
        if isinstance(outcome, KernelError):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)

    def _lose(self) -> None:
        """The host is gone: everybody who waits for it is told, once."""
        self.lost = True
        self._writer.transport.abort()
        for number in list(self._answers):
            self._settle(number, KernelLost(LOST))
        for items in self._runs.values():
            items.put_nowait(Finished("died", None, 0.0, LOST))
        for room in self.rooms:
            self._died(room, LOST)
