"""Aalto's keystrokes: a key a row, by JavaScript's keyCode."""

from collections.abc import Iterator, Sequence

from keystroke.files.layout import KEYCODES
from keystroke.files.rows import Format, Press, Row, name, number, release


def _read(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[Press]:
    for row in rows:
        yield Press(
            name(row, "PARTICIPANT_ID"),
            name(row, "TEST_SECTION_ID"),
            KEYCODES.get(int(number(row, "KEYCODE")), ""),
            number(row, "PRESS_TIME"),
            release(row, "RELEASE_TIME"),
        )


FORMAT = Format(
    "Aalto's keystrokes",
    frozenset({"PARTICIPANT_ID", "PRESS_TIME"}),
    frozenset({"PARTICIPANT_ID", "TEST_SECTION_ID", "PRESS_TIME", "RELEASE_TIME", "KEYCODE"}),
    _read,
    quoted=False,  # a sentence may hold one quotation mark
)
