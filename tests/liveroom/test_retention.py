"""Data is kept for as long as was said, and no longer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from liveroom.errors import StoreFailed
from liveroom.retention import AGAIN_SECONDS, DAY_SECONDS, deletes_on, enforce, enforce_daily
from liveroom.rows import StoredConsent
from liveroom.store import Store
from tests.support.stored import MADE_US, stored_room

DAY_US = 86_400_000_000


async def close(room: str) -> None:
    """Nothing is live here."""


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path)
    yield opened
    await opened.close()


def test_the_time_counts_from_the_end_or_from_whatever_came_last() -> None:
    made = stored_room()
    started = stored_room(started_wall_us=MADE_US + DAY_US)
    ended = stored_room(started_wall_us=MADE_US + DAY_US, ended_wall_us=MADE_US + 2 * DAY_US)
    days = [deletes_on(room, 30) for room in (made, started, ended)]
    assert days == [date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6)]


@pytest.mark.asyncio
async def test_a_room_goes_on_its_day_and_not_before(store: Store, tmp_path: Path) -> None:
    await store.add_room(stored_room("old"), [], [])
    await store.add_room(stored_room("newer", candidate_id="c2", ended_wall_us=MADE_US + DAY_US), [], [])

    async def deleted(after_days: int) -> list[str]:
        now = MADE_US + after_days * DAY_US
        return await enforce(store, tmp_path, retention_days=30, now_wall_us=now, close=close)

    assert await deleted(29) == []
    assert await deleted(30) == ["old"]
    assert [room.id for room in await store.rooms()] == ["newer"]
    assert [candidate.id for candidate in await store.candidates()] == ["c2"]


@pytest.mark.asyncio
async def test_what_was_due_while_the_server_was_off_goes_at_the_next_start(
    store: Store, tmp_path: Path
) -> None:
    await store.add_room(stored_room(), [], [])
    now = MADE_US + 400 * DAY_US
    assert await enforce(store, tmp_path, retention_days=30, now_wall_us=now, close=close) == ["room-1"]


@pytest.mark.asyncio
async def test_a_declined_replay_that_a_crash_left_behind_goes_too(store: Store, tmp_path: Path) -> None:
    await store.add_room(stored_room(state="ended"), [], [])
    await store.set_consent(StoredConsent("room-1", False, True, True, "text", "00", MADE_US))
    await enforce(store, tmp_path, retention_days=30, now_wall_us=MADE_US, close=close)
    room = await store.room("room-1")
    assert room is not None
    assert room.replay_deleted


@pytest.mark.asyncio
async def test_it_is_done_at_the_start_and_every_day(store: Store, tmp_path: Path) -> None:
    await store.add_room(stored_room(), [], [])
    slept: list[float] = []
    left: list[int] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        left.append(len(await store.rooms()))
        if len(slept) == 3:
            raise asyncio.CancelledError

    days = iter([28, 29, 30])
    with pytest.raises(asyncio.CancelledError):
        await enforce_daily(
            store,
            tmp_path,
            retention_days=30,
            wall=lambda: MADE_US + next(days) * DAY_US,
            close=close,
            sleep=sleep,
        )
    assert (slept, left) == ([DAY_SECONDS] * 3, [1, 1, 0])


@pytest.mark.asyncio
async def test_a_failure_is_tried_again_within_the_hour(store: Store, tmp_path: Path) -> None:
    await store.add_room(stored_room(), [], [])
    slept: list[float] = []

    async def refuse(room: str) -> None:
        raise StoreFailed("The disk is full.")

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await enforce_daily(
            store,
            tmp_path,
            retention_days=30,
            wall=lambda: MADE_US + 30 * DAY_US,
            close=refuse,
            sleep=sleep,
        )
    assert slept == [AGAIN_SECONDS]
    assert len(await store.rooms()) == 1
