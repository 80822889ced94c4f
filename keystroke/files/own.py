"""Our own table: a press a row, in milliseconds."""

from collections.abc import Iterator, Sequence

from keystroke.files.rows import Format, Malformed, Press, Row, name, number, release

_CODE_CHARS_MAX = 32


def _read(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[Press]:
    for row in rows:
        code = row["key"].strip()
        if len(code) > _CODE_CHARS_MAX or (code and not (code.isascii() and code.isalnum())):
            raise Malformed(f"key is {code[:40]!r}, which is no KeyboardEvent.code such as KeyA or Digit1")
        yield Press(
            name(row, "subject"),
            name(row, "session"),
            code,
            number(row, "t_down"),
            release(row, "t_up"),
        )


FORMAT = Format(
    "a table of presses",
    frozenset({"subject", "key"}),
    frozenset({"subject", "session", "key", "t_down", "t_up"}),
    _read,
)
