"""Carries what pages ask of the live kernel: for each connection one of a kind at a time, and the latest one next."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from kernels.errors import KernelError
from kernels.kernel import Kernel
from liveroom.effects import ConnectionId
from liveroom.errors import LiveroomError
from liveroom.messages import (
    Complete,
    Completed,
    Inspect,
    Inspected,
    ListVariables,
    Match,
    Unanswered,
    Variable,
    VariablesListed,
)

AT_ONCE = 4
"""Of one room. A kernel answers one by one, and its host serves other rooms, too."""

ANSWER_SECONDS = 10.0
LATE = "The kernel took too long to answer; ask again."
PASSED_OVER = "A later question took its place."

Question = Complete | Inspect | ListVariables
Reply = Completed | Inspected | VariablesListed | Unanswered


class Asking:
    """The questions of one room. `kernel` gives the living kernel or raises; `tell` sends a reply to who asked."""

    def __init__(
        self,
        kernel: Callable[[], Kernel],
        tell: Callable[[ConnectionId, Reply], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._kernel = kernel
        self._tell = tell
        self._spawn = spawn
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._under_way: set[tuple[ConnectionId, type[Question]]] = set()
        self._next: dict[tuple[ConnectionId, type[Question]], Question] = {}

    def take(self, by: ConnectionId, question: Question) -> None:
        """Ask it now, or once the answer to the one before is there. Each question gets a reply of its own."""
        key = (by, type(question))
        if key not in self._under_way:
            self._under_way.add(key)
            self._spawn(self._carry(key, question))
            return
        if (passed_over := self._next.get(key)) is not None:
            self._tell(by, Unanswered(passed_over.ask, PASSED_OVER))
        self._next[key] = question

    def forget(self, connection: ConnectionId) -> None:
        """They have left; what they still wanted to know is not asked any more."""
        for key in [key for key in self._next if key[0] == connection]:
            del self._next[key]

    async def _carry(self, key: tuple[ConnectionId, type[Question]], first: Question) -> None:
        question: Question | None = first
        try:
            while question is not None:
                async with self._turns:
                    reply = await self._reply(question)
                self._tell(key[0], reply)
                question = self._next.pop(key, None)
        finally:
            self._under_way.discard(key)

    async def _reply(self, question: Question) -> Reply:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await _answer(self._kernel(), question)
        except TimeoutError:
            return Unanswered(question.ask, LATE)
        except (KernelError, LiveroomError) as error:
            return Unanswered(question.ask, error.sentence)


async def _answer(kernel: Kernel, question: Question) -> Reply:
    match question:
        case Complete(ask=ask, source=source, cursor=cursor):
            found = await kernel.complete(source, min(cursor, len(source)))
            return Completed(ask, found.start, found.end, [Match(m.text, m.kind) for m in found.matches])
        case Inspect(ask=ask, source=source, cursor=cursor):
            return Inspected(ask, (await kernel.inspect(source, min(cursor, len(source)))).text)
        case ListVariables(ask=ask):
            return VariablesListed(
                ask,
                [Variable(v.name, v.kind, v.shape, v.dtype, v.summary) for v in await kernel.variables()],
            )
