"""The shared text: Yjs updates are checked, then applied, and come out as readable operations. Pure."""

import bisect
import itertools
from dataclasses import dataclass
from typing import Any

from pycrdt import Doc, Text

from liveroom.messages import MAIN_FILE
from liveroom.updates import MAIN_TEXT, BadUpdate, Struct, Update, check, parse, state_vector, utf16_length

CHARS_MAX = 1_000_000
STEPS_MAX = 8_000_000
"""Steps that one update may cost: placing a piece of text may walk over every piece that is there already."""

Op = tuple[str, int, int, str]
"""`(file, from, deleted, inserted)`; positions and lengths in UTF-16 units."""

Range = tuple[int, int, int]
"""`(client, clock, length)`."""


class TooLarge(BadUpdate):
    """The document would pass its size limit."""


class ReadOnly(BadUpdate):
    """The sender may read but not write, and the update adds something."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an update did. It is recorded when it added anything, even if no text changed."""

    ops: list[Op]
    added: bool


class Document:
    """One room's text on a Yjs document. Only this class touches pycrdt."""

    def __init__(self) -> None:
        self._doc: Doc[Any] = Doc()
        self._text = self._doc.get(MAIN_TEXT, type=Text)
        # pycrdt counts in UTF-8 bytes, so the mirror does too; offsets are converted where they leave.
        self._mirror = bytearray()
        self._ops: list[Op] = []
        self._known: dict[int, int] = {}
        self._pieces = 0  # at most so many; `_count_pieces` makes it exact
        self._gone: dict[int, list[tuple[int, int]]] | None = None
        # An observer on a temporary never fires: both references have to live as long as the document.
        self._subscription = self._text.observe(self._changed)

    def __str__(self) -> str:
        return self._mirror.decode()

    def seed(self, text: str) -> bytes:
        """Write the starter text, once, into an empty document; returns the update to record."""
        with self._doc.transaction(origin="server"):
            self._text += text
        self._take_ops()
        self._known = state_vector(self._doc.get_state())
        return self._doc.get_update()

    def restore(self, update: bytes) -> None:
        """Apply an update of the log, which was checked when it was recorded."""
        self._doc.apply_update(update)
        self._take_ops()

    def restored(self) -> None:
        """The whole log is applied: from here on updates are checked against its clocks."""
        self._known = state_vector(self._doc.get_state())
        self._count_pieces()

    def receive(self, update: bytes, parsed: Update, *, writers: frozenset[int], may_edit: bool) -> Change:
        """Check an update, as bytes and parsed, of somebody who owns the client ids `writers`, and apply it.

        Raises `BadUpdate` or one of its kinds; the document is then as it was.
        """
        if not may_edit:
            if _brings_structs(parsed.structs, self._known) or self._deletes_something(parsed.deletes):
                raise ReadOnly("The edit was not taken.")
            return Change([], added=False)
        fresh = check(parsed, known=self._known, writers=writers)
        added_chars = sum(utf16_length(s.text) for s in parsed.structs if s.client in fresh)
        if added_chars and len(self._mirror) + added_chars > CHARS_MAX:
            raise TooLarge(f"The document may hold {CHARS_MAX:,} characters; the edit would pass that.")
        pieces = sum(s.clock + s.length > self._known.get(s.client, 0) for s in parsed.structs)
        self._check_steps(pieces, parsed.deletes)
        try:
            self._doc.apply_update(update)
        except ValueError as error:
            raise BadUpdate("The update could not be applied.") from error
        self._known.update(fresh)
        ops = self._take_ops()
        if fresh or ops:
            self._gone = None
            self._pieces += pieces + 2 * len(ops)  # a deletion inside a piece leaves three
        return Change(ops, added=bool(fresh or ops))

    def clients(self) -> frozenset[int]:
        """Every client id that has written here."""
        return frozenset(self._known)

    def state(self) -> bytes:
        """The state vector, as y-protocols' sync step 1 carries it."""
        return self._doc.get_state()

    def missing(self, vector: bytes) -> bytes:
        """What a peer with this state vector lacks; raises `BadUpdate` for bytes that are not one."""
        state_vector(vector)
        try:
            return self._doc.get_update(vector)
        except ValueError as error:
            raise BadUpdate("The state vector could not be read.") from error

    def _deletes_something(self, deletes: list[Range]) -> bool:
        return self._new_deletes(deletes) > 0

    def _new_deletes(self, deletes: list[Range]) -> int:
        """How many of these ranges are not deleted already. Reads the whole document, once between two changes."""
        if not deletes:
            return 0
        if self._gone is None:
            self._gone = _by_client(parse(self._doc.get_update()).deletes)
        return sum(
            not _covers(self._gone.get(client, []), clock, clock + length)
            for client, clock, length in deletes
        )

    def _check_steps(self, pieces: int, deletes: list[Range]) -> None:
        """Refuse what would keep the server from everybody else for seconds. Counts exactly only where it is close."""
        if not _is_too_much(pieces, len(deletes), self._pieces):
            return
        self._count_pieces()
        # Stock clients repeat every deletion that there ever was, which costs nothing.
        if _is_too_much(pieces, self._new_deletes(deletes), self._pieces):
            raise TooLarge("The edit is in too many pieces at once; make it in smaller steps.")

    def _count_pieces(self) -> None:
        whole = parse(self._doc.get_update())
        self._pieces = len(whole.structs) + len(whole.deletes)

    def _changed(self, event: Any) -> None:
        at = at_utf16 = 0  # where we are in the text as the delta has made it so far; `at` in UTF-8 bytes
        for part in event.delta:
            if "retain" in part:
                at_utf16 += self._utf16(at, at + part["retain"])
                at += part["retain"]
            elif "insert" in part:
                inserted: str = part["insert"]
                self._ops.append((MAIN_FILE, at_utf16, 0, inserted))
                encoded = inserted.encode()
                self._mirror[at:at] = encoded
                at += len(encoded)
                at_utf16 += utf16_length(inserted)
            else:
                end = at + part["delete"]
                self._ops.append((MAIN_FILE, at_utf16, self._utf16(at, end), ""))
                del self._mirror[at:end]

    def _utf16(self, start: int, end: int) -> int:
        part = self._mirror[start:end]
        return len(part) if part.isascii() else utf16_length(part.decode())

    def _take_ops(self) -> list[Op]:
        ops, self._ops = self._ops, []
        return _joined(ops)


