"""A room as what is stored of it says: by way of a good checkpoint, or else from all events."""

import asyncio
import os
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from keystroke import timeline
from liveroom.checkpoints import BadCheckpoint, decode
from liveroom.log import Head, Log, follow, start_of
from liveroom.replay import decode_events
from liveroom.room import Facts, Room
from liveroom.rows import EventRow, StoredRoom
from liveroom.store import Store
from liveroom.store_opening import Past

log = structlog.get_logger()

FOLDED_AT_ONCE = 100

ONLY_COUNTED = frozenset({"keys", "caret", "paste", "focus"})
"""The kinds that leave nothing in a room but their number."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The room, and where its log goes on. `last_at_us` below zero says that the log is empty."""

    room: Room
    log: Log
    last_at_us: int
    checkpoint_seq: int


async def open_room(store: Store, stored: StoredRoom, facts: Facts) -> Opened:
    """Read the room and fold it; raises `RoomDamaged` where the log is not what was written."""
    past = await store.past(stored.id)
    try:
        return await _fold(past, stored, facts)
    except BadCheckpoint as error:
        log.warning("a checkpoint is left out", room=stored.id, error=str(error))
        return await _fold(await store.past(stored.id, by_checkpoint=False), stored, facts)


async def _fold(past: Past, stored: StoredRoom, facts: Facts) -> Opened:
    room = Room(facts)
    for person in past.people:
        room.people.know(person.participant, person.name, person.role, person.colour)
    start = start_of(stored.header)
    at_us, head = -1, start
    if past.checkpoint is not None:
        for h_before, row in past.earlier:
            follow(Head(row.seq - 1, h_before if row.seq > 1 else start.h), row)
            _fold_one(room, row)
        room.restore(decode(past.checkpoint.state))
        at_us, head = past.checkpoint.at_us, Head(past.checkpoint.seq, past.checkpoint.h)
    checkpoint_seq = head.seq
    head = await _fold_all(room, past.later, head)
    notes = await _fold_all(room, past.notes, start)
    room.document.restored()
    last_at_us = max((row.at_us for row in (*past.later[-1:], *past.notes[-1:])), default=-1)
    heads = {0: head, 1: notes}
    made = Log(stored.id, stored.epoch, heads, salt=lambda: os.urandom(timeline.SALT_BYTES))
    return Opened(room, made, max(at_us, last_at_us), checkpoint_seq)


async def _fold_all(room: Room, rows: Iterable[EventRow], head: Head) -> Head:
    """The head after these events."""
    for at, row in enumerate(rows, start=1):
        head = follow(head, row)
        _fold_one(room, row)
        if at % FOLDED_AT_ONCE == 0:
            await asyncio.sleep(0)  # a long log is no reason to keep the other rooms waiting
    return head


def _fold_one(room: Room, row: EventRow) -> None:
    if row.kind in ONLY_COUNTED:
        room.count(row.participant, row.page, row.n)  # also of one whose content was withdrawn
    elif row.leaf is None:
        room.fold(decode_events([row.line])[0])
