"""What the store takes and gives back: plain frozen values, so that no caller meets a table."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import msgspec

from liveroom.messages import Accommodation, Role, RoomKind, RoomState

AccessKind = Literal["sign-in", "session", "api"]


class EventRow(NamedTuple):
    """One event as it is chained, in the order of the table's columns. `leaf` is present where `line` and `salt` were
    deleted for good.
    """

    room: str
    chain: int
    seq: int
    at_us: int
    participant: str | None
    kind: str
    audience: str
    page: str | None
    n: int | None
    line: bytes
    salt: bytes
    h: bytes
    leaf: bytes | None = None


@dataclass(frozen=True, slots=True)
class BlobRow:
    room: str
    sha256: str
    mime: str
    audience: str
    content: bytes


@dataclass(frozen=True, slots=True)
class NewCheckpoint:
    """What a room's typing comes to at the event `seq`, whose link is `h`; `epoch` is its owner's."""

    room: str
    epoch: int
    seq: int
    h: bytes
    state: bytes


class Batch(msgspec.Struct, frozen=True):
    """What one room wants kept. `state` goes to the room's row, at the time of the last event."""

    room: str
    epoch: int
    events: list[EventRow] = []
    blobs: list[BlobRow] = []
    state: RoomState | None = None

    @property
    def size(self) -> int:
        """Of its events and blobs, in bytes."""
        return sum(len(row.line) for row in self.events) + sum(len(blob.content) for blob in self.blobs)


@dataclass(frozen=True, slots=True)
class StoredRoom:
    """A room's row. `made` is `made_wall_us` for a person, and what the header says.

    The last three are what its maker asked for its kernel; None: as its exercise or the site has it.
    """

    id: str
    title: str
    kind: RoomKind
    state: RoomState
    candidate_id: str
    candidate_name: str
    exercise: str | None
    brief: str
    starter: str
    minutes: int
    meeting_url: str | None
    continues: str | None
    made: str
    made_wall_us: int
    started_wall_us: int | None
    ended_wall_us: int | None
    epoch: int
    history: str
    header: bytes
    replay_deleted: bool
    lobby: bool
    accommodation: Accommodation
    environment: str | None = None
    memory_mib: int | None = None
    run_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class StoredParticipant:
    """A participant's row; `link_serial` is the link that made them, None for the owner."""

    room: str
    participant: str
    name: str
    role: Role
    colour: str
    link_serial: str | None


@dataclass(frozen=True, slots=True)
class StoredLink:
    serial: str
    room: str
    role: Role
    made_wall_us: int
    expires_wall_us: int
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class StoredConsent:
    """A candidate's answer, with the exact text that was answered and its sha256."""

    room: str
    replay: bool
    metrics: bool
    typing: bool
    text: str
    text_hash: str
    at_wall_us: int


@dataclass(frozen=True, slots=True)
class StoredReview:
    """What people wrote beside the comparison of a room's typing, and when; None: they did not yet.

    The candidate's note, maybe an empty one, lets the panel see the comparison. `opened_wall_us` is when it first did.
    """

    situation_differed: bool | None = None
    candidate_note: str = ""
    noted_wall_us: int | None = None
    opened_wall_us: int | None = None
    reviewer: str | None = None
    reviewer_note: str = ""
    reviewed_wall_us: int | None = None


@dataclass(frozen=True, slots=True)
class StoredView:
    """Somebody of the panel was shown a comparison."""

    at_wall_us: int
    who: str


@dataclass(frozen=True, slots=True)
class StoredCandidate:
    id: str
    name: str
    made_wall_us: int


@dataclass(frozen=True, slots=True)
class NewParticipant:
    """A participant to be made, with the hash of their token; the store gives them the next id."""

    name: str
    role: Role
    link_serial: str | None
    token_hash: bytes
