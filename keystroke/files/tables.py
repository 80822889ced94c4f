"""Read typing from tables: our own CSV, ProgSnap2, CMU's passwords and Aalto's keystrokes, told by their headers.

The formats are described in docs/reference/keystroke.md. A table is read as a stream, and what it holds is
kept as presses, 24 bytes each; whatever is wrong with it is a `TimelineError` that names the file and the line.
"""

import csv
import gzip
import math
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from sys import intern
from typing import IO

from keystroke.files import aalto, cmu, own, progsnap2
from keystroke.files.rows import NAN, Format, Malformed, Row
from keystroke.timeline import KeyEvent, TimelineError

FORMATS = (own.FORMAT, progsnap2.FORMAT, cmu.FORMAT, aalto.FORMAT)
"""Which header means which; the first that fits."""

_LINE_CHARS_MAX = 1_000_000
_BACKWARDS_MAX = 0.01
"""In large sets a few releases belong to an earlier press of the key: they count as not seen."""


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
                        raise Malformed(f"it has {len(cells)} fields, and the header {len(columns)}")

            for subject, name, code, down, up in form.read(rows(), columns):
                presses += 1
                if up < down:
                    backwards.append(line)
                    up = NAN
                sessions.setdefault(subject, {}).setdefault(name, Presses()).add(code, down, up)
    except Malformed as error:
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


def _format(columns: Sequence[str]) -> Format:
    for form in FORMATS:
        if form.known_by <= set(columns):
            if missing := form.columns - set(columns):
                raise Malformed(f"it is the header of {form.name}, but {_list(missing)} is missing")
            return form
    known = "; ".join(f"{form.name} ({_list(form.known_by)})" for form in FORMATS)
    raise Malformed(f"it is no header of a table that is known. Known are {known}")


def _list(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _numbers_first(session: str) -> tuple[int, float, str]:
    return (0, float(session), "") if session.isascii() and session.isdigit() else (1, 0.0, session)