def _brings_structs(structs: list[Struct], known: dict[int, int]) -> bool:
    """Whether any struct is new to the document."""
    return any(s.clock + s.length > known.get(s.client, 0) for s in structs)


def _is_too_much(pieces: int, deletes: int, there: int) -> bool:
    added = pieces + deletes // 16  # a deletion moves memory, which is quicker than looking at every piece
    return added * max(added, there) > STEPS_MAX


def _by_client(ranges: list[Range]) -> dict[int, list[tuple[int, int]]]:
    """Each client's ranges as (start, end), in order and joined where they touch."""
    found: dict[int, list[tuple[int, int]]] = {}
    for client, clock, length in sorted(ranges):
        spans = found.setdefault(client, [])
        if spans and clock <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], clock + length))
        else:
            spans.append((clock, clock + length))
    return found


def _covers(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of these ordered spans holds all of this one."""
    at = bisect.bisect_right(spans, start, key=lambda span: span[0]) - 1
    return at >= 0 and end <= spans[at][1]


def _joined(ops: list[Op]) -> list[Op]:
    """Join a deletion and an insertion at one place, as a typed-over selection makes them, into one operation."""
    if len(ops) < 2:
        return ops
    joined = [ops[0]]
    for op in itertools.islice(ops, 1, None):
        file, at, deleted, inserted = joined[-1]
        if op[0] == file and op[1] == at and deleted and not inserted and not op[2]:
            joined[-1] = (file, at, deleted, op[3])
        elif (
            op[0] == file and inserted and not deleted and op[1] == at + utf16_length(inserted) and not op[3]
        ):
            joined[-1] = (file, at, op[2], inserted)
        else:
            joined.append(op)
    return joined
