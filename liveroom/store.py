"""Everything that is kept, and all SQL: rooms, their timelines, and who may open them.

SQLite (WAL) in the data folder. `append` hands events to the operating system, `sync` waits for the disk.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Update, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ClauseElement

from liveroom import tables
from liveroom.database import Database, Statement, take_folder
from liveroom.errors import Fenced
from liveroom.rows import (
    AccessKind,
    Batch,
    BlobRow,
    EventRow,
    NewParticipant,
    StoredCandidate,
    StoredConsent,
    StoredLink,
    StoredParticipant,
    StoredRoom,
)
from liveroom.store_access import AccessRows
from liveroom.store_deletion import DeletionRows
from liveroom.store_opening import OpeningRows, rooms_with_names
from liveroom.store_people import PeopleRows
from liveroom.store_review import ReviewRows
from liveroom.typing.typed import TYPING_KINDS

__all__ = [
    "AccessKind",
    "Batch",
    "BlobRow",
    "EventRow",
    "NewParticipant",
    "Store",
    "StoredCandidate",
    "StoredConsent",
    "StoredLink",
    "StoredParticipant",
    "StoredRoom",
]


_DIALECT = sqlite.dialect(paramstyle="named")
_BLOB_COLUMNS = attrgetter(*(column.name for column in tables.blob.c))
_EPOCH = "SELECT epoch FROM room WHERE id = ?"
_INSERT_EVENT = str(insert(tables.event).compile(dialect=sqlite.dialect()))
_INSERT_BLOB = str(sqlite.insert(tables.blob).on_conflict_do_nothing().compile(dialect=sqlite.dialect()))


_event = tables.event.c
_IN_ORDER = (
    select(tables.event)
    .where(
        _event.room == bindparam("room"),
        _event.chain == bindparam("chain"),
        _event.seq > bindparam("since_seq"),
    )
    .order_by(_event.seq)
    .limit(bindparam("most"))
)
_EVENTS = Statement(_IN_ORDER)
_WITHOUT_TYPING = Statement(_IN_ORDER.where(*(_event.kind != kind for kind in TYPING_KINDS)))
_TYPING = Statement(
    _IN_ORDER.where(
        or_(*(_event.kind == kind for kind in ("participant", *TYPING_KINDS))), _event.leaf.is_(None)
    )
)


_EVENT_SIZE, _BLOB_SIZE = (
    select(func.coalesce(func.sum(func.length(content)), 0))
    .where(room == bindparam("room"))
    .scalar_subquery()
    for room, content in (
        (tables.event.c.room, tables.event.c.line),
        (tables.blob.c.room, tables.blob.c.content),
    )
)
_SIZE = Statement(select(_EVENT_SIZE + _BLOB_SIZE))


class Store(OpeningRows, PeopleRows, AccessRows, ReviewRows, DeletionRows):
    """The only way to what is kept. One process has one; opening takes the data folder's lock."""

    @classmethod
    async def open(cls, folder: Path, *, waits_for_disk: bool = True) -> "Store":
        """Make what the folder lacks and run the migrations that its database lacks.

        Without `waits_for_disk`, a power loss may take the last seconds; a crash of the server takes nothing.
        """
        lock = take_folder(folder)
        store = cls(Database(folder, lock, waits_for_disk=waits_for_disk))
        try:
            await store.database.start()
        except BaseException:
            await store.close()
            raise
        return store

    async def close(self) -> None:
        await self.database.close()

    async def sync(self) -> None:
        """Return when all that was appended before is on the disk."""
        await self.database.sync()

    # The timeline

    async def append(self, batches: Sequence[Batch]) -> None:
        """Keep all of it or, where a room has a newer owner, nothing."""
        await self.database.free()
        self.append_now(batches)

    @property
    def busy(self) -> bool:
        """Whether another transaction is under way, so that `append_now` has to wait for `free`."""
        return self.database.busy

    async def free(self) -> None:
        """Return when no transaction is under way, with nobody's turn in between."""
        await self.database.free()

    def append_now(self, batches: Sequence[Batch]) -> None:
        """`append`, at once, on the event loop's thread: the operating system takes it, the disk comes later."""
        self.database.transact(partial(_append, batches))

    async def events(
        self,
        room: str,
        *,
        chain: int = 0,
        since_seq: int = 0,
        most: int | None = None,
        typing: bool = True,
    ) -> list[EventRow]:
        """Events after `since_seq`, in order; at `most` so many. Without `typing`, as if no key had been recorded."""
        limit = -1 if most is None else most
        query = _EVENTS if typing else _WITHOUT_TYPING
        return await self.database.read(
            lambda db: [
                EventRow(*row)
                for row in query.run(db, room=room, chain=chain, since_seq=since_seq, most=limit)
            ]
        )

    async def typing(self, room: str, *, bytes_most: int) -> list[EventRow]:
        """Who takes part, and their keys and set-ups, in order; the first of them, where they are more bytes."""
        return await self.database.read(partial(_typing, room, bytes_most))

    async def size(self, room: str) -> int:
        """Of a room's events and blobs, in bytes."""
        return await self.database.read(lambda db: int(_SIZE.run(db, room=room).fetchone()[0]))

    async def blob(self, room: str, sha256: str) -> BlobRow | None:
        """The content that a frame named; where several audiences have it, the widest."""
        row = tables.blob.c
        query = select(row.room, row.sha256, row.mime, row.audience, row.content).where(
            row.room == room, row.sha256 == sha256
        )
        async with self.database.reading() as db:
            found = [BlobRow(*blob) for blob in await db.execute(query)]
        return min(found, key=lambda blob: blob.audience != "all", default=None)

    # Rooms

    async def add_room(
        self,
        room: StoredRoom,
        links: Sequence[StoredLink],
        people: Sequence[NewParticipant],
    ) -> list[StoredParticipant]:
        """A new room with its first links and participants; its candidate too, unless known already."""
        row = _values(room)
        name = row.pop("candidate_name")
        async with self.database.writing() as db:
            known = select(tables.candidate.c.id).where(tables.candidate.c.id == room.candidate_id)
            if (await db.execute(known)).first() is None:
                await db.execute(
                    insert(tables.candidate).values(
                        id=room.candidate_id, name=name, made_wall_us=room.made_wall_us
                    )
                )
            await db.execute(insert(tables.room).values(row))
            if links:
                await db.execute(insert(tables.link), [_values(link) for link in links])
            return [await self._add_participant(db, room.id, person) for person in people]

    async def room(self, room: str) -> StoredRoom | None:
        async with self.database.reading() as db:
            return await _room(db, room)

    async def rooms(self) -> list[StoredRoom]:
        """All rooms, the newest first."""
        query = rooms_with_names().order_by(tables.room.c.made_wall_us.desc())
        async with self.database.reading() as db:
            return [StoredRoom(*found) for found in await db.execute(query)]


