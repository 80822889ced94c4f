"""Rooms and events for tests of whatever keeps or reads them."""

import hashlib
import secrets

from keystroke import timeline
from liveroom.rows import EventRow, NewParticipant, StoredLink, StoredRoom

MADE_US = 1_770_000_000_000_000
MADE = "2026-02-02T02:40:00Z"


def stored_room(room: str = "room-1", *, candidate_id: str = "candidate-1", **values: object) -> StoredRoom:
    """A waiting live room of Ada's; `values` replace fields."""
    header = timeline.header_line(timeline.Header(room, MADE, None))
    fields: dict[str, object] = {
        "id": room,
        "title": "Pair programming",
        "kind": "live",
        "state": "waiting",
        "candidate_id": candidate_id,
        "candidate_name": "Ada",
        "exercise": None,
        "brief": "Talk as you type.",
        "starter": "# %%\nprint(1)\n",
        "minutes": 60,
        "meeting_url": None,
        "continues": None,
        "made": MADE,
        "made_wall_us": MADE_US,
        "started_wall_us": None,
        "ended_wall_us": None,
        "epoch": 0,
        "history": "history-1",
        "header": header,
        "replay_deleted": False,
        "lobby": False,
        "accommodation": 0,
    }
    return StoredRoom(**(fields | values))  # type: ignore[arg-type]


def link(serial: str = "serial-1", *, room: str = "room-1", role: str = "interviewer") -> StoredLink:
    return StoredLink(serial, room, role, MADE_US, MADE_US + 86_400_000_000)  # type: ignore[arg-type]


def newcomer(
    name: str = "Ben", role: str = "interviewer", *, token: bytes, link_serial: str | None = None
) -> NewParticipant:
    return NewParticipant(name, role, link_serial, token)  # type: ignore[arg-type]


def chained(
    room: StoredRoom,
    *bodies: tuple[int, str | None, str, str, dict[str, object]],
    start: tuple[int, bytes] | None = None,
) -> list[EventRow]:
    """Events `(at_us, participant, kind, audience, body)` with their links, from the room's beginning or `start`."""
    seq, h = start or (0, timeline.chain_start(room.header))
    rows = []
    for at_us, participant, kind, audience, body in bodies:
        seq += 1
        salt = secrets.token_bytes(timeline.SALT_BYTES)
        line = timeline.line(seq, at_us, participant, kind, audience, body)
        h = timeline.link(h, salt, line)
        rows.append(EventRow(room.id, 0, seq, at_us, participant, kind, audience, None, None, line, salt, h))
    return rows


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
