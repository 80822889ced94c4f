"""The store's part about the comparison of typing: what people wrote beside it, and who was shown it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Update, delete, func, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from liveroom import tables
from liveroom.database import Database
from liveroom.errors import RoomGone
from liveroom.rows import StoredReview, StoredView

_review, _view = tables.typing_review.c, tables.typing_view.c


class ReviewRows:
    """Part of Store."""

    database: Database

    async def typing_review(self, room: str) -> StoredReview:
        """An empty one where nobody wrote anything."""
        columns = [_review[name] for name in StoredReview.__dataclass_fields__]
        async with self.database.reading() as db:
            found = (await db.execute(select(*columns).where(_review.room == room))).first()
        return StoredReview() if found is None else StoredReview(*found)

    async def answer_situation(self, room: str, *, differed: bool) -> bool:
        """Keep the candidate's answer; False where there is one already."""
        async with self.database.writing() as db:
            changed = (
                _of(room).where(_review.situation_differed.is_(None)).values(situation_differed=differed)
            )
            return await _change(db, room, changed)

    async def keep_candidate_note(self, room: str, text: str, *, now_wall_us: int) -> bool:
        """Keep the candidate's note in place of the last; False where the panel has opened the comparison."""
        async with self.database.writing() as db:
            unopened = _of(room).where(_review.opened_wall_us.is_(None))
            return await _change(db, room, unopened.values(candidate_note=text, noted_wall_us=now_wall_us))

    async def keep_reviewer_note(self, room: str, reviewer: str, note: str, *, now_wall_us: int) -> None:
        """In place of the last."""
        async with self.database.writing() as db:
            values = {"reviewer": reviewer, "reviewer_note": note, "reviewed_wall_us": now_wall_us}
            await _change(db, room, _of(room).values(values))

    async def ask_again(self, room: str) -> None:
        """The room goes on, so that its comparison will be another: what was written stays, what it opened closes."""
        closed = {"situation_differed": None, "noted_wall_us": None, "opened_wall_us": None}
        async with self.database.writing() as db:
            await db.execute(_of(room).values(closed))

    async def record_typing_view(self, room: str, who: str, *, now_wall_us: int) -> None:
        async with self.database.writing() as db, _room_there():
            await db.execute(insert(tables.typing_view).values(room=room, at_wall_us=now_wall_us, who=who))
            opened = func.coalesce(_review.opened_wall_us, now_wall_us)
            await _change(db, room, _of(room).values(opened_wall_us=opened))

    async def typing_views(self, room: str) -> list[StoredView]:
        """In the order in which they were."""
        query = select(_view.at_wall_us, _view.who).where(_view.room == room).order_by(_view.at_wall_us)
        async with self.database.reading() as db:
            return [StoredView(*found) for found in await db.execute(query)]

    async def delete_typing_review(self, room: str) -> None:
        """Everything of the comparison that is kept beside the timeline."""
        async with self.database.writing() as db:
            for table in (tables.typing_view, tables.typing_review):
                await db.execute(delete(table).where(table.c.room == room))


def _of(room: str) -> Update:
    return update(tables.typing_review).where(_review.room == room)


@asynccontextmanager
async def _room_there() -> AsyncIterator[None]:
    """A room may be forgotten while somebody reads its report, or writes beside it."""
    try:
        yield
    except IntegrityError as error:
        raise RoomGone("This room does not exist, or its data was deleted.") from error


async def _change(db: AsyncConnection, room: str, change: Update) -> bool:
    """Whether the room's row, which is made where there is none, was one to change."""
    async with _room_there():
        await db.execute(sqlite.insert(tables.typing_review).values(room=room).on_conflict_do_nothing())
    return (await db.execute(change)).rowcount == 1
