"""Read typing from tables: our own CSV, ProgSnap2, CMU's passwords and Aalto's keystrokes, told by their headers.

The formats are described in docs/reference/keystroke.md. A table is read as a stream, and what it holds is
kept as presses, 24 bytes each; whatever is wrong with it is a `TimelineError` that names the file and the line.
"""

import csv
import gzip
import math
import zlib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, pairwise
from pathlib import Path
from sys import intern
from typing import IO, NamedTuple

from keystroke.layout import CODES, KEYCODES
from keystroke.timeline import KeyEvent, TimelineError

NAN = float("nan")
_LINE_CHARS_MAX = 1_000_000
_CODE_CHARS_MAX = 32
_TIME_MS_MAX = 1e14
_REPETITIONS_APART_MS = 10_000.0
_BACKWARDS_MAX = 0.01
"""In large sets a few releases belong to an earlier press of the key: they count as not seen."""


class Press(NamedTuple):
    """As a row says it: milliseconds on any clock, `up` NaN where the release was not seen."""

    subject: str
    session: str
    code: str
    down: float
    up: float


@dataclass
class Presses:
    """One session, in the order of its rows."""

    codes: list[str] = field(default_factory=list)
    down: "array[float]" = field(default_factory=lambda: array("d"))
    up: "array[float]" = field(default_factory=lambda: array("d"))

    def __len__(self) -> int:
        return len(self.codes)

    def add(self, code: str, down: float, up: float) -> None:
        self.codes.append(intern(code))
        self.down.append(down)
        self.up.append(up)

    def events(self) -> list[KeyEvent]:
        events = []
        for code, down, up in zip(self.codes, self.down, self.up, strict=True):
            events.append(_event("keydown", down, code))
            if not math.isnan(up):
                events.append(_event("keyup", up, code))
        events.sort(key=lambda event: event["t"])
        return events


def _event(way: str, t: float, code: str) -> KeyEvent:
    return KeyEvent(type=way, t=t, code=code, key="", repeat=False, trusted=True, composing=False)


@dataclass(frozen=True)
class Table:
    """`note` is a sentence about what this format cannot tell, or None. Sessions by subject, in their order."""

    format: str
    note: str | None
    sessions: dict[str, dict[str, Presses]]

    def events(self, *, people_max: int | None = None) -> dict[str, list[list[KeyEvent]]]:
        """Key events by subject, a list a session. Events take twenty times the room: of large sets, not all."""
        return {
            subject: [presses.events() for presses in named.values()]
            for subject, named in islice(self.sessions.items(), people_max)
        }


class _Malformed(ValueError):
    """What is wrong with a row; the reader adds the file and the line."""


Row = Mapping[str, str]
Read = Callable[[Iterator[Row], Sequence[str]], Iterator[Press]]


@dataclass(frozen=True)
class _Format:
    """A table whose header holds `known_by` is of this format, and must then hold `columns`, too."""

    name: str
    known_by: frozenset[str]
    columns: frozenset[str]
    read: Read
    note: str | None = None
    quoted: bool = True


def read_table(path: Path) -> Table:
    """Any of the known tables, gzipped or not."""
    line, presses, backwards = 1, 0, array("q")
    sessions: dict[str, dict[str, Presses]] = {}
    try:
        with _opened(path) as file:
            head = file.readline(_LINE_CHARS_MAX)
            columns = next(csv.reader([head], delimiter=_delimiter(head)), [])
            columns = [column.strip() for column in columns]
            form = _format(columns)
            reader = csv.reader(
                _lines(file),
                delimiter=_delimiter(head),
                quoting=csv.QUOTE_MINIMAL if form.quoted else csv.QUOTE_NONE,
            )

            def rows() -> Iterator[Row]:
                nonlocal line
                for cells in reader:
                    line = 1 + reader.line_num
                    if len(cells) == len(columns):
                        yield dict(zip(columns, cells, strict=True))
                    elif any(cells):  # an empty line is none
                        raise _Malformed(f"it has {len(cells)} fields, and the header {len(columns)}")

            for subject, name, code, down, up in form.read(rows(), columns):
                presses += 1
                if up < down:
                    backwards.append(line)
                    up = NAN
                sessions.setdefault(subject, {}).setdefault(name, Presses()).add(code, down, up)
    except _Malformed as error:
        raise TimelineError(f"{path}: Line {line} cannot be read: {error}.") from error
    except csv.Error as error:
        raise TimelineError(f"{path}: Line {line + 1} cannot be read: {error}.") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise TimelineError(f"{path}: It ends or breaks off within its compression ({error}).") from error
    if not sessions:
        raise TimelineError(f"{path}: It holds no keys.")
    if len(backwards) > _BACKWARDS_MAX * presses:
        raise TimelineError(
            f"{path}: Line {backwards[0]} has a release before its press, and so have {len(backwards)} of "
            f"{presses} keys; at most {_BACKWARDS_MAX:.0%} may. Are the two columns of times exchanged?"
        )
    ordered = {
        subject: dict(sorted(sessions[subject].items(), key=lambda item: _numbers_first(item[0])))
        for subject in sorted(sessions)
    }
    return Table(form.name, form.note, ordered)


