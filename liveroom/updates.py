"""Reads a Yjs update (version 1) without applying it: who wrote which structs, and what it deletes.

An update is parsed before it is applied, because afterwards nothing tells whose it was: a state-vector difference
misses updates with gaps, which stay pending and then appear in somebody else's transaction.
"""

from collections.abc import Collection, Mapping, Set
from typing import NamedTuple

import msgspec

from liveroom.lib0 import Reader, Truncated

MAIN_TEXT = "content"
TEXTS = "files"
"""The root map whose values are the other files' texts."""

KEEPER = 1
"""The client id under which the server, and nobody else, keeps the maps of files."""

CLOCK_MAX = 2**31
"""yrs counts in 32 bits without looking, and a document that has wrapped around cannot be read again."""

_GC, _DELETED, _STRING, _TYPE, _ANY, _SKIP = 0, 1, 4, 7, 8, 10
_TEXT_TYPE, _ANY_STRING = 2, 119
_HAS_LEFT_ORIGIN, _HAS_RIGHT_ORIGIN, _HAS_KEY = 0x80, 0x40, 0x20


class BadUpdate(ValueError):
    """The bytes are not an update that this server takes."""


class Forged(BadUpdate):
    """The update holds structs under a client id that is not its sender's."""


class Gapped(BadUpdate):
    """The update builds on structs that the document does not have."""


class Overlapping(BadUpdate):
    """The update holds a struct of which the document has the first part, as a step 2 for an older state does."""


class Struct(NamedTuple):
    """A run of `length` consecutive ids of `client` from `clock`; `needs` are the ids that it hangs on.

    `home` is the type that it is the first in: a root's name, or the id at which a text begins. Others are where
    their neighbours are. `key` is its place in a map. `leads` says that the one id in `needs` is to its right.
    """

    client: int
    clock: int
    length: int
    kind: int
    needs: tuple[tuple[int, int], ...] = ()
    text: str = ""
    home: str | tuple[int, int] | None = None
    key: str | None = None
    leads: bool = False


class Update(msgspec.Struct, frozen=True):
    """What an update holds. `deletes` are `(client, clock, length)`."""

    structs: list[Struct] = []
    deletes: list[tuple[int, int, int]] = []


def utf16_length(text: str) -> int:
    """The length of `text` in UTF-16 units, in which Yjs and browsers count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(update: bytes) -> Update:
    """Read a whole update; raises `BadUpdate` for what no room holds. `check` tells what its sender may write."""
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
    named: set[int] = set()
    for _ in range(reader.uint()):
        count, client, clock = _count(reader), _new_name(reader, named), reader.uint()
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
    home: str | tuple[int, int] | None = None
    key: str | None = None
    if not needs:
        home = reader.string() if reader.uint() == 1 else (reader.uint(), reader.uint())
        key = reader.string() if info & _HAS_KEY else None
    leads = info & (_HAS_LEFT_ORIGIN | _HAS_RIGHT_ORIGIN) == _HAS_RIGHT_ORIGIN
    if kind == _DELETED:
        return Struct(client, clock, _length(reader), kind, tuple(needs), "", home, key, leads)
    if kind == _STRING:
        text = _text(reader)
        return Struct(client, clock, utf16_length(text), kind, tuple(needs), text, home, key, leads)
    is_text = kind == _TYPE and reader.uint() == _TEXT_TYPE
    if is_text or (kind == _ANY and reader.uint() == 1 and reader.byte() == _ANY_STRING):
        if not is_text:
            reader.string()
        return Struct(client, clock, 1, kind, tuple(needs), "", home, key)
    raise BadUpdate("The update holds something that is not text.")


def _text(reader: Reader) -> str:
    text = reader.string()
    if not text:
        raise BadUpdate("The update holds an empty struct.")
    if "\r" in text:
        raise BadUpdate("The update holds a carriage return; lines end in \\n here.")
    return text


def _count(reader: Reader) -> int:
    """How many follow of a client. Nobody writes none of one, and yrs panics over it."""
    count = reader.uint()
    if count == 0:
        raise BadUpdate("The update names a client and holds nothing of it.")
    return count


def _length(reader: Reader) -> int:
    length = reader.uint()
    if length == 0:
        raise BadUpdate("The update holds an empty range.")
    return length


def _deletes(reader: Reader) -> list[tuple[int, int, int]]:
    deletes: list[tuple[int, int, int]] = []
    named: set[int] = set()
    for _ in range(reader.uint()):
        client, end = _new_name(reader, named), 0
        for _ in range(_count(reader)):
            clock, length = reader.uint(), _length(reader)
            if clock < end:
                # Yjs would delete all of them, and yrs some.
                raise BadUpdate("The update's deletions are not in order.")
            deletes.append((client, clock, length))
            end = clock + length
    return deletes


def clients_in(update: bytes) -> list[int]:
    """The client ids under which an update that was checked has structs."""
    reader = Reader(update)
    count = reader.uint()
    if count == 0:
        return []
    if count == 1:  # nearly always, and then what follows need not be read
        structs, client = reader.uint(), reader.uint()
        return [client] if structs else []
    return list({struct.client: None for struct in parse(update).structs})


def _new_name(reader: Reader, named: set[int]) -> int:
    """A client that was not named before. Nobody names one twice, and yrs would take the second part for all."""
    client = reader.uint()
    if client in named:
        raise BadUpdate("The update names a client twice.")
    named.add(client)
    return client


def state_vector(encoded: bytes) -> dict[int, int]:
    """Decode a Yjs state vector: the next clock of each client."""
    reader = Reader(encoded)
    try:
        return {reader.uint(): reader.uint() for _ in range(reader.uint())}
    except Truncated as error:
        raise BadUpdate(str(error)) from error


def texts_in(update: Update) -> set[int]:
    """The keeper's clocks at which the texts of files begin."""
    return {s.clock for s in update.structs if s.client == KEEPER and s.kind == _TYPE}


