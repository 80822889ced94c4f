"""The store's part about the owner: one-use sign-ins, sessions and API tokens, by their hashes."""

from sqlalchemy import delete, insert, or_, select

from liveroom import tables
from liveroom.database import Database
from liveroom.rows import AccessKind


class AccessRows:
    """Part of Store."""

    database: Database

    async def grant(
        self, token_hash: bytes, kind: AccessKind, *, now_us: int, expires_wall_us: int | None
    ) -> None:
        """Let the holder of a token in; what has expired is swept out."""
        row = tables.access.c
        async with self.database.writing() as db:
            await db.execute(delete(tables.access).where(row.expires_wall_us <= now_us))
            await db.execute(
                insert(tables.access).values(
                    hash=token_hash, kind=kind, made_wall_us=now_us, expires_wall_us=expires_wall_us
                )
            )

    async def granted(self, token_hash: bytes, kind: AccessKind, *, now_us: int) -> bool:
        row = tables.access.c
        query = select(row.hash).where(
            row.hash == token_hash,
            row.kind == kind,
            or_(row.expires_wall_us.is_(None), row.expires_wall_us > now_us),
        )
        async with self.database.reading() as db:
            return (await db.execute(query)).first() is not None

    async def take_grant(self, token_hash: bytes, kind: AccessKind, *, now_us: int) -> bool:
        """Use a grant up; True for the one caller who got it while it was good."""
        row = tables.access.c
        query = (
            delete(tables.access)
            .where(row.hash == token_hash, row.kind == kind)
            .returning(row.expires_wall_us)
        )
        async with self.database.writing() as db:
            found = (await db.execute(query)).first()
        return found is not None and (found[0] is None or found[0] > now_us)