def write_table(path: Path, subject: str, session: str, presses: Presses) -> None:
    """One session as our own CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("subject", "session", "key", "t_down", "t_up"))
        for code, down, up in zip(presses.codes, presses.down, presses.up, strict=True):
            writer.writerow((subject, session, code, f"{down:.3f}", "" if math.isnan(up) else f"{up:.3f}"))


def _opened(path: Path) -> IO[str]:
    """Bytes that are no UTF-8 become U+FFFD: the columns that are read hold none, unless they are wrong."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _lines(file: IO[str]) -> Iterator[str]:
    """A file without line ends must not be read into memory as one line."""
    while line := file.readline(_LINE_CHARS_MAX + 1):
        if len(line) > _LINE_CHARS_MAX:
            raise csv.Error(f"it is longer than {_LINE_CHARS_MAX:,} characters")
        yield line


def _delimiter(head: str) -> str:
    return max("\t;,", key=head.count)


def _format(columns: Sequence[str]) -> _Format:
    for form in FORMATS:
        if form.known_by <= set(columns):
            if missing := form.columns - set(columns):
                raise _Malformed(f"it is the header of {form.name}, but {_list(missing)} is missing")
            return form
    known = "; ".join(f"{form.name} ({_list(form.known_by)})" for form in FORMATS)
    raise _Malformed(f"it is no header of a table that is known. Known are {known}")


