"""The store's part about deletion: rows go for good, and what must outlive them is written beside."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from liveroom import tables
from liveroom.database import Database

# Each before what it refers to.
_OF_A_ROOM: tuple[Table, ...] = (
    tables.typing_view,
    tables.typing_review,
    tables.token,
    tables.consent,
    tables.participant,
    tables.link,
    tables.blob,
    tables.event,
    tables.checkpoint,
    tables.final_file,
)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """All that is left of a candidate: how much was deleted, and when."""

    candidate_id: str
    forgotten_wall_us: int
    rooms: int
    events: int


class DeletionRows:
    """Part of Store. Nothing here is gone from the disk before `scrub` has returned."""

    database: Database

    async def scrub(self) -> None:
        """Overwrite what was deleted, in the database's log too; StoreFailed where a reader prevents it."""
        await self.database.scrub()

    async def rooms_of(self, candidate_id: str) -> list[str]:
        query = select(tables.room.c.id).where(tables.room.c.candidate_id == candidate_id)
        async with self.database.reading() as db:
            return [room for (room,) in await db.execute(query)]

    async def forget_candidate(self, candidate_id: str, *, now_wall_us: int) -> Tombstone | None:
        """Delete a candidate with all their rooms; None for one that never was.

        A tombstone stays. Forgetting somebody again returns the first tombstone.
        """
        room, candidate = tables.room.c, tables.candidate.c
        async with self.database.writing() as db:
            ids = select(room.id).where(room.candidate_id == candidate_id)
            rooms = [found for (found,) in await db.execute(ids)]
            events = await _delete_rooms(db, rooms)
            gone = await db.execute(delete(tables.candidate).where(candidate.id == candidate_id))
            if gone.rowcount == 0:
                return await _tombstone(db, candidate_id)
            stone = Tombstone(candidate_id, now_wall_us, len(rooms), events)
            values = {name: getattr(stone, name) for name in Tombstone.__dataclass_fields__}
            await db.execute(insert(tables.tombstone).values(values))
            return stone

    async def delete_room(self, room: str) -> int:
        """Delete one room with everything in it; the number of its events. Its candidate stays."""
        async with self.database.writing() as db:
            return await _delete_rooms(db, [room])

    async def delete_timeline(self, room: str, files: Mapping[str, str]) -> None:
        """Delete a room's timeline and blobs and keep `files` (path -> text), which are its last state.

        The room gets a new history and a new epoch: what its host writes after this is refused. It cannot go on.
        """
        row = tables.room.c
        async with self.database.writing() as db:
            await db.execute(
                delete(tables.event).where(tables.event.c.room == room, tables.event.c.chain == 0)
            )
            for table in (tables.blob, tables.checkpoint, tables.final_file):
                await db.execute(delete(table).where(table.c.room == room))
            for path, content in files.items():
                await db.execute(insert(tables.final_file).values(room=room, path=path, content=content))
            await db.execute(
                update(tables.room)
                .where(row.id == room)
                .values(
                    replay_deleted=True,
                    history=secrets.token_hex(8),
                    epoch=row.epoch + 1,
                )
            )

    async def final_files(self, room: str) -> dict[str, str]:
        """The files that stayed of a deleted timeline, by path."""
        file = tables.final_file.c
        query = select(file.path, file.content).where(file.room == room).order_by(file.path)
        async with self.database.reading() as db:
            return {row.path: row.content for row in await db.execute(query)}

    async def withdraw_events(self, room: str, kinds: Collection[str]) -> int:
        """Take the content out of events; what is left of each is enough for the chain alone."""
        row = tables.event.c
        query = select(row.chain, row.seq, row.line, row.salt).where(
            row.room == room, row.kind.in_(kinds), row.leaf.is_(None)
        )
        async with self.database.writing() as db:
            found = (await db.execute(query)).all()
            for chain, seq, line, salt in found:
                leaf = hashlib.sha256(salt + line).digest()
                await db.execute(
                    update(tables.event)
                    .where(row.room == room, row.chain == chain, row.seq == seq)
                    .values(line=b"", salt=b"", leaf=leaf)
                )
        return len(found)


async def _delete_rooms(db: AsyncConnection, rooms: Collection[str]) -> int:
    """The number of events that went."""
    row = tables.event.c
    count = select(func.count()).select_from(tables.event).where(row.room.in_(rooms))
    events = int((await db.execute(count)).scalar_one())
    for table in _OF_A_ROOM:
        await db.execute(delete(table).where(table.c.room.in_(rooms)))
    continues = tables.room.c.continues
    await db.execute(update(tables.room).where(continues.in_(rooms)).values(continues=None))
    await db.execute(delete(tables.room).where(tables.room.c.id.in_(rooms)))
    return events


async def _tombstone(db: AsyncConnection, candidate_id: str) -> Tombstone | None:
    row = tables.tombstone.c
    columns = [row[name] for name in Tombstone.__dataclass_fields__]
    found = (await db.execute(select(*columns).where(row.candidate_id == candidate_id))).first()
    return None if found is None else Tombstone(*found)
