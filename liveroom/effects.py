"""What a room asks its host to do. Effects are performed in the order in which they were returned."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType

from liveroom.audience import ALL
from liveroom.messages import CheckKind, FromServer, RoomState

ConnectionId = NewType("ConnectionId", int)


@dataclass(frozen=True, slots=True)
class Record:
    """Append an event. `page` and `n` name the frame that it records; `chain` 1 holds notes apart."""

    participant: str | None
    kind: str
    body: Mapping[str, object]
    at_us: int
    audience: str = ALL
    page: str | None = None
    n: int | None = None
    chain: int = 0


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep content that is too large for a frame, before the event that names it."""

    sha256: str
    mime: str
    content: bytes
    audience: str = ALL


@dataclass(frozen=True, slots=True)
class Tell:
    """Send a text frame to one connection, or to every page that the audience includes."""

    message: FromServer
    audience: str = ALL
    to: ConnectionId | None = None


@dataclass(frozen=True, slots=True)
class Send:
    """Send a binary frame to one connection."""

    frame: bytes
    to: ConnectionId


@dataclass(frozen=True, slots=True)
class Relay:
    """Send a binary frame to every connection but its sender."""

    frame: bytes
    but: ConnectionId | None


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Send `Saved` once everything recorded so far is on disk."""

    to: ConnectionId
    page: str
    n: int


@dataclass(frozen=True, slots=True)
class Close:
    """Close a connection with a code and a reason."""

    connection: ConnectionId
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class PrepareKernel:
    """Have a kernel ready; somebody who will run code is here."""


@dataclass(frozen=True, slots=True)
class StartRun:
    """Run this source on the room's kernel."""

    run: str
    source: str


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Interrupt what the kernel runs."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Start the kernel anew."""


@dataclass(frozen=True, slots=True)
class ReleaseKernel:
    """Leave nothing of the kernel; the room is over."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Run checks on the document as it is now."""

    round: str
    which: CheckKind
    submission: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Mirror the room's state where the dashboard reads it."""

    state: RoomState


Effect = (
    Record
    | Keep
    | Tell
    | Send
    | Relay
    | Acknowledge
    | Close
    | PrepareKernel
    | StartRun
    | Interrupt
    | Restart
    | ReleaseKernel
    | Judge
    | Mark
)
