"""What a candidate typed in their rooms, gathered from the store: how its comparison stands, and what it says."""

import asyncio
from dataclasses import dataclass

from keystroke.timeline import Event
from liveroom import unlocking
from liveroom.api import TypingComparison
from liveroom.comparison import compare_typing
from liveroom.errors import RoomGone
from liveroom.replay import decode_events
from liveroom.rows import StoredReview
from liveroom.store import Store, StoredRoom


@dataclass(frozen=True, slots=True)
class Standing:
    """How a room's comparison stands at one moment. `profile` are the rooms to compare with: none, no comparison."""

    room: StoredRoom
    profile: list[StoredRoom]
    review: StoredReview
    state: unlocking.State
    is_locked: bool


async def room_of(store: Store, room: str) -> StoredRoom:
    stored = await store.room(room)
    if stored is None:
        raise RoomGone("This room does not exist, or its data was deleted.")
    return stored


async def standing_of(store: Store, room: str, *, now_wall_us: int) -> Standing:
    stored = await room_of(store, room)
    profile = await _rooms_to_compare_with(store, stored)
    review = await store.typing_review(room)
    known = unlocking.Known(stored.ended_wall_us, review, has_comparison=bool(profile))
    return Standing(
        stored,
        profile,
        review,
        state=unlocking.state_of(known, now_wall_us=now_wall_us),
        is_locked=unlocking.is_locked(known, now_wall_us=now_wall_us),
    )


async def compare(store: Store, standing: Standing) -> TypingComparison:
    """A room's typing against that of the others. The mathematics has a thread of its own."""
    questioned = await events_of(store, standing.room.id)
    earlier = [await events_of(store, other.id) for other in standing.profile]
    return await asyncio.to_thread(compare_typing, questioned, earlier)


async def events_of(store: Store, room: str, *, chain: int = 0) -> list[Event]:
    lines = [row.line for row in await store.events(room, chain=chain) if row.leaf is None]
    return await asyncio.to_thread(decode_events, lines)


async def _rooms_to_compare_with(store: Store, room: StoredRoom) -> list[StoredRoom]:
    """The rooms of which a profile can be made: the one that is continued, then the others, the earliest first.

    They are the same candidate's, ended before this one began, and typing was allowed in each. None where it was not
    allowed in the room itself.
    """
    if room.started_wall_us is None or not await _typing_is_allowed(store, room):
        return []
    ended: dict[str, int] = {}
    found = []
    for one in await store.rooms_of(room.candidate_id):
        other = await store.room(one)
        if other is None or other.id == room.id or other.ended_wall_us is None:
            continue
        if other.ended_wall_us <= room.started_wall_us and await _typing_is_allowed(store, other):
            ended[other.id] = other.ended_wall_us
            found.append(other)
    return sorted(found, key=lambda other: (other.id != room.continues, ended[other.id]))


async def _typing_is_allowed(store: Store, room: StoredRoom) -> bool:
    consent = await store.consent(room.id)
    return consent is not None and consent.typing and not room.replay_deleted
