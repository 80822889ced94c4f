"""Who is in a room: participants, their connections, and the Yjs client ids that are theirs. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from liveroom.audience import may_see
from liveroom.effects import ConnectionId
from liveroom.messages import Caret, Person, Role
from liveroom.rates import RUNS_BURST, RUNS_PER_SECOND, Bucket, Pace

CLIENTS_PER_PARTICIPANT_MAX = 1000
CARET_EVERY_US = 100_000

MANAGERS: frozenset[Role] = frozenset({"owner", "interviewer"})
WRITERS: frozenset[Role] = frozenset({"owner", "interviewer", "candidate"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the candidate said yes to. Of anyone else nothing of this is ever recorded."""

    metrics: bool = False
    typing: bool = False


@dataclass(slots=True)
class Participant:
    """A person with a role, here or not. `clients` are the Yjs client ids that they write under."""

    participant: str
    name: str
    role: Role
    colour: str
    clients: set[int] = field(default_factory=set)
    runs: Bucket = field(default_factory=lambda: Bucket(RUNS_PER_SECOND, RUNS_BURST))


@dataclass(slots=True)
class Connection:
    """One open tab, or one stock client."""

    connection: ConnectionId
    person: Participant
    speaks_text: bool
    allowed: Allowed
    page: str | None = None
    waiting: bool = False
    starting_over: bool = False
    pace: Pace = field(default_factory=Pace)
    caret_at_us: int = -CARET_EVERY_US
    caret: Caret | None = None

    @property
    def here(self) -> bool:
        """A page counts from its hello, a stock client from its first byte, and nobody while they wait."""
        return self.page is not None or not self.speaks_text


class People:
    """Everyone who belongs to a room."""

    def __init__(self) -> None:
        self._participants: dict[str, Participant] = {}
        self._connections: dict[ConnectionId, Connection] = {}
        self._owners: dict[int, str] = {}

    def know(self, participant: str, name: str, role: Role, colour: str) -> None:
        """Somebody opened a link; they are shown once they are here."""
        person = self._participants.get(participant)
        if person is None:
            self._participants[participant] = Participant(participant, name, role, colour)
        else:
            person.name, person.role, person.colour = name, role, colour

    def __getitem__(self, participant: str) -> Participant:
        return self._participants[participant]

    def get(self, participant: str) -> Participant | None:
        return self._participants.get(participant)

    def connect(self, connection: Connection) -> None:
        self._connections[connection.connection] = connection

    def disconnect(self, connection: ConnectionId) -> Connection | None:
        return self._connections.pop(connection, None)

    def connection(self, connection: ConnectionId) -> Connection | None:
        return self._connections.get(connection)

    def of(self, participant: str) -> list[Connection]:
        return [c for c in self._connections.values() if c.person.participant == participant]

    def connections_of(self, participants: Collection[str]) -> list[ConnectionId]:
        return [c.connection for c in self._connections.values() if c.person.participant in participants]

    def connections_with_role(self, role: Role) -> list[ConnectionId]:
        return [c.connection for c in self._connections.values() if c.person.role == role]

    def pages_that_see(self, audience: str) -> list[ConnectionId]:
        """Every page that has said hello and may see it."""
        return [
            c.connection
            for c in self._connections.values()
            if c.page is not None and may_see(audience, role=c.person.role, participant=c.person.participant)
        ]

    def everyone_but(self, connection: ConnectionId | None) -> list[ConnectionId]:
        return [c.connection for c in self._connections.values() if c.here and c.connection != connection]

    def waiting(self, participant: str | None = None) -> list[Connection]:
        """The pages in the lobby, of one participant or of all."""
        return [
            c for c in self._connections.values() if c.waiting and participant in (None, c.person.participant)
        ]

    def names_here(self, roles: Collection[Role]) -> list[str]:
        """The names of those with these roles who are here."""
        here = {c.person.participant for c in self._connections.values() if c.here}
        return [p.name for p in self._participants.values() if p.participant in here and p.role in roles]

    def is_here(self, participant: str) -> bool:
        return any(c.here for c in self.of(participant))

    def number_here(self) -> int:
        return len({c.person.participant for c in self._connections.values() if c.here})

    def views(self) -> list[Person]:
        """Everyone who is here or has written, as the others see them."""
        here: dict[str, int] = {}
        for connection in self._connections.values():
            if connection.here:
                here[connection.person.participant] = here.get(connection.person.participant, 0) + 1
        waiting = {connection.person.participant for connection in self.waiting()}
        return [
            Person(
                p.participant,
                p.name,
                p.role,
                p.colour,
                here.get(p.participant, 0),
                sorted(p.clients),
                p.participant in waiting,
            )
            for p in self._participants.values()
            if p.clients or here.get(p.participant) or p.participant in waiting
        ]

    def unclaimed(self, clients: Collection[int]) -> set[int]:
        """Those of these client ids that are nobody's."""
        return {client for client in clients if client not in self._owners}

    def owner(self, client: int) -> str | None:
        """Whose client id this is."""
        return self._owners.get(client)

    def claim(self, client: int, person: Participant) -> bool:
        """Whether the client id is this person's; one that is nobody's becomes theirs."""
        owner = self._owners.get(client)
        if owner is not None:
            return owner == person.participant
        if len(person.clients) >= CLIENTS_PER_PARTICIPANT_MAX:
            return False
        self._owners[client] = person.participant
        person.clients.add(client)
        return True

    def adopt(self, before: "People") -> list[Connection]:
        """Take over connections and client ids of the room as it was before it was built anew."""
        for connection in before._connections.values():
            person = self._participants[connection.person.participant]
            self.connect(replace(connection, person=person))
        for client, owner in before._owners.items():
            self.claim(client, self._participants[owner])
        return list(self._connections.values())
