"""The store's part about opening a room: who takes it over, and its past, by way of its checkpoint if it has one."""

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import Select, bindparam, exists, select, text, update
from sqlalchemy.dialects import sqlite

from liveroom import tables
from liveroom.database import Database, Statement
from liveroom.rows import EventRow, NewCheckpoint, StoredParticipant, StoredRoom
from liveroom.store_people import COLUMNS_OF_PARTICIPANT, stored_participant


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """What a room's typing came to at the event `seq`, which was at `at_us` and has the link `h`."""

    seq: int
    h: bytes
    at_us: int
    state: bytes


@dataclass(frozen=True, slots=True)
class Past:
    """What opening a room reads before the events that come after its checkpoint.

    `earlier` are the events up to the checkpoint, without the typing, each with the link before it.
    """

    people: list[StoredParticipant]
    checkpoint: StoredCheckpoint | None
    earlier: list[tuple[bytes, EventRow]]


def rooms_with_names() -> Select[Any]:
    """Rooms with their candidates' names, in the order of StoredRoom's fields."""
    candidate, room = tables.candidate.c, tables.room.c
    columns = [
        candidate.name if name == "candidate_name" else room[name] for name in StoredRoom.__dataclass_fields__
    ]
    return select(*columns).join_from(tables.room, tables.candidate)


_room, _event, _checkpoint = tables.room.c, tables.event.c, tables.checkpoint.c
_of_room = _event.room == bindparam("room")
_before = tables.event.alias("before")

_TAKE_OVER = Statement(update(tables.room).where(_room.id == bindparam("room")).values(epoch=_room.epoch + 1))
_BEGIN_ANEW = Statement(
    update(tables.room)
    .where(
        _room.id == bindparam("room"),
        _room.epoch > 1,
        ~exists().where(_event.room == _room.id, _event.chain == 0),
    )
    .values(history=bindparam("fresh_history"))
)
_ROOM = Statement(rooms_with_names().where(_room.id == bindparam("room")))
_PEOPLE = Statement(
    select(*COLUMNS_OF_PARTICIPANT)
    .where(tables.participant.c.room == bindparam("room"))
    .order_by(tables.participant.c.number)
)
_CHECKPOINT = Statement(
    select(_checkpoint.seq, _checkpoint.h, _event.at_us, _checkpoint.state)
    .join_from(
        tables.checkpoint,
        tables.event,
        (_event.room == _checkpoint.room) & (_event.seq == _checkpoint.seq) & (_event.h == _checkpoint.h),
    )
    .where(_checkpoint.room == bindparam("room"), _event.chain == 0)
)
_EARLIER = Statement(
    select(
        select(_before.c.h)
        .where(_before.c.room == _event.room, _before.c.chain == 0, _before.c.seq == _event.seq - 1)
        .scalar_subquery(),
        tables.event,
    )
    .where(_of_room, _event.chain == 0, _event.seq <= bindparam("seq"), text(tables.BESIDE_TYPING))
    .order_by(_event.seq)
)
_new = sqlite.insert(tables.checkpoint).from_select(
    ["room", "seq", "h", "state"],
    select(*(bindparam(name) for name in ("room", "seq", "h", "state"))).where(
        exists().where(_room.id == bindparam("room"), _room.epoch == bindparam("epoch")),
        exists().where(
            _of_room, _event.chain == 0, _event.seq == bindparam("seq"), _event.h == bindparam("h")
        ),
    ),
)
_KEEP = _new.on_conflict_do_update(
    index_elements=["room"], set_={name: _new.excluded[name] for name in ("seq", "h", "state")}
)


class OpeningRows:
    """Part of Store."""

    database: Database

    async def take_over(self, room: str) -> StoredRoom | None:
        """Become the room's owner: whoever owned it before can no longer append.

        A room that was opened before and has no events any more begins a new history, so that no page merges what
        it still has with the text that begins anew.
        """
        await self.database.free()
        return self.database.transact(partial(_take_over, room))

    async def past(self, room: str, *, by_checkpoint: bool = True) -> Past:
        """What is kept of a room. A checkpoint that stands on no event of the log is as good as none."""
        return await self.database.read(partial(_past, room, by_checkpoint))

    async def keep_checkpoints(self, checkpoints: Sequence[NewCheckpoint]) -> None:
        """Keep them in place of the last of their rooms; not where a room has a newer owner, or no such event."""
        async with self.database.writing() as db:
            await db.execute(_KEEP, [asdict(checkpoint) for checkpoint in checkpoints])


def _take_over(room: str, db: sqlite3.Connection) -> StoredRoom | None:
    _TAKE_OVER.run(db, room=room)
    _BEGIN_ANEW.run(db, room=room, fresh_history=secrets.token_hex(8))
    found = _ROOM.run(db, room=room).fetchone()
    return None if found is None else _stored_room(found)


def _stored_room(row: Sequence[Any]) -> StoredRoom:
    """SQLite knows no booleans."""
    room = StoredRoom(*row)
    return replace(room, replay_deleted=bool(room.replay_deleted), lobby=bool(room.lobby))


def _past(room: str, by_checkpoint: bool, db: sqlite3.Connection) -> Past:
    people = [stored_participant(row) for row in _PEOPLE.run(db, room=room)]
    found = _CHECKPOINT.run(db, room=room).fetchone() if by_checkpoint else None
    checkpoint = None if found is None else StoredCheckpoint(*found)
    if checkpoint is None:
        return Past(people, None, [])
    earlier = _EARLIER.run(db, room=room, seq=checkpoint.seq)
    return Past(people, checkpoint, [(row[0], EventRow(*row[1:])) for row in earlier])
