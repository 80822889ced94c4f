"""The room's side of its kernel: leased once, started anew after a death, and never silent."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kernels.errors import KernelLost, KernelsUnavailable
from kernels.kernel import DEFAULT_ENVIRONMENT, DEFAULT_LIMITS, Limits
from kernels.outputs import AnyOutput, Asked, Finished, Stream
from kernels.scripted import UNSTOPPABLE, ScriptedKernel, ScriptedPool, Wanted
from liveroom.errors import NoKernel, Unavailable
from liveroom.messages import KernelState
from liveroom.resources import Resources
from liveroom.seat import KernelSeat

pytestmark = pytest.mark.asyncio

RESOURCES = Resources(Limits(memory_mib=777), "sklearn")


class Heard:
    """What a seat says and puts."""

    def __init__(self) -> None:
        self.states: list[tuple[KernelState, str | None, bool]] = []
        self.items: list[tuple[str, AnyOutput | Finished]] = []
        self.advice: list[str] = []

    def say(self, state: KernelState, reason: str | None, fresh: bool) -> None:
        self.states.append((state, reason, fresh))

    def put(self, run: str, item: AnyOutput | Finished) -> None:
        self.items.append((run, item))


async def no_data() -> Path | None:
    return None


def seat(pool: ScriptedPool, heard: Heard) -> KernelSeat:
    return KernelSeat(
        "r1", pool, RESOURCES, data=no_data, say=heard.say, put=heard.put, advise=heard.advice.append
    )


async def test_a_run_leases_a_kernel_once_and_passes_on_what_it_says() -> None:
    heard, pool = Heard(), ScriptedPool()
    here = seat(pool, heard)
    await here.prepare()
    await here.run("run-1", "a")
    assert [state for state, _, _ in heard.states] == ["starting", "ready", "busy"]
    assert pool.leased == {"r1": Wanted(Limits(memory_mib=777), None, "sklearn")}
    assert heard.items[0] == ("run-1", Stream("stdout", "a\n"))
    assert isinstance(heard.items[-1][1], Finished)


async def test_after_a_death_the_next_run_starts_the_kernel_anew() -> None:
    kernel = ScriptedKernel({"boom": [Finished("died", None, 0.0, "Out of memory.")]})
    heard = Heard()
    here = seat(ScriptedPool(lambda: kernel), heard)
    await here.run("run-1", "boom")
    await here.run("run-2", "a")
    assert kernel.restarts == 1
    assert heard.items[-1] == ("run-2", Finished("ok", 1, 0.0))


async def test_a_death_between_runs_is_said_at_once_with_variables_gone() -> None:
    heard, pool = Heard(), ScriptedPool()
    here = seat(pool, heard)
    await here.prepare()
    here.died("The kernel was stopped.")
    assert heard.states[-1] == ("lost", "The kernel was stopped.", True)
    await here.run("run-1", "a")
    assert pool.kernels["r1"].restarts == 1


class LateWords(ScriptedKernel):
    """Says that the old kernel died only after the new one is there."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def run(self, source: str) -> AsyncIterator[AnyOutput | Finished]:
        if source == "endless":
            await self.go.wait()
            yield Finished("died", None, 0.0, "The kernel was restarted.")
            return
        async for item in super().run(source):
            yield item


async def test_a_late_word_of_the_kernel_before_does_not_restart_the_new_one() -> None:
    kernel, heard = LateWords(), Heard()
    here = seat(ScriptedPool(lambda: kernel), heard)
    running = asyncio.create_task(here.run("run-1", "endless"))
    await asyncio.sleep(0)
    await here.prepare()
    await here.restart()
    kernel.go.set()
    await running
    await here.run("run-2", "a")
    assert kernel.restarts == 1


