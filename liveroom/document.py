"""The shared texts: Yjs updates are checked, then applied, and come out as readable operations. Pure.

The root text `content` is the main file. The root map `files` holds the other texts, and `paths` names them all. Both
maps are the server's: everything in them is under its own client id `KEEPER`, so that a page's structs and deletions
can be held to the texts by looking at ids alone.
"""

import bisect
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

import msgspec
from pycrdt import Doc, Map, Text, merge_updates

from liveroom.files import MAIN_PATH
from liveroom.messages import MAIN_FILE, FileView
from liveroom.mirror import Mirror, Op, joined
from liveroom.pairs import Id, cuts, first_halves
from liveroom.updates import (
    KEEPER,
    MAIN_TEXT,
    TEXTS,
    BadUpdate,
    Forged,
    Struct,
    Update,
    check,
    parse,
    state_vector,
    texts_in,
    utf16_length,
)

CHARS_MAX = 1_000_000
"""In all files of a room together."""

STEPS_MAX = 8_000_000
"""Steps that one update may cost: placing a piece of text may walk over every piece that is there already."""

MOVED_BYTES_MAX = 8_000_000_000
"""What one update may move: each piece and each deletion may cut a text, and its end is moved aside."""

PIECE_BYTES_MIN = 2
"""No struct and no deletion is written in fewer."""

APPLIED_AT_ONCE = 256
"""Of a log, in one transaction: one for each update takes six times as long, and one for all of them keeps every
character apart until its end, which took 47 MiB for 90 minutes of typing."""

PATHS = "paths"

Range = tuple[int, int, int]
"""`(client, clock, length)`."""


class TooLarge(BadUpdate):
    """The document would pass its size limit."""


class ReadOnly(BadUpdate):
    """The sender may read but not write, and the update adds something."""


class Change(msgspec.Struct, frozen=True):
    """What an update did. It is recorded when it added anything, even if no text changed."""

    ops: list[Op]
    added: bool


@dataclass(frozen=True, slots=True)
class Command:
    """What the server did to the files: the update to record and relay, and what it says without Yjs."""

    file: str
    update: bytes
    ops: list[Op]


