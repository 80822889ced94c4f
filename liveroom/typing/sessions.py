"""What a candidate typed in their rooms, gathered from the store: how its comparison stands, and what it says."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keystroke.timeline import Event
from liveroom.api import TypingComparison
from liveroom.errors import RoomGone
from liveroom.replay import decode_events
from liveroom.report import candidate_of
from liveroom.rows import EventRow, StoredReview
from liveroom.store import Store, StoredRoom
from liveroom.times import spoken_day
from liveroom.typing import unlocking
from liveroom.typing.comparison import compare_typing
from liveroom.typing.typed import Typed, typed_in

if TYPE_CHECKING:
    from keystroke.population import Population


TYPING_BYTES_MAX = 4 * 1024 * 1024
"""Of one room: some 75,000 presses, a working day without a break. What a page sends beyond is left out."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a room's comparison stands at one moment. `profile` are the rooms to compare with: none, no comparison."""

    room: StoredRoom
    profile: list[StoredRoom]
    review: StoredReview
    state: unlocking.State
    is_locked: bool


class Sessions:
    """Compares one room at a time, in a thread: the mathematics and the event loop share an interpreter."""

    def __init__(self, store: Store, *, population: "Population | None" = None) -> None:
        self.store = store
        self._population = population
        self._turn = asyncio.Lock()

    async def standing(self, room: str, *, now_wall_us: int) -> Standing:
        stored = await room_of(self.store, room)
        profile = await rooms_to_compare_with(self.store, stored)
        review = await self.store.typing_review(room)
        known = unlocking.Known(stored.ended_wall_us, review, has_comparison=bool(profile))
        return Standing(
            stored,
            profile,
            review,
            state=unlocking.state_of(known, now_wall_us=now_wall_us),
            is_locked=unlocking.is_locked(known, now_wall_us=now_wall_us),
        )

    async def compare(self, standing: Standing) -> TypingComparison:
        """A room's typing against that of the others."""
        async with self._turn:
            questioned = await self._typed(standing.room)
            profile = [await self._typed(other) for other in standing.profile]
            return await asyncio.to_thread(
                compare_typing,
                questioned,
                profile,
                situation_differed=standing.review.situation_differed,
                population=self._population,
            )

    async def _typed(self, room: StoredRoom) -> Typed:
        rows = await self.store.typing(room.id, bytes_most=TYPING_BYTES_MAX)
        kind = "take-home" if room.kind == "take-home" else "interview"
        name = f"the {kind} “{room.title}” of {spoken_day(room.started_wall_us or room.made_wall_us)}"
        return await asyncio.to_thread(_typed, rows, name, room.made_wall_us)


def _typed(rows: Sequence[EventRow], name: str, made_wall_us: int) -> Typed:
    events = decode_events(row.line for row in rows)
    return typed_in(events, candidate_of(events), name=name, made_wall_us=made_wall_us)


async def rooms_to_compare_with(store: Store, room: StoredRoom) -> list[StoredRoom]:
    """The rooms of which a profile can be made: the one that is continued, then the others, the earliest first.

    They are the same candidate's, ended before this one began, and typing was allowed in each. None where it was
    not allowed in the room itself; they are looked up all the same, so that it takes as long.
    """
    allowed, found = await _typing_is_allowed(store, room), []
    for one in await store.rooms_of(room.candidate_id):
        other = await store.room(one)
        if (
            other is None
            or other.id == room.id
            or other.ended_wall_us is None
            or room.started_wall_us is None
        ):
            continue
        if other.ended_wall_us <= room.started_wall_us and await _typing_is_allowed(store, other):
            found.append((other.id != room.continues, other.ended_wall_us, other.id, other))
    return [other for *_, other in sorted(found)] if allowed else []


async def _typing_is_allowed(store: Store, room: StoredRoom) -> bool:
    consent = await store.consent(room.id)
    return consent is not None and consent.typing and not room.replay_deleted


async def room_of(store: Store, room: str) -> StoredRoom:
    stored = await store.room(room)
    if stored is None:
        raise RoomGone("This room does not exist, or its data was deleted.")
    return stored


async def events_of(store: Store, room: str, *, chain: int = 0) -> list[Event]:
    """As if no key had been recorded: nobody is to find out whether one was, not even by how long it takes."""
    rows = await store.events(room, chain=chain, typing=False)
    return await asyncio.to_thread(decode_events, [row.line for row in rows if row.leaf is None])