def _typing(room: str, bytes_most: int, db: sqlite3.Connection) -> list[EventRow]:
    found: list[EventRow] = []
    for row in map(EventRow._make, _TYPING.run(db, room=room, chain=0, since_seq=0, most=-1)):
        bytes_most -= len(row.line)
        if bytes_most < 0:
            break
        found.append(row)
    return found


def _append(batches: Sequence[Batch], db: sqlite3.Connection) -> None:
    for batch in batches:
        if db.execute(_EPOCH, (batch.room,)).fetchone() != (batch.epoch,):
            raise Fenced(batch.room)
    db.executemany(_INSERT_EVENT, [row for batch in batches for row in batch.events])
    if blobs := [_BLOB_COLUMNS(row) for batch in batches for row in batch.blobs]:
        db.executemany(_INSERT_BLOB, blobs)
    for batch in batches:
        if batch.state is not None:
            db.execute(*_sql(_new_state(batch)))


def _sql(statement: ClauseElement) -> tuple[str, dict[str, Any]]:
    """A Core statement as sqlite3 takes it."""
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return str(compiled), dict(compiled.params)


async def _room(db: AsyncConnection, room: str) -> StoredRoom | None:
    found = (await db.execute(rooms_with_names().where(tables.room.c.id == room))).first()
    return None if found is None else StoredRoom(*found)


def _new_state(batch: Batch) -> Update:
    row = tables.room.c
    at = row.made_wall_us + max((event.at_us for event in batch.events), default=0)
    values: dict[str, Any] = {"state": batch.state}
    if batch.state == "ended":
        values["ended_wall_us"] = at
    elif batch.state == "open":
        values |= {"ended_wall_us": None, "started_wall_us": func.coalesce(row.started_wall_us, at)}
    return update(tables.room).where(row.id == batch.room).values(values)


def _values(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}
