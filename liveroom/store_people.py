"""The store's part about who is in a room: participants, their tokens, links and consent."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from liveroom import tables
from liveroom.database import Database, Statement
from liveroom.messages import Role
from liveroom.rows import NewParticipant, StoredCandidate, StoredConsent, StoredLink, StoredParticipant

# Told apart by colour-blind eyes and readable on light and dark (after Okabe and Ito, evened in lightness).
COLOURS = ("#0072b2", "#b35900", "#00805f", "#a8447f", "#5b62c9", "#8a6d00", "#b3403a", "#2b7a87")

COLUMNS_OF_PARTICIPANT = tuple(
    tables.participant.c[name] for name in ("room", "number", "name", "role", "colour", "link_serial")
)


_token, _link, _consent = tables.token.c, tables.link.c, tables.consent.c
_OF_TOKEN = Statement(
    select(*COLUMNS_OF_PARTICIPANT)
    .join_from(
        tables.participant,
        tables.token,
        (_token.room == tables.participant.c.room) & (_token.number == tables.participant.c.number),
    )
    .outerjoin(tables.link, _link.serial == _token.link_serial)
    .where(_token.hash == bindparam("hash"), _token.room == bindparam("room"), _link.revoked.is_not(true()))
)
_CONSENT = Statement(
    select(*(_consent[name] for name in StoredConsent.__dataclass_fields__)).where(
        _consent.room == bindparam("room")
    )
)


class PeopleRows:
    """Part of Store."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # Participants

    async def participants(self, room: str) -> list[StoredParticipant]:
        """Everyone who was given a token, in the order of their ids."""
        query = _participants().where(tables.participant.c.room == room)
        async with self.database.reading() as db:
            return [stored_participant(row) for row in await db.execute(query)]

    async def participant_of_token(self, room: str, token_hash: bytes) -> StoredParticipant | None:
        """Whose token this is, unless the link that it came by was revoked."""
        found = await self.database.read(lambda db: _OF_TOKEN.run(db, room=room, hash=token_hash).fetchone())
        return None if found is None else stored_participant(found)

    async def add_participant(self, room: str, person: NewParticipant) -> StoredParticipant:
        async with self.database.writing() as db:
            return await self._add_participant(db, room, person)

    async def add_token(
        self, room: str, participant: str, *, link_serial: str | None, token_hash: bytes
    ) -> None:
        """One more token for somebody who has one; the older ones stay good."""
        async with self.database.writing() as db:
            await db.execute(
                insert(tables.token).values(
                    hash=token_hash, room=room, number=int(participant[1:]), link_serial=link_serial
                )
            )

    async def set_role(self, room: str, participant: str, role: Role) -> None:
        row = tables.participant.c
        own = update(tables.participant).where(row.room == room, row.number == int(participant[1:]))
        async with self.database.writing() as db:
            await db.execute(own.values(role=role))

    async def _add_participant(
        self, db: AsyncConnection, room: str, person: NewParticipant
    ) -> StoredParticipant:
        row = tables.participant.c
        last = (await db.execute(select(func.max(row.number)).where(row.room == room))).scalar() or 0
        number = last + 1
        colour = COLOURS[last % len(COLOURS)]
        await db.execute(
            insert(tables.participant).values(
                room=room,
                number=number,
                name=person.name,
                role=person.role,
                colour=colour,
                link_serial=person.link_serial,
            )
        )
        await db.execute(
            insert(tables.token).values(
                hash=person.token_hash, room=room, number=number, link_serial=person.link_serial
            )
        )
        return StoredParticipant(room, f"p{number}", person.name, person.role, colour, person.link_serial)

    # Links

    async def links(self, room: str) -> list[StoredLink]:
        """A room's links, the oldest first."""
        query = (
            _links()
            .where(tables.link.c.room == room)
            .order_by(tables.link.c.made_wall_us, tables.link.c.role)
        )
        async with self.database.reading() as db:
            return [StoredLink(*row) for row in await db.execute(query)]

    async def link(self, serial: str) -> StoredLink | None:
        async with self.database.reading() as db:
            found = (await db.execute(_links().where(tables.link.c.serial == serial))).first()
        return None if found is None else StoredLink(*found)

    async def add_link(self, link: StoredLink) -> None:
        async with self.database.writing() as db:
            await db.execute(
                insert(tables.link).values(
                    {name: getattr(link, name) for name in StoredLink.__dataclass_fields__}
                )
            )

    async def revoke_link(self, serial: str) -> list[str]:
        """End a link and every token that came by it; the participants who held one."""
        token = tables.token.c
        query = select(token.number).where(token.link_serial == serial).distinct().order_by(token.number)
        async with self.database.writing() as db:
            await db.execute(update(tables.link).where(tables.link.c.serial == serial).values(revoked=True))
            return [f"p{number}" for (number,) in await db.execute(query)]

    # Consent and candidates

    async def consent(self, room: str) -> StoredConsent | None:
        found = await self.database.read(lambda db: _CONSENT.run(db, room=room).fetchone())
        if found is None:
            return None
        of_room, replay, metrics, typing, *rest = found
        return StoredConsent(of_room, bool(replay), bool(metrics), bool(typing), *rest)

    async def set_consent(self, consent: StoredConsent) -> None:
        """Keep an answer, in place of an earlier one."""
        values = {name: getattr(consent, name) for name in StoredConsent.__dataclass_fields__}
        async with self.database.writing() as db:
            changed = await db.execute(
                update(tables.consent).where(tables.consent.c.room == consent.room).values(values)
            )
            if changed.rowcount == 0:
                await db.execute(insert(tables.consent).values(values))

    async def candidates(self) -> list[StoredCandidate]:
        row = tables.candidate.c
        query = select(row.id, row.name, row.made_wall_us).order_by(row.made_wall_us)
        async with self.database.reading() as db:
            return [StoredCandidate(*found) for found in await db.execute(query)]


def stored_participant(row: Sequence[Any]) -> StoredParticipant:
    """A participant of a row of `COLUMNS_OF_PARTICIPANT`."""
    room, number, name, role, colour, link_serial = row
    return StoredParticipant(room, f"p{number}", name, role, colour, link_serial)


def _participants() -> Select[Any]:
    return select(*COLUMNS_OF_PARTICIPANT).order_by(tables.participant.c.number)


def _links() -> Select[Any]:
    row = tables.link.c
    return select(*(row[name] for name in StoredLink.__dataclass_fields__))