class SlowPool(ScriptedPool):
    """Leases once it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def lease(
        self,
        room: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
        data: Path | None = None,
        environment: str = DEFAULT_ENVIRONMENT,
    ) -> ScriptedKernel:
        await self.go.wait()
        return await super().lease(room, limits=limits, data=data, environment=environment)


async def test_a_run_that_is_interrupted_while_its_kernel_starts_does_not_begin() -> None:
    heard, pool = Heard(), SlowPool()
    here = seat(pool, heard)
    running = asyncio.create_task(here.run("run-1", "while True: pass"))
    await asyncio.sleep(0)
    await here.interrupt()
    pool.go.set()
    await running
    assert heard.items == [
        ("run-1", Finished("interrupted", None, 0.0, "It was interrupted before it began."))
    ]
    assert pool.kernels["r1"].sources == []


class NoKernels(ScriptedPool):
    async def lease(
        self,
        room: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
        data: Path | None = None,
        environment: str = DEFAULT_ENVIRONMENT,
    ) -> ScriptedKernel:
        raise KernelsUnavailable("No kernel can be started here; run `liveroom doctor`.")


async def test_without_kernels_a_run_ends_with_the_reason() -> None:
    heard = Heard()
    here = seat(NoKernels(), heard)
    await here.prepare()
    assert heard.states[-1][:2] == ("lost", "No kernel can be started here; run `liveroom doctor`.")
    await here.run("run-1", "a")
    ended = heard.items[-1][1]
    assert isinstance(ended, Finished)
    assert (ended.status, ended.reason) == ("died", "No kernel can be started here; run `liveroom doctor`.")


async def test_data_that_cannot_be_made_is_told_and_not_raised() -> None:
    async def no_folder() -> Path | None:
        raise Unavailable("The exercise's data could not be made.")

    heard = Heard()
    here = KernelSeat(
        "r1",
        ScriptedPool(),
        RESOURCES,
        data=no_folder,
        say=heard.say,
        put=heard.put,
        advise=heard.advice.append,
    )
    await here.prepare()
    assert heard.states[-1] == ("lost", "The exercise's data could not be made.", False)


async def test_release_leaves_nothing() -> None:
    heard, pool = Heard(), ScriptedPool()
    here = seat(pool, heard)
    await here.prepare()
    await here.release()
    assert not pool.kernels


async def test_a_kernel_that_is_being_leased_when_the_room_lets_go_is_given_back() -> None:
    heard, pool = Heard(), SlowPool()
    here = seat(pool, heard)
    preparing = asyncio.create_task(here.prepare())
    await asyncio.sleep(0)
    releasing = asyncio.create_task(here.release())
    await asyncio.sleep(0)
    pool.go.set()
    await asyncio.gather(preparing, releasing)
    assert not pool.kernels
    with pytest.raises(NoKernel):
        here.living()


async def test_an_answer_reaches_what_runs_and_a_kernel_that_is_gone_is_no_error() -> None:
    kernel = ScriptedKernel({"name": [Asked("Name? ")]})
    heard = Heard()
    here = seat(ScriptedPool(lambda: kernel), heard)
    await here.answer("nobody asked")
    running = asyncio.create_task(here.run("run-1", "name"))
    while ("run-1", Asked("Name? ")) not in heard.items:
        await asyncio.sleep(0)
    await here.answer("Ada")
    await running
    assert kernel.answers == ["Ada"]


class Lost(ScriptedKernel):
    """Its host is gone."""

    async def answer(self, text: str) -> None:
        raise KernelLost("The kernel host was lost.")


async def test_an_answer_to_a_lost_kernel_is_told_as_its_loss() -> None:
    heard = Heard()
    here = seat(ScriptedPool(Lost), heard)
    await here.prepare()
    await here.answer("Ada")
    assert heard.states[-1] == ("lost", "The kernel host was lost.", True)
    with pytest.raises(NoKernel):
        here.living()


async def test_the_word_of_a_second_interrupt_is_passed_on() -> None:
    kernel = ScriptedKernel(deaf=frozenset({"loop"}))
    heard = Heard()
    here = seat(ScriptedPool(lambda: kernel), heard)
    running = asyncio.create_task(here.run("run-1", "loop"))
    while not heard.items:
        await asyncio.sleep(0)
    await here.interrupt()
    assert heard.advice == []
    await here.interrupt()
    assert heard.advice == [UNSTOPPABLE]
    await here.restart()
    await running