def _list(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _numbers_first(session: str) -> tuple[int, float, str]:
    return (0, float(session), "") if session.isascii() and session.isdigit() else (1, 0.0, session)


def _number(row: Row, column: str) -> float:
    text = row[column].strip()
    try:
        value = float(text.replace(",", "."))  # a table with semicolons may have decimal commas
    except ValueError:
        raise _Malformed(f"{column} is {text[:40]!r}, which is no number") from None
    if not abs(value) <= _TIME_MS_MAX:
        raise _Malformed(f"{column} is {text[:40]}, which is no time")
    return value


def _release(row: Row, column: str) -> float:
    return _number(row, column) if row[column].strip() else NAN


def _name(row: Row, column: str) -> str:
    if not (text := row[column].strip()):
        raise _Malformed(f"{column} is empty")
    return text


# Our own


def _read_own(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[Press]:
    for row in rows:
        code = row["key"].strip()
        if len(code) > _CODE_CHARS_MAX or (code and not (code.isascii() and code.isalnum())):
            raise _Malformed(f"key is {code[:40]!r}, which is no KeyboardEvent.code such as KeyA or Digit1")
        yield Press(
            _name(row, "subject"),
            _name(row, "session"),
            code,
            _number(row, "t_down"),
            _release(row, "t_up"),
        )


# ProgSnap2: edits of documents, from which keys are inferred

_SESSION_COLUMNS = ("SessionID", "X-Session", "AssignmentID")
_NOT_TYPED = frozenset({"paste", "undo", "redo", "refactor", "reset", "move", "initialedit"})
_CLOSED_BY_EDITOR = frozenset({"()", "[]", "{}", '""', "''", "``"})
_KEY_NAMES = frozenset(CODES.values()) | {"Delete", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"}
_PASTE = "ControlLeft"
"""An insertion of several characters stands as the chord that makes one: the keys around it are then no pair."""


def _read_progsnap2(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[Press]:
    session_column = next((name for name in _SESSION_COLUMNS if name in columns), None)
    by_keystroke: set[str] = set()  # subjects whose keys were logged: their edits are the same keys again
    for row in rows:
        kind = row["EventType"].strip()
        if kind not in ("File.Edit", "X-Keystroke"):
            continue
        subject = _name(row, "SubjectID")
        if kind == "X-Keystroke":
            by_keystroke.add(subject)
            code = _logged_key(row)
        elif subject in by_keystroke:
            continue
        else:
            code = _edited_key(row)
        if code is not None:
            at = _timestamp(row)
            session = row[session_column].strip() if session_column else ""
            yield Press(subject, session or "-", code, at, at if code == _PASTE else NAN)


def _logged_key(row: Row) -> str | None:
    for column in ("InsertText", "X-Keystroke", "X-Metadata"):
        if text := row.get(column, ""):
            return text if text in _KEY_NAMES else CODES.get(text, "")
    return _edited_key(row)


def _edited_key(row: Row) -> str | None:
    """The code of the key that made an edit; "" for a character that no US key writes, None for no edit."""
    inserted, deleted = row.get("InsertText", ""), row.get("DeleteText", "")
    if not inserted and not deleted:
        return None
    if row.get("EditType", "").strip().lower() in _NOT_TYPED:
        return _PASTE
    if not inserted:
        return "Backspace" if len(deleted) == 1 else _PASTE
    if len(inserted) == 1 or inserted in _CLOSED_BY_EDITOR:
        return CODES.get(inserted[0], "")
    if inserted[0] in "\r\n" and not inserted.strip():
        return "Enter"  # and the indentation that the editor added
    return _PASTE


def _timestamp(row: Row) -> float:
    text = row["ClientTimestamp"].strip()
    try:
        return (
            datetime.fromisoformat(text).timestamp() * 1000
            if "-" in text[1:]
            else _number(row, "ClientTimestamp")
        )
    except (ValueError, OverflowError) as error:
        if isinstance(error, _Malformed):
            raise
        raise _Malformed(f"ClientTimestamp is {text[:40]!r}, neither milliseconds nor ISO 8601") from None


# CMU: one row a repetition of a password, holds and press-to-press times in seconds

_CMU_NAMES = {"period": "Period", "five": "Digit5", "Return": "Enter", "space": "Space"}


def _read_cmu(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[Press]:
    keys = [column[2:] for column in columns if column.startswith("H.")]
    codes = [_cmu_code(key) for key in keys]
    between = [f"DD.{first}.{second}" for first, second in pairwise(keys)]
    if missing := [column for column in between if column not in columns]:
        raise _Malformed(f"it is the header of {_CMU}, but {missing[0]} is missing")
    start: dict[tuple[str, str], float] = {}
    for row in rows:
        subject, session = _name(row, "subject"), _name(row, "sessionIndex")
        down = start.get((subject, session), 0.0)
        for index, (key, code) in enumerate(zip(keys, codes, strict=True)):
            held = 1000 * _number(row, f"H.{key}")
            yield Press(subject, session, code, down, down + held)
            if index < len(between):
                down += 1000 * _number(row, between[index])
        start[subject, session] = down + _REPETITIONS_APART_MS


def _cmu_code(name: str) -> str:
    name = name.removeprefix("Shift.")  # held before the key; its own times are not in the table
    code = _CMU_NAMES.get(name) or (CODES.get(name) if len(name) == 1 else None)
    if code is None:
        raise _Malformed(f"H.{name} names no key that is known")
    return code


# Aalto: one row a key, JavaScript's keyCode


def _read_aalto(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[Press]:
    for row in rows:
        yield Press(
            _name(row, "PARTICIPANT_ID"),
            _name(row, "TEST_SECTION_ID"),
            KEYCODES.get(int(_number(row, "KEYCODE")), ""),
            _number(row, "PRESS_TIME"),
            _release(row, "RELEASE_TIME"),
        )


_CMU = "the CMU password table"
FORMATS = (
    _Format(
        "a table of presses",
        frozenset({"subject", "key"}),
        frozenset({"subject", "session", "key", "t_down", "t_up"}),
        _read_own,
    ),
    _Format(
        "ProgSnap2's main table",
        frozenset({"EventType", "SubjectID"}),
        frozenset({"EventType", "SubjectID", "ClientTimestamp", "InsertText"}),
        _read_progsnap2,
        note="ProgSnap2 holds no releases: no two sessions of it are compared, and what is measured of it "
        "rests on the times from press to press alone.",
    ),
    _Format(
        _CMU,
        frozenset({"subject", "sessionIndex", "rep"}),
        frozenset({"subject", "sessionIndex", "rep"}),
        _read_cmu,
        note="The CMU table is one password again and again: too few kinds of key pairs to compare two sessions.",
    ),
    _Format(
        "Aalto's keystrokes",
        frozenset({"PARTICIPANT_ID", "PRESS_TIME"}),
        frozenset({"PARTICIPANT_ID", "TEST_SECTION_ID", "PRESS_TIME", "RELEASE_TIME", "KEYCODE"}),
        _read_aalto,
        quoted=False,  # a sentence may hold one quotation mark
    ),
)
"""Which header means which; the first that fits."""
