"""Kernels that nobody needs are given back; those of rooms with people in them never are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kernels.errors import KernelsUnavailable
from kernels.kernel import Leased
from kernels.scripted import ScriptedPool
from liveroom.host import Host
from liveroom.messages import KernelChanged, RunFinished, Welcome
from liveroom.reclaiming import Reclaimer
from liveroom.replay import decode_events
from tests.support.live import Page, Site, add_room, site
from tests.support.stored import MADE_US

pytestmark = pytest.mark.asyncio

MINUTE_US = 60_000_000
NOTICE = (
    "The kernel was ended after 30 minutes without anyone here, so its variables are gone; "
    "text and outputs are kept. Run a cell to start another."
)


class Clock:
    def __init__(self) -> None:
        self.now_us = MADE_US

    def __call__(self) -> int:
        return self.now_us

    def wait(self, minutes: float, pool: ScriptedPool) -> None:
        """Let time pass in which no kernel runs anything."""
        self.now_us += round(minutes * MINUTE_US)
        for kernel in pool.kernels.values():
            kernel.idle_seconds += minutes * 60


@asynccontextmanager
async def rooms(folder: Path) -> AsyncIterator[tuple[Site, Clock]]:
    """A server that goes by a clock of the test's."""
    async with site(folder) as made:
        await made.rooms.close()
        clock = Clock()
        made.rooms = made.serve(monotonic=clock, wall=clock)
        yield made, clock


async def ran(made: Site) -> Page:
    """Cleo has come and run a cell."""
    cleo = await made.page("Cleo")
    cleo.run("x = 1")
    await cleo.next(RunFinished)
    return cleo


async def leave(made: Site, page: Page) -> None:
    page.host.leave(page.connection)
    await page.host.settled()


async def kernel_events(made: Site) -> list[tuple[str, str | None, bool]]:
    events = decode_events([row.line for row in await made.store.events("room-1")])
    return [(e.body["state"], e.body["reason"], e.body["fresh"]) for e in events if e.kind == "kernel"]


async def released(made: Site) -> bool:
    """Whether the room's kernel is gone, once everything that was decided is done."""
    host = made.rooms.live("room-1")
    if host is not None:
        await host.settled()
    for _ in range(10):
        await asyncio.sleep(0)
    return "room-1" not in made.pool.kernels


async def test_a_kernel_without_people_is_ended_after_half_an_hour_and_the_room_says_so(
    tmp_path: Path,
) -> None:
    async with rooms(tmp_path) as (made, clock):
        await leave(made, await ran(made))
        clock.wait(29.9, made.pool)
        await made.rooms.reclaimer.sweep()
        assert not await released(made)
        clock.wait(0.2, made.pool)
        await made.rooms.reclaimer.sweep()
        assert await released(made)
        assert (await kernel_events(made))[-1] == ("none", NOTICE, True)
        back = await made.page("Cleo", page="page-2")
        welcome = await back.next(Welcome)
        assert (welcome.kernel, welcome.kernel_reason) == ("none", NOTICE)
        assert welcome.runs[0].stale
        assert "room-1" not in made.pool.kernels
        back.run("x = 2")
        await back.next(RunFinished)
        assert [m.state for m in back.heard if isinstance(m, KernelChanged)][:2] == ["starting", "ready"]


async def test_a_kernel_of_a_room_with_somebody_in_it_is_never_ended(tmp_path: Path) -> None:
    async with rooms(tmp_path) as (made, clock):
        cleo = await ran(made)
        olaf = await made.page("Olaf")
        await leave(made, cleo)
        for _ in range(4):
            clock.wait(60, made.pool)
            await made.rooms.reclaimer.sweep()
        assert not await released(made)
        await leave(made, olaf)
        clock.wait(1, made.pool)
        await made.rooms.reclaimer.sweep()
        assert not await released(made), "it counts from when the last one left"


async def test_a_short_visit_counts_also_between_two_looks(tmp_path: Path) -> None:
    async with rooms(tmp_path) as (made, clock):
        await leave(made, await ran(made))
        clock.wait(1, made.pool)
        await made.rooms.reclaimer.sweep()
        clock.wait(20, made.pool)
        await leave(made, await made.page("Ivy"))
        clock.wait(20, made.pool)
        await made.rooms.reclaimer.sweep()
        assert not await released(made)


async def test_a_kernel_that_works_on_without_people_is_left_alone(tmp_path: Path) -> None:
    async with rooms(tmp_path) as (made, clock):
        await leave(made, await ran(made))
        clock.wait(60, made.pool)
        made.pool.kernels["room-1"].idle_seconds = 0
        await made.rooms.reclaimer.sweep()
        assert not await released(made)


async def test_after_a_restart_of_the_server_an_empty_room_is_told_in_its_record(tmp_path: Path) -> None:
    async with rooms(tmp_path) as (made, clock):
        await leave(made, await ran(made))
        await made.rooms.close()
        made.rooms = made.serve(monotonic=clock, wall=clock)
        clock.wait(300, made.pool)
        await made.rooms.reclaimer.sweep()
        assert not await released(made), "this server has seen it empty for no time yet"
        clock.wait(30, made.pool)
        await made.rooms.reclaimer.sweep()
        assert await released(made)
        assert (await kernel_events(made))[-1] == ("none", NOTICE, True)


async def test_a_room_that_is_over_or_gone_keeps_no_kernel(tmp_path: Path) -> None:
    async with rooms(tmp_path) as (made, _):
        await add_room(made.store, "room-2", tokens="-2")
        for room in ("room-1", "room-2", "never-made"):
            await made.pool.lease(room)
        await made.rooms.end("room-2", None)
        await made.pool.lease("room-2")
        await made.rooms.reclaimer.sweep()
        assert set(made.pool.kernels) == {"room-1"}


async def test_what_checks_and_practice_rooms_use_is_theirs(tmp_path: Path) -> None:
    async with rooms(tmp_path) as (made, clock):
        opened = await made.rooms.practice.open("link-1")
        await made.pool.lease("practice:0")
        for name in ("practice:1", "judge:room-1", "data:attention:1234"):
            await made.pool.lease(name)
        await made.rooms.reclaimer.sweep()
        assert len(made.pool.kernels) == 4
        clock.wait(31, made.pool)
        made.pool.kernels["judge:room-1"].idle_seconds = 1
        await made.rooms.reclaimer.sweep()
        assert set(made.pool.kernels) == {"practice:0", "judge:room-1"}
        assert made.rooms.practice.has(opened.room)


async def test_who_comes_in_the_last_moment_keeps_the_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rooms(tmp_path) as (made, clock):
        await leave(made, await ran(made))
        clock.wait(31, made.pool)
        found = made.rooms.host

        async def host(room: str) -> Host:
            monkeypatch.undo()
            await made.page("Ivy")
            return await found(room)

        monkeypatch.setattr(made.rooms, "host", host)
        await made.rooms.reclaimer.sweep()
        assert not await released(made)


class Silent(ScriptedPool):
    """Its host does not answer at first."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def leases(self) -> list[Leased]:
        self.asked += 1
        if self.asked == 1:
            raise KernelsUnavailable("No kernel host answers.")
        return await super().leases()


async def test_a_host_that_does_not_answer_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liveroom.reclaiming.SWEEP_SECONDS", 0)
    pool = Silent()
    async with site(tmp_path) as made:
        reclaimer = Reclaimer(pool, made.store, made.rooms, idle_minutes=1, monotonic=Clock())
        sweeping = asyncio.create_task(reclaimer.sweep_for_ever())
        while pool.asked < 3:
            await asyncio.sleep(0)
        sweeping.cancel()
