"""Keeps the promise of how long data is kept: rooms whose time is over are deleted, every day."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import structlog

from liveroom.errors import LiveroomError
from liveroom.forget import CloseRoom, delete_replay, forget_room
from liveroom.rows import StoredRoom
from liveroom.store import Store

DAY_SECONDS = 24 * 60 * 60.0
AGAIN_SECONDS = 60 * 60.0

log = structlog.get_logger()


def deletes_on(room: StoredRoom, retention_days: int) -> date:
    """The day on which a room goes, counted from its end, or from its start or making where it never ended."""
    latest_us = max(room.made_wall_us, room.started_wall_us or 0, room.ended_wall_us or 0)
    return _day(latest_us) + timedelta(days=retention_days)


async def enforce(
    store: Store, folder: Path, *, retention_days: int, now_wall_us: int, close: CloseRoom
) -> list[str]:
    """Delete every room whose time is over, also what should have gone while the server was off.

    A replay that the candidate declined goes here too, if the server stopped between the end and its deletion.
    Returns the rooms that were deleted.
    """
    today = _day(now_wall_us)
    deleted = []
    for room in await store.rooms():
        if deletes_on(room, retention_days) <= today:
            await forget_room(store, folder, room.id, close=close, now_wall_us=now_wall_us)
            log.info("deleted a room whose time was over", room=room.id)
            deleted.append(room.id)
        elif room.state == "ended":
            await delete_replay(store, room.id)
    return deleted


async def enforce_daily(
    store: Store,
    folder: Path,
    *,
    retention_days: int,
    wall: Callable[[], int],
    close: CloseRoom,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Enforce at once and then each day, until cancelled; where it fails, the log says why and it tries again."""
    while True:
        seconds = DAY_SECONDS
        try:
            await enforce(store, folder, retention_days=retention_days, now_wall_us=wall(), close=close)
        except (LiveroomError, OSError) as error:
            log.error("could not delete what is past its time; trying again in an hour", error=str(error))
            seconds = AGAIN_SECONDS
        await sleep(seconds)


def _day(wall_us: int) -> date:
    return datetime.fromtimestamp(wall_us / 1_000_000, UTC).date()
