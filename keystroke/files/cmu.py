"""CMU's passwords: a repetition a row, as holds and press-to-press times in seconds."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from keystroke.files.layout import CODES
from keystroke.files.rows import Format, Malformed, Press, Row, name, number

_NAME = "the CMU password table"
_REPETITIONS_APART_MS = 10_000.0
_KEYS = {"period": "Period", "five": "Digit5", "Return": "Enter", "space": "Space"}


def _read(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[Press]:
    keys = [column[2:] for column in columns if column.startswith("H.")]
    codes = [_code(key) for key in keys]
    between = [f"DD.{first}.{second}" for first, second in pairwise(keys)]
    if missing := [column for column in between if column not in columns]:
        raise Malformed(f"it is the header of {_NAME}, but {missing[0]} is missing")
    start: dict[tuple[str, str], float] = {}
    for row in rows:
        subject, session = name(row, "subject"), name(row, "sessionIndex")
        down = start.get((subject, session), 0.0)
        for index, (key, code) in enumerate(zip(keys, codes, strict=True)):
            held = 1000 * number(row, f"H.{key}")
            yield Press(subject, session, code, down, down + held)
            if index < len(between):
                down += 1000 * number(row, between[index])
        start[subject, session] = down + _REPETITIONS_APART_MS


def _code(name: str) -> str:
    name = name.removeprefix("Shift.")  # held before the key; its own times are not in the table
    code = _KEYS.get(name) or (CODES.get(name) if len(name) == 1 else None)
    if code is None:
        raise Malformed(f"H.{name} names no key that is known")
    return code


FORMAT = Format(
    _NAME,
    frozenset({"subject", "sessionIndex", "rep"}),
    frozenset({"subject", "sessionIndex", "rep"}),
    _read,
    note="The CMU table is one password again and again: too few kinds of key pairs to compare two sessions.",
)
