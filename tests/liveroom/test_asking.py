"""What pages ask of the live kernel: bounded, fair, and answered to who asked alone."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from kernels.kernel import Kernel
from kernels.outputs import Completion, Inspection
from kernels.outputs import Match as KernelMatch
from kernels.outputs import Variable as KernelVariable
from kernels.scripted import ScriptedKernel
from liveroom import asking
from liveroom.asking import AT_ONCE, LATE, PASSED_OVER, Asking, Reply
from liveroom.effects import ConnectionId
from liveroom.errors import NoKernel
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

pytestmark = pytest.mark.asyncio

ADA, BEN = ConnectionId(1), ConnectionId(2)


class SlowKernel(ScriptedKernel):
    """Completes once it is told to; `asked` are the cursors, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []
        self.go = asyncio.Semaphore(0)

    async def complete(self, source: str, cursor: int) -> Completion:
        self.asked.append(cursor)
        await self.go.acquire()
        return self.completion


class Desk:
    """Asking with everything it says."""

    def __init__(self, kernel: Kernel | None) -> None:
        self.replies: asyncio.Queue[tuple[ConnectionId, Reply]] = asyncio.Queue()
        self.tasks: set[asyncio.Task[None]] = set()
        self._kernel = kernel
        self.asking = Asking(
            self._living, lambda to, reply: self.replies.put_nowait((to, reply)), self._spawn
        )

    def _living(self) -> Kernel:
        if self._kernel is None:
            raise NoKernel("There is no kernel now.")
        return self._kernel

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.add(asyncio.create_task(work))

    async def next(self) -> tuple[ConnectionId, Reply]:
        return await asyncio.wait_for(self.replies.get(), 10)

    async def over(self) -> None:
        await asyncio.gather(*self.tasks)


async def test_each_question_is_answered_to_who_asked() -> None:
    kernel = ScriptedKernel()
    kernel.completion = Completion([KernelMatch("print", "function")], 0, 2)
    kernel.inspection = Inspection("\x1b[31mSignature\x1b[0m")
    kernel.names = [KernelVariable("x", "Tensor", "(2, 3)", "float32", "…")]
    desk = Desk(kernel)
    desk.asking.take(ADA, Complete(1, "pr", 2))
    desk.asking.take(BEN, Inspect(2, "print", 3))
    desk.asking.take(ADA, ListVariables(3))
    assert [await desk.next() for _ in range(3)] == [
        (ADA, Completed(1, 0, 2, [Match("print", "function")])),
        (BEN, Inspected(2, "\x1b[31mSignature\x1b[0m")),
        (ADA, VariablesListed(3, [Variable("x", "Tensor", "(2, 3)", "float32", "…")])),
    ]


async def test_one_is_under_way_and_of_those_that_wait_the_latest_is_next() -> None:
    kernel = SlowKernel()
    desk = Desk(kernel)
    for ask in (1, 2, 3, 4):
        desk.asking.take(ADA, Complete(ask, "abcd", ask))
        await asyncio.sleep(0)
    assert [await desk.next(), await desk.next()] == [
        (ADA, Unanswered(2, PASSED_OVER)),
        (ADA, Unanswered(3, PASSED_OVER)),
    ]
    kernel.go.release()
    kernel.go.release()
    assert [reply.ask for _, reply in (await desk.next(), await desk.next())] == [1, 4]
    assert kernel.asked == [1, 4]
    await desk.over()


async def test_a_room_asks_its_kernel_few_things_at_once() -> None:
    kernel = SlowKernel()
    desk = Desk(kernel)
    for connection in range(1, 3 * AT_ONCE):
        desk.asking.take(ConnectionId(connection), Complete(connection, "a", 1))
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(kernel.asked) == AT_ONCE
    for _ in range(3 * AT_ONCE):
        kernel.go.release()
    await desk.over()
    assert desk.replies.qsize() == 3 * AT_ONCE - 1


async def test_who_left_is_not_answered_what_they_still_wanted() -> None:
    kernel = SlowKernel()
    desk = Desk(kernel)
    desk.asking.take(ADA, Complete(1, "abcd", 1))
    await asyncio.sleep(0)
    desk.asking.take(ADA, Complete(2, "abcd", 2))
    desk.asking.forget(ADA)
    kernel.go.release()
    await desk.over()
    assert kernel.asked == [1]


async def test_a_cursor_beyond_the_source_is_at_its_end() -> None:
    kernel = SlowKernel()
    kernel.go.release()
    desk = Desk(kernel)
    desk.asking.take(ADA, Complete(1, "abc", 2**50))
    await desk.over()
    assert kernel.asked == [3]


async def test_without_a_kernel_the_reason_comes_back() -> None:
    desk = Desk(None)
    desk.asking.take(ADA, ListVariables(5))
    assert await desk.next() == (ADA, Unanswered(5, "There is no kernel now."))


async def test_a_kernel_that_is_occupied_says_so() -> None:
    kernel = ScriptedKernel(endless=frozenset({"loop"}))
    items = kernel.run("loop")
    await anext(items)
    desk = Desk(kernel)
    desk.asking.take(ADA, Inspect(6, "x", 1))
    assert await desk.next() == (ADA, Unanswered(6, "Something runs; ask again when it has ended."))
    await kernel.interrupt()
    async for _ in items:
        pass


async def test_a_kernel_that_never_answers_frees_the_way_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0)
    kernel = SlowKernel()
    desk = Desk(kernel)
    desk.asking.take(ADA, Complete(1, "a", 1))
    assert await desk.next() == (ADA, Unanswered(1, LATE))
    await desk.over()
    desk.asking.take(ADA, ListVariables(2))
    assert isinstance((await desk.next())[1], VariablesListed | Unanswered)
