"""What a room asks its host to do. Effects are performed in the order in which they were returned.

Several are made for every key, and a frozen dataclass takes ten times as long to make as these.
"""

from collections.abc import Mapping
from typing import NewType

import msgspec

from liveroom.audience import ALL
from liveroom.messages import CheckKind, Complete, FromServer, Inspect, ListVariables, RoomState

ConnectionId = NewType("ConnectionId", int)


class Record(msgspec.Struct, frozen=True):
    """Append an event. `page` and `n` name the frame that it records; `chain` 1 holds notes apart."""

    participant: str | None
    kind: str
    body: Mapping[str, object]
    at_us: int
    audience: str = ALL
    page: str | None = None
    n: int | None = None
    chain: int = 0


class Keep(msgspec.Struct, frozen=True):
    """Keep content that is too large for a frame, before the event that names it."""

    sha256: str
    mime: str
    content: bytes
    audience: str = ALL


class Tell(msgspec.Struct, frozen=True):
    """Send a text frame to one connection, or to every page that the audience includes."""

    message: FromServer
    audience: str = ALL
    to: ConnectionId | None = None


class Send(msgspec.Struct, frozen=True):
    """Send a binary frame to one connection."""

    frame: bytes
    to: ConnectionId


class Relay(msgspec.Struct, frozen=True):
    """Send a binary frame to every connection but its sender."""

    frame: bytes
    but: ConnectionId | None


class Acknowledge(msgspec.Struct, frozen=True):
    """Send `Saved` once everything recorded so far is on disk."""

    to: ConnectionId
    page: str
    n: int


class Close(msgspec.Struct, frozen=True):
    """Close a connection with a code and a reason."""

    connection: ConnectionId
    code: int
    reason: str


class PrepareKernel(msgspec.Struct, frozen=True):
    """Have a kernel ready; somebody who will run code is here."""


class StartRun(msgspec.Struct, frozen=True):
    """Run this source on the room's kernel."""

    run: str
    source: str


class Answer(msgspec.Struct, frozen=True):
    """Give the running cell what somebody answered. It is not logged or kept: a hidden one is here alone."""

    text: str


class Ask(msgspec.Struct, frozen=True):
    """Ask the live kernel, and tell this connection alone what it answers."""

    by: ConnectionId
    asked: Complete | Inspect | ListVariables


class Interrupt(msgspec.Struct, frozen=True):
    """Interrupt what the kernel runs."""


class Restart(msgspec.Struct, frozen=True):
    """Start the kernel anew."""


class ReleaseKernel(msgspec.Struct, frozen=True):
    """Leave nothing of the kernel; the room is over."""


class Judge(msgspec.Struct, frozen=True):
    """Run checks on the document as it is now."""

    round: str
    which: CheckKind
    submission: str


class Mark(msgspec.Struct, frozen=True):
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
    | Answer
    | Ask
    | Interrupt
    | Restart
    | ReleaseKernel
    | Judge
    | Mark
)
