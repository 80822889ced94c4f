"""What the readers of tables share: a row's cells as text, numbers and times, and what is wrong with one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

NAN = float("nan")
_TIME_MS_MAX = 1e14


class Press(NamedTuple):
    """As a row says it: milliseconds on any clock, `up` NaN where the release was not seen."""

    subject: str
    session: str
    code: str
    down: float
    up: float


class Malformed(ValueError):
    """What is wrong with a row; the reader adds the file and the line."""


Row = Mapping[str, str]
Read = Callable[[Iterator[Row], Sequence[str]], Iterator[Press]]


@dataclass(frozen=True)
class Format:
    """A table whose header holds `known_by` is of this format, and must then hold `columns`, too."""

    name: str
    known_by: frozenset[str]
    columns: frozenset[str]
    read: Read
    note: str | None = None
    quoted: bool = True


def number(row: Row, column: str) -> float:
    text = row[column].strip()
    try:
        value = float(text.replace(",", "."))  # a table with semicolons may have decimal commas
    except ValueError:
        raise Malformed(f"{column} is {text[:40]!r}, which is no number") from None
    if not abs(value) <= _TIME_MS_MAX:
        raise Malformed(f"{column} is {text[:40]}, which is no time")
    return value


def release(row: Row, column: str) -> float:
    return number(row, column) if row[column].strip() else NAN


def name(row: Row, column: str) -> str:
    if not (text := row[column].strip()):
        raise Malformed(f"{column} is empty")
    return text
