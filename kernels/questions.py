"""Questions about a live kernel: one in flight, the latest of each kind waiting, and never for long."""

import asyncio
from collections.abc import Callable
from typing import Any

from kernels.channel import Message
from kernels.errors import KernelOccupied

IDLE_SECONDS = 5.0  # the first completion reads the sources of what it completes
BUSY_SECONDS = 1.0
_OCCUPIED = "What runs leaves the kernel no time to answer; ask again when it has ended."
_OVERTAKEN = "A later question took this one's place."


class Questions:
    """Asked on the kernel's control socket, whose thread answers beside a run and never in a run's way.

    A question that was given up stays in flight until the kernel has answered it, so that a kernel that has no time
    finds one of them afterwards and not all.
    """

    def __init__(self, send: Callable[[str, dict[str, Any]], str]) -> None:
        self._send = send
        self._asked = ""
        self._answer: asyncio.Future[bytes | None] | None = None
        self._waiting: dict[str, asyncio.Future[None]] = {}

    async def ask(self, kind: str, content: dict[str, Any], *, seconds: float) -> bytes:
        """The content of the reply, unread. Raises KernelOccupied."""
        try:
            async with asyncio.timeout(seconds):
                await self._turn(kind)
                answer: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
                self._answer = answer
                self._asked = self._send(kind, content)
                reply = await asyncio.shield(answer)
        except TimeoutError:
            reply = None
        if reply is None:
            raise KernelOccupied(_OCCUPIED)
        return reply

    def hear(self, message: Message) -> None:
        if message.channel == "control" and message.parent == self._asked:
            self._settle(message.content)

    def forget(self) -> None:
        """The socket or the kernel was lost, and with it whatever was in flight."""
        self._settle(None)

    async def _turn(self, kind: str) -> None:
        overtaken = self._waiting.pop(kind, None)
        if overtaken is not None and not overtaken.done():
            overtaken.set_exception(KernelOccupied(_OVERTAKEN))
        while self._answer is not None and not self._answer.done():
            turn = self._waiting[kind] = asyncio.get_running_loop().create_future()
            try:
                await turn
            finally:
                if self._waiting.get(kind) is turn:
                    del self._waiting[kind]

    def _settle(self, reply: bytes | None) -> None:
        if self._answer is None or self._answer.done():
            return
        self._answer.set_result(reply)
        for turn in self._waiting.values():
            if not turn.done():
                turn.set_result(None)
