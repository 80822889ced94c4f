"""One room's end of its timeline: numbers events, chains them, and keeps their time from running backwards."""

import os
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from keystroke import timeline
from liveroom.effects import Keep, Record
from liveroom.errors import RoomDamaged
from liveroom.messages import RoomState
from liveroom.store import Batch, BlobRow, EventRow

_encoder = msgspec.json.Encoder()


class Head(NamedTuple):
    """The last event of a chain."""

    seq: int
    h: bytes


class Log:
    """Makes rows of events. A batch counts only once it is kept: `advance` says so."""

    def __init__(self, room: str, epoch: int, heads: dict[int, Head], *, salt: Callable[[], bytes]) -> None:
        self._room = room
        self.epoch = epoch
        self._heads = heads
        self._salt = salt

    def batch(
        self, records: Iterable[Record], keeps: Iterable[Keep] = (), state: RoomState | None = None
    ) -> tuple[Batch, dict[int, Head]]:
        """The rows of these events, and the heads that the chains have once they are kept."""
        heads = dict(self._heads)
        rows = [self._row(record, heads) for record in records]
        blobs = [BlobRow(self._room, k.sha256, k.mime, k.audience, k.content) for k in keeps]
        return Batch(self._room, self.epoch, rows, blobs, state), heads

    def advance(self, heads: dict[int, Head]) -> None:
        self._heads = heads

    @property
    def head(self) -> Head:
        """The last event of the room's own chain that is kept."""
        return self._heads[0]

    def _row(self, record: Record, heads: dict[int, Head]) -> EventRow:
        head, salt = heads[record.chain], self._salt()
        seq = head.seq + 1
        line = _line(seq, record)
        h = timeline.link(head.h, salt, line)
        heads[record.chain] = Head(seq, h)
        return EventRow(
            self._room,
            record.chain,
            seq,
            record.at_us,
            record.participant,
            record.kind,
            record.audience,
            record.page,
            record.n,
            line,
            salt,
            h,
        )


def _line(seq: int, record: Record) -> bytes:
    """`timeline.line`, by an encoder ten times as fast for all but text that is no Unicode."""
    fields = (seq, record.at_us, record.participant, record.kind, record.audience, record.body)
    try:
        return _encoder.encode(fields)
    except UnicodeEncodeError:
        return timeline.line(*fields)


class Salts:
    """Random bytes for the chain's salts, drawn from the system many at a time."""

    _AT_ONCE = 256

    def __init__(self) -> None:
        self._drawn = b""
        self._at = 0

    def __call__(self) -> bytes:
        if self._at == len(self._drawn):
            self._drawn, self._at = os.urandom(timeline.SALT_BYTES * self._AT_ONCE), 0
        self._at += timeline.SALT_BYTES
        return self._drawn[self._at - timeline.SALT_BYTES : self._at]


def start_of(header: bytes) -> Head:
    """Where both chains of a room begin: at the hash of its header."""
    return Head(0, timeline.chain_start(header))


def follow(head: Head, row: EventRow) -> Head:
    """The head after this stored event; raises `RoomDamaged` where it is not what was written there."""
    leaf = timeline.leaf(row.salt, row.line) if row.leaf is None else row.leaf
    if row.seq != head.seq + 1 or row.h != timeline.link_leaf(head.h, leaf):
        raise RoomDamaged(
            f"The room's record is damaged at event {head.seq + 1} and was left as it is; restore a backup."
        )
    return Head(row.seq, row.h)


class RoomClock:
    """Microseconds since the room was made, from the monotonic clock, never decreasing.

    After a restart it goes on at the later of the last event and the wall clock.
    """

    def __init__(
        self, *, made_wall_us: int, last_at_us: int, wall: Callable[[], int], monotonic: Callable[[], int]
    ) -> None:
        self._monotonic = monotonic
        self._offset = max(last_at_us, wall() - made_wall_us) - monotonic()
        self._last = last_at_us

    def now(self) -> int:
        self._last = max(self._last, self._monotonic() + self._offset)
        return self._last
