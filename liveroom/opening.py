"""A room as what is stored of it says: by way of a good checkpoint, or else from all events."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from liveroom.checkpoints import BadCheckpoint, decode
from liveroom.log import Head, Log, follow, start_of
from liveroom.replay import decode_events
from liveroom.room import Facts, Room
from liveroom.rows import EventRow, StoredRoom
from liveroom.store import Store
from liveroom.store_opening import Past

log = structlog.get_logger()

READ_AT_ONCE = 2000
FOLDED_AT_ONCE = 100

ONLY_COUNTED = frozenset({"keys", "set-up", "caret", "paste", "focus"})
"""The kinds that leave nothing in a room but their number."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The room, and where its log goes on. `last_at_us` below zero says that the log is empty."""

    room: Room
    log: Log
    last_at_us: int
    checkpoint_seq: int


async def open_room(store: Store, stored: StoredRoom, facts: Facts, *, salt: Callable[[], bytes]) -> Opened:
    """Read the room and fold it; raises `RoomDamaged` where the log is not what was written."""
    try:
        return await _open(store, await store.past(stored.id), stored, facts, salt)
    except BadCheckpoint as error:
        log.warning("a checkpoint is left out", room=stored.id, error=str(error))
        past = await store.past(stored.id, by_checkpoint=False)
        return await _open(store, past, stored, facts, salt)


async def _open(
    store: Store, past: Past, stored: StoredRoom, facts: Facts, salt: Callable[[], bytes]
) -> Opened:
    room = Room(facts)
    for person in past.people:
        room.people.know(person.participant, person.name, person.role, person.colour)
    start, last_at_us = start_of(stored.header), -1
    head = start
    if past.checkpoint is not None:
        for h_before, row in past.earlier:
            follow(Head(row.seq - 1, h_before if row.seq > 1 else start.h), row)
            _fold_one(room, row)
        room.restore(decode(past.checkpoint.state))
        head, last_at_us = Head(past.checkpoint.seq, past.checkpoint.h), past.checkpoint.at_us
    checkpoint_seq = head.seq
    heads = {}
    for chain, begin in ((0, head), (1, start)):
        heads[chain], at_us = await _fold(store, room, stored.id, chain, begin)
        last_at_us = max(last_at_us, at_us)
    room.document.restored()
    return Opened(room, Log(stored.id, stored.epoch, heads, salt=salt), last_at_us, checkpoint_seq)


async def _fold(store: Store, room: Room, name: str, chain: int, head: Head) -> tuple[Head, int]:
    """Fold what comes after `head`: the chain's last event, and its time, or -1. Nobody else waits for a long log."""
    at_us = -1
    while rows := await store.events(name, chain=chain, since_seq=head.seq, most=READ_AT_ONCE):
        for at, row in enumerate(rows, start=1):
            head, at_us = follow(head, row), row.at_us
            _fold_one(room, row)
            if at % FOLDED_AT_ONCE == 0:
                await asyncio.sleep(0)
        if len(rows) < READ_AT_ONCE:
            break
    return head, at_us


def _fold_one(room: Room, row: EventRow) -> None:
    if row.kind in ONLY_COUNTED:
        room.count(row.participant, row.page, row.n)  # also of one whose content was withdrawn
    elif row.leaf is None:
        room.fold(decode_events([row.line])[0])
