"""Reads a Yjs update (version 1) without applying it: who wrote which structs, and what it deletes.

An update is parsed before it is applied, because afterwards nothing tells whose it was: a state-vector difference
misses updates with gaps, which stay pending and then appear in somebody else's transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from liveroom.lib0 import Reader, Truncated

MAIN_TEXT = "content"
CLOCK_MAX = 2**31
"""yrs counts in 32 bits without looking, and a document that has wrapped around cannot be read again."""

_GC, _DELETED, _STRING, _SKIP = 0, 1, 4, 10
_HAS_LEFT_ORIGIN, _HAS_RIGHT_ORIGIN, _HAS_KEY = 0x80, 0x40, 0x20


class BadUpdate(ValueError):
    """The bytes are not an update that this server takes."""


class Forged(BadUpdate):
    """The update holds structs under a client id that is not its sender's."""


class Gapped(BadUpdate):
    """The update builds on structs that the document does not have."""


@dataclass(frozen=True, slots=True)
class Struct:
    """A run of `length` consecutive ids of `client` from `clock`; `needs` are the ids that it hangs on."""

    client: int
    clock: int
    length: int
    kind: int
    needs: tuple[tuple[int, int], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """What an update holds. `deletes` are `(client, clock, length)`."""

    structs: list[Struct] = field(default_factory=list)
    deletes: list[tuple[int, int, int]] = field(default_factory=list)


def utf16_length(text: str) -> int:
    """The length of `text` in UTF-16 units, in which Yjs and browsers count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(update: bytes) -> Update:
    """Read a whole update; raises `BadUpdate` for anything but text in the room's one root text."""
    reader = Reader(update)
    try:
        structs = _structs(reader)
        deletes = _deletes(reader)
    except Truncated as error:
        raise BadUpdate(str(error)) from error
    if not reader.done:
        raise BadUpdate("The update has bytes after its end.")
    return Update(structs, deletes)


def _structs(reader: Reader) -> list[Struct]:
    structs = []
    for _ in range(reader.uint()):
        count, client, clock = reader.uint(), reader.uint(), reader.uint()
        for _ in range(count):
            struct = _struct(reader, client, clock)
            structs.append(struct)
            clock += struct.length
            if clock > CLOCK_MAX:
                raise BadUpdate("The update holds more than a document can count.")
    return structs


def _struct(reader: Reader, client: int, clock: int) -> Struct:
    info = reader.byte()
    kind = info & 31
    if kind in (_GC, _SKIP):
        return Struct(client, clock, _length(reader), kind)
    needs: list[tuple[int, int]] = []
    if info & _HAS_LEFT_ORIGIN:
        needs.append((reader.uint(), reader.uint()))
    if info & _HAS_RIGHT_ORIGIN:
        needs.append((reader.uint(), reader.uint()))
    if not needs and (reader.uint() != 1 or reader.string() != MAIN_TEXT or info & _HAS_KEY):
        raise BadUpdate("The update writes outside the room's text.")
    if kind == _DELETED:
        return Struct(client, clock, _length(reader), kind, tuple(needs))
    if kind != _STRING:
        raise BadUpdate("The update holds something that is not text.")
    text = reader.string()
    if not text:
        raise BadUpdate("The update holds an empty struct.")
    if "\r" in text:
        raise BadUpdate("The update holds a carriage return; lines end in \\n here.")
    return Struct(client, clock, utf16_length(text), kind, tuple(needs), text)


def _length(reader: Reader) -> int:
    length = reader.uint()
    if length == 0:
        raise BadUpdate("The update holds an empty struct.")
    return length


def _deletes(reader: Reader) -> list[tuple[int, int, int]]:
    deletes: list[tuple[int, int, int]] = []
    for _ in range(reader.uint()):
        client = reader.uint()
        deletes.extend((client, reader.uint(), reader.uint()) for _ in range(reader.uint()))
    return deletes


def state_vector(encoded: bytes) -> dict[int, int]:
    """Decode a Yjs state vector: the next clock of each client."""
    reader = Reader(encoded)
    try:
        return {reader.uint(): reader.uint() for _ in range(reader.uint())}
    except Truncated as error:
        raise BadUpdate(str(error)) from error


def check(update: Update, *, known: Mapping[int, int], writers: frozenset[int]) -> dict[int, int]:
    """Hold an update against the document's clocks, `known`, and its sender's own client ids, `writers`.

    Returns the new clocks that it brings, empty when it brings no struct; raises `Forged`, `Gapped` or `BadUpdate`.
    """
    fresh: dict[int, int] = {}

    def next_clock(client: int) -> int:
        return fresh.get(client, known.get(client, 0))

    for struct in update.structs:
        end = struct.clock + struct.length
        if struct.kind != _SKIP and end <= next_clock(struct.client):
            continue  # a resend
        if struct.kind == _SKIP or struct.clock > next_clock(struct.client):
            raise Gapped("The update leaves out earlier edits.")
        if struct.client not in writers:
            raise Forged("The update holds edits under somebody else's id.")
        if any(clock >= next_clock(client) for client, clock in struct.needs):
            raise Gapped("The update builds on edits that are not here.")
        fresh[struct.client] = end
    if any(clock + length > next_clock(client) for client, clock, length in update.deletes):
        raise Gapped("The update deletes text that is not here.")
    return fresh
