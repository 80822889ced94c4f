"""What a panel opens after a room, gathered from the store: the replay and the report."""

import asyncio

from keystroke.timeline import Event
from liveroom.api import Replay, Report
from liveroom.errors import RoomGone
from liveroom.messages import Role, RoomView
from liveroom.replay import decode_events, replay
from liveroom.report import Subject, Typed, compare_typing, report
from liveroom.store import Store, StoredRoom
from liveroom.timebox import minutes_given
from liveroom.times import spoken


async def replay_of(store: Store, view: RoomView, *, role: Role, participant: str) -> Replay:
    """The room's replay as this participant may see it; raises NoReplay where it was deleted."""
    room = await _room(store, view.room)
    timeline, notes = await _events(store, room.id), await _events(store, room.id, chain=1)
    return await asyncio.to_thread(
        replay, view, timeline, notes, role=role, participant=participant, deleted=room.replay_deleted
    )


async def report_of(store: Store, room: str) -> Report:
    """The room's report, with the comparison of typing where both rooms' candidates allowed it."""
    stored = await _room(store, room)
    consent = await store.consent(room)
    take_home = None if stored.continues is None else await store.room(stored.continues)
    if take_home is not None and take_home.candidate_id != stored.candidate_id:
        take_home = None  # typing is never compared across candidates
    questioned = await _typed(store, stored)
    profile = None if take_home is None else await _typed(store, take_home)
    comparison = await asyncio.to_thread(compare_typing, questioned, profile)
    subject = Subject(
        stored.id,
        stored.title,
        stored.kind,
        stored.candidate_name,
        minutes_given(stored.minutes, stored.accommodation),
        began=_instant(stored.started_wall_us),
        ended=_instant(stored.ended_wall_us),
        take_home=None if take_home is None else take_home.id,
        has_replay=not stored.replay_deleted,
    )
    metrics = consent is not None and consent.metrics
    return report(subject, questioned.timeline, comparison, metrics_allowed=metrics)


async def _room(store: Store, room: str) -> StoredRoom:
    stored = await store.room(room)
    if stored is None:
        raise RoomGone("This room does not exist, or its data was deleted.")
    return stored


async def _typed(store: Store, room: StoredRoom) -> Typed:
    consent = await store.consent(room.id)
    allowed = consent is not None and consent.typing and not room.replay_deleted
    return Typed(await _events(store, room.id), allowed)


async def _events(store: Store, room: str, *, chain: int = 0) -> list[Event]:
    lines = [row.line for row in await store.events(room, chain=chain) if row.leaf is None]
    return await asyncio.to_thread(decode_events, lines)


def _instant(wall_us: int | None) -> str | None:
    return None if wall_us is None else spoken(wall_us)