class Document:
    """One room's texts on a Yjs document. Only this class and its mirrors touch pycrdt."""

    def __init__(self) -> None:
        self._doc: Doc[Any] = Doc()
        self._main = self._doc.get(MAIN_TEXT, type=Text)
        self._files: Map[Text] = self._doc.get(TEXTS, type=Map)
        self._paths: Map[str] = self._doc.get(PATHS, type=Map)
        self._mirrors: dict[str, Mirror] = {}
        self._ops: list[Op] = []
        self._logged: list[bytes] = []
        self._known: dict[int, int] = {}
        self._pieces = 0  # at most so many; `_count_pieces` makes it exact
        self._gone: dict[int, list[tuple[int, int]]] | None = None
        self._halves: set[Id] = set()  # the first units of characters that have two
        self._texts: set[int] = set()  # clocks of the keeper's, where a text begins
        self._follow_texts()

    def close(self) -> None:
        """Let go of the texts: Python finds no cycle that goes through pycrdt, and all of it would stay for ever."""
        for mirror in self._mirrors.values():
            mirror.stop()

    def __str__(self) -> str:
        """The main file's text."""
        return str(self._mirrors[MAIN_FILE])

    def texts(self) -> dict[str, str]:
        """Every file's text, by its path."""
        return {view.path: str(self._mirrors[view.file]) for view in self.files()}

    def files(self) -> list[FileView]:
        """The main file, then the others in the order in which they were made."""
        paths = {MAIN_FILE: MAIN_PATH, **dict(self._paths.items())}
        return [FileView(file, paths.get(file, file)) for file in self._mirrors]

    # --- the log

    def seed(self, text: str) -> bytes:
        """Write the starter text, once, into an empty document; returns the update to record."""
        with self._doc.transaction(origin="server"):
            self._main += text
        self._keep(lambda keeper: None)
        self._take_ops()
        self._known = state_vector(self._doc.get_state())
        self._halves = first_halves(parse(self._doc.get_update()).structs)
        return self._doc.get_update()

    def restore(self, update: bytes) -> None:
        """Take an update of the log, which was checked when it was recorded; `restored` comes after the last."""
        self._logged.append(update)

    def restored(self) -> None:
        """The whole log is here: from here on updates are checked against its clocks."""
        if not self._logged:
            return
        # Nobody asks what each edit of the log did, and telling costs more than applying.
        for mirror in self._mirrors.values():
            mirror.stop()
        self._mirrors.clear()
        for start in range(0, len(self._logged), APPLIED_AT_ONCE):
            with self._doc.transaction(origin="log"):
                for update in self._logged[start : start + APPLIED_AT_ONCE]:
                    self._doc.apply_update(update)
        self._logged = []
        self._follow_texts()
        self._known = state_vector(self._doc.get_state())
        self._pieces = len(self._doc.get_update()) // PIECE_BYTES_MIN
        # A character of two units is in a text, or deleted and not to be cut any more.
        in_pairs = any(mirror.holds_pairs() for mirror in self._mirrors.values())
        self._halves = first_halves(self._count_pieces().structs) if in_pairs else set()

    # --- edits

    def receive(self, update: bytes, parsed: Update, *, writers: Set[int], may_edit: bool) -> Change:
        """Check an update, as bytes and parsed, of somebody who owns the client ids `writers`, and apply it.

        Raises `BadUpdate` or one of its kinds; the document is then as it was.
        """
        if not may_edit:
            if _brings_structs(parsed.structs, self._known) or self._new_deletes(parsed.deletes):
                raise ReadOnly("The edit was not taken.")
            return Change([], added=False)
        fresh = check(parsed, known=self._known, writers=writers, texts=self._texts)
        if parsed.deletes and self._new_deletes([gone for gone in parsed.deletes if gone[0] == KEEPER]):
            raise Forged("The update deletes a file; ask the server for that.")
        added_chars = pieces = 0
        has_pairs = bool(self._halves)
        for struct in parsed.structs:
            has_pairs = has_pairs or not struct.text.isascii()
            if struct.client in fresh:
                added_chars += utf16_length(struct.text)
            if struct.clock + struct.length > self._known.get(struct.client, 0):
                pieces += 1
        if added_chars and self._size() + added_chars > CHARS_MAX:
            raise TooLarge(f"The room's files may hold {CHARS_MAX:,} characters; the edit would pass that.")
        halves = self._check_pairs(parsed) if has_pairs else set[Id]()
        self._check_steps(pieces, parsed.deletes)
        try:
            self._doc.apply_update(update)
        except ValueError as error:
            raise BadUpdate("The update could not be applied.") from error
        except Exception:
            raise
        except BaseException as panic:
            # Of yrs; it is no Exception, and would end the server's loop rather than this frame.
            raise RuntimeError("yrs panicked over an update that passed every check") from panic
        self._known.update(fresh)
        self._halves |= halves
        ops = self._take_ops()
        if fresh or ops:
            self._gone = None
            self._pieces += pieces + 2 * len(ops)  # a deletion inside a piece leaves three
        return Change(ops, added=bool(fresh or ops))

    def whole(self) -> bytes:
        """Everything as one update: the texts, and what was deleted of them."""
        return self._doc.get_update()

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

    # --- files

    def add_file(self, path: str, text: str) -> Command:
        """Make a file under a fresh id. Raises `TooLarge` where its text does not fit."""
        if self._size() + len(text) > CHARS_MAX:
            raise TooLarge(
                f"The room's files may hold {CHARS_MAX:,} characters; the new one would pass that."
            )
        file = f"f{self._known.get(KEEPER, 0) + 1}"

        def add(keeper: Doc[Any]) -> None:
            keeper.get(TEXTS, type=Map)[file] = Text()
            keeper.get(PATHS, type=Map)[file] = path

        update = self._keep(add)
        if text:
            # Under the document's own id, so that pages may hang on it and delete it.
            before = self._doc.get_state()
            with self._doc.transaction(origin="server"):
                self._mirrors[file].text.insert(0, text)
            update = merge_updates(update, self._doc.get_update(before))
        return self._commanded(file, update, self._take_ops())

    def rename_file(self, file: str, path: str) -> Command:
        """Give a file that is here another path."""

        def rename(keeper: Doc[Any]) -> None:
            keeper.get(PATHS, type=Map)[file] = path

        return self._commanded(file, self._keep(rename), [])

    def delete_file(self, file: str) -> Command:
        """Delete a file that is here and is not the main one, with its text."""
        ops = self._mirrors[file].erased()

        def delete(keeper: Doc[Any]) -> None:
            for name in (TEXTS, PATHS):
                del keeper.get(name, type=Map)[file]

        return self._commanded(file, self._keep(delete), ops)

    def _keep(self, change: Callable[[Doc[Any]], None]) -> bytes:
        """Change the maps under the keeper's id; returns the update. The first change names the main file too."""
        keeper: Doc[Any] = Doc(client_id=KEEPER)
        keeper.apply_update(self._doc.get_update())
        updates: list[bytes] = []
        subscription = keeper.observe(lambda event: updates.append(event.update))
        with keeper.transaction():
            paths = keeper.get(PATHS, type=Map)
            if MAIN_FILE not in paths:
                paths[MAIN_FILE] = MAIN_PATH
            change(keeper)
        keeper.unobserve(subscription)
        update = merge_updates(*updates)
        self._doc.apply_update(update)
        self._follow_texts()
        return update

    def _commanded(self, file: str, update: bytes, ops: list[Op]) -> Command:
        self._known = state_vector(self._doc.get_state())
        self._gone = None
        return Command(file, update, ops)

    def _follow_texts(self) -> None:
        """Have a mirror of every text that is there, in the order in which they were made."""
        here = sorted(self._files.keys(), key=lambda file: int(file[1:]))
        mirrors = {MAIN_FILE: self._mirrors.get(MAIN_FILE) or Mirror(MAIN_FILE, self._main, self._ops)}
        for file in here:
            mirrors[file] = self._mirrors.get(file) or Mirror(file, self._files[file], self._ops)
        for file in self._mirrors.keys() - mirrors.keys():
            self._mirrors[file].stop()
        self._mirrors = mirrors
        if here:
            # Those that were deleted stay: a page may still write into what somebody else deletes.
            self._texts |= texts_in(parse(self._doc.get_update()))

    def _size(self) -> int:
        return sum(map(len, self._mirrors.values()))

    def _check_pairs(self, parsed: Update) -> set[Id]:
        """Refuse what would part a character in two; returns the first halves of those that are new."""
        new = first_halves(s for s in parsed.structs if s.clock >= self._known.get(s.client, 0))
        if (self._halves or new) and any(id in self._halves or id in new for id in cuts(parsed)):
            raise BadUpdate("The update would part a character in two.")
        return new

    # --- what edits cost

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
        size = self._size()
        if not _is_too_much(pieces, len(deletes), there=self._pieces, size=size):
            return
        self._count_pieces()
        # Stock clients repeat every deletion that there ever was, which costs nothing.
        if _is_too_much(pieces, self._new_deletes(deletes), there=self._pieces, size=size):
            raise TooLarge("The edit is in too many pieces at once; make it in smaller steps.")

    def _count_pieces(self) -> Update:
        whole = parse(self._doc.get_update())
        self._pieces = len(whole.structs) + len(whole.deletes)
        return whole

    def _take_ops(self) -> list[Op]:
        ops = joined(list(self._ops))
        self._ops.clear()
        return ops


def _brings_structs(structs: list[Struct], known: dict[int, int]) -> bool:
    """Whether any struct is new to the document."""
    return any(s.clock + s.length > known.get(s.client, 0) for s in structs)


def _is_too_much(pieces: int, deletes: int, *, there: int, size: int) -> bool:
    """Whether the update may cost more than some tenths of a second. `size` is the texts', in bytes."""
    added = pieces + deletes // 16  # a deletion moves memory, which is quicker than looking at every piece
    return added * max(added, there) > STEPS_MAX or (pieces + deletes) * size > MOVED_BYTES_MAX


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