def check(
    update: Update,
    *,
    known: Mapping[int, int],
    writers: Set[int],
    texts: Collection[int] = (),
) -> dict[int, int]:
    """Hold an update against the document's clocks, `known`, and its sender's own client ids, `writers`.

    It may write into the main text, and into those that begin at the keeper's clocks `texts`.

    Returns the new clocks that it brings, empty when it brings no struct; raises `Forged`, `Gapped` or `BadUpdate`.
    """
    fresh: dict[int, int] = {}
    for struct in update.structs:
        at = _next_clock(struct.client, fresh, known)
        end = struct.clock + struct.length
        # Of resends too: Yjs looks them up before it sees that it has them, and a page that finds nothing throws.
        for client, clock in struct.needs:
            if clock >= _next_clock(client, fresh, known):
                raise Gapped("The update builds on edits that are not here.")
        if struct.kind != _SKIP and end <= at:
            continue  # a resend
        if struct.kind != _SKIP and struct.clock < at and struct.client in writers:
            # yrs takes the wrong part of such a text, or counts it wrongly, unless all of it is ASCII.
            raise Overlapping("The update repeats a part of an earlier edit.")
        if struct.kind == _SKIP or struct.clock > at:
            raise Gapped("The update leaves out earlier edits.")
        if struct.client not in writers:
            raise Forged("The update holds edits under somebody else's id.")
        if not _is_in_a_text(struct, texts):
            raise BadUpdate("The update writes outside the room's texts.")
        fresh[struct.client] = end
    for client, clock, length in update.deletes:
        if clock + length > _next_clock(client, fresh, known):
            raise Gapped("The update deletes text that is not here.")
    return fresh


def _next_clock(client: int, fresh: Mapping[int, int], known: Mapping[int, int]) -> int:
    return fresh[client] if client in fresh else known.get(client, 0)


def _is_in_a_text(struct: Struct, texts: Collection[int]) -> bool:
    """What hangs on the keeper's ids would be in a map, and only a text's beginning may be written into."""
    if struct.kind in (_TYPE, _ANY) or struct.key is not None:
        return False
    for client, _ in struct.needs:
        if client == KEEPER:
            return False
    if isinstance(struct.home, tuple):
        return struct.home[0] == KEEPER and struct.home[1] in texts
    return struct.home is None or struct.home == MAIN_TEXT
