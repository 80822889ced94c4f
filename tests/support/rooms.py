"""Rooms for tests of the pure core: people, pages and a clock that stands still until it is told."""

import base64
from typing import TypeVar

from keystroke import timeline
from liveroom.audience import may_see
from liveroom.effects import ConnectionId, Effect, Record, Tell
from liveroom.messages import (
    Accommodation,
    Edit,
    EditOrigin,
    FromClient,
    FromServer,
    Hello,
    Place,
    RequestRun,
    Role,
    RoomKind,
    RoomView,
)
from liveroom.people import Allowed
from liveroom.replay import decode_events
from liveroom.room import Facts, Room
from tests.support.yjs import Client

M = TypeVar("M")

ROLES: dict[str, Role] = {"p1": "interviewer", "p2": "observer", "p3": "candidate", "p4": "interviewer"}
START = Place("main", "AAE=", 0)


def facts(
    *,
    kind: RoomKind = "live",
    starter: str = "",
    minutes: int = 60,
    lobby: bool = False,
    accommodation: Accommodation = 0,
) -> Facts:
    view = RoomView(
        room="r1",
        title="A room",
        kind=kind,
        state="waiting",
        made="2026-03-02T14:00:00Z",
        brief="Do it.",
        data=[],
        has_visible_checks=True,
        has_hidden_checks=True,
        guide="Listen for leakage.",
    )
    return Facts(view, minutes, "h1", starter, accommodation, lobby)


class Table:
    """A room with everyone at the table, and the effects of what they do."""

    def __init__(
        self,
        *,
        kind: RoomKind = "live",
        starter: str = "",
        allowed: Allowed | None = None,
        lobby: bool = False,
        accommodation: Accommodation = 0,
    ) -> None:
        self.facts = facts(kind=kind, starter=starter, lobby=lobby, accommodation=accommodation)
        self.room = Room(self.facts)
        self.allowed = allowed or Allowed(metrics=True, typing=True)
        self.now = 0
        self.log: list[Effect] = []
        self.clients: dict[ConnectionId, Client] = {}
        self._n: dict[ConnectionId, int] = {}
        for participant, role in ROLES.items():
            self.room.people.know(participant, participant.upper(), role, "#123456")
        self.did(self.room.first_events(self.now))

    def did(self, effects: list[Effect]) -> list[Effect]:
        self.log += effects
        return effects

    def page(self, participant: str, *, page: str | None = None) -> ConnectionId:
        """Join with a page and say hello."""
        connection = ConnectionId(len(self.clients) + 1)
        self.clients[connection] = client = Client()
        self._n[connection] = 0
        allowed = self.allowed if ROLES[participant] == "candidate" else Allowed()
        self.did(self.room.join(connection, participant, speaks_text=True, allowed=allowed, now=self.now))
        client.apply(self.room.document.missing(b"\x00"))
        self.hello(connection, page=page)
        return connection

    def hello(self, connection: ConnectionId, *, page: str | None = None) -> list[Effect]:
        hello = Hello(page or f"page{connection}", self.clients[connection].id)
        return self.did(self.room.receive(connection, hello, self.now))

    def send(self, connection: ConnectionId, message: FromClient) -> list[Effect]:
        return self.did(self.room.receive(connection, message, self.now))

    def stock(self, participant: str) -> ConnectionId:
        """Join as a stock y-websocket client."""
        connection = ConnectionId(len(self.clients) + 1)
        self.clients[connection] = client = Client()
        self.did(self.room.join(connection, participant, speaks_text=False, allowed=Allowed(), now=self.now))
        client.apply(self.room.document.missing(b"\x00"))
        return connection

    def edit(
        self, connection: ConnectionId, update: bytes, *, n: int | None = None, origin: EditOrigin = "typed"
    ) -> list[Effect]:
        frame = Edit(
            f"page{connection}",
            self.next_n(connection) if n is None else n,
            self.now,
            origin,
            base64.b64encode(update).decode(),
        )
        return self.did(self.room.receive(connection, frame, self.now))

    def write(self, connection: ConnectionId, text: str, at: int = 0) -> list[Effect]:
        return self.edit(connection, self.clients[connection].insert(at, text))

    def run(self, connection: ConnectionId, source: str) -> list[Effect]:
        frame = RequestRun(f"page{connection}", self.next_n(connection), self.now, source, START)
        return self.did(self.room.receive(connection, frame, self.now))

    def next_n(self, connection: ConnectionId) -> int:
        self._n[connection] += 1
        return self._n[connection]

    def rebuilt(self) -> Room:
        """The room as its log alone has it."""
        room = Room(self.facts)
        for participant in ROLES:
            role = self.room.people[participant].role
            room.people.know(participant, participant.upper(), role, "#123456")
        for seq, record in enumerate((e for e in self.log if isinstance(e, Record)), start=1):
            line = timeline.line(
                seq, record.at_us, record.participant, record.kind, record.audience, dict(record.body)
            )
            room.fold(decode_events([line])[0])
        self.recovery = room.recovered(self.now)
        return room

    def heard_by(self, participant: str, effects: list[Effect]) -> list[FromServer]:
        """The text frames among these effects that this participant's pages would be sent."""
        mine = set(self.room.people.connections_of(frozenset({participant})))
        role = self.room.people[participant].role
        return [
            e.message
            for e in effects
            if isinstance(e, Tell)
            and (
                e.to in mine if e.to is not None else may_see(e.audience, role=role, participant=participant)
            )
        ]


def told(effects: list[Effect], kind: type[M]) -> list[M]:
    return [e.message for e in effects if isinstance(e, Tell) and isinstance(e.message, kind)]


def records(effects: list[Effect]) -> list[str]:
    return [e.kind for e in effects if isinstance(e, Record)]


def of(effects: list[Effect], kind: type[M]) -> list[M]:
    return [e for e in effects if isinstance(e, kind)]
