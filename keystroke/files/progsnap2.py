"""ProgSnap2: edits of documents, from which keys are inferred."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from keystroke.files.layout import CODES
from keystroke.files.rows import NAN, Format, Malformed, Press, Row, name, number

_SESSION_COLUMNS = ("SessionID", "X-Session", "AssignmentID")
_NOT_TYPED = frozenset({"paste", "undo", "redo", "refactor", "reset", "move", "initialedit"})
_CLOSED_BY_EDITOR = frozenset({"()", "[]", "{}", '""', "''", "``"})
_KEY_NAMES = frozenset(CODES.values()) | {"Delete", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"}
_PASTE = "ControlLeft"
"""An insertion of several characters stands as the chord that makes one: the keys around it are then no pair."""


def _read(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[Press]:
    session_column = next((name for name in _SESSION_COLUMNS if name in columns), None)
    by_keystroke: set[str] = set()  # subjects whose keys were logged: their edits are the same keys again
    for row in rows:
        kind = row["EventType"].strip()
        if kind not in ("File.Edit", "X-Keystroke"):
            continue
        subject = name(row, "SubjectID")
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
            else number(row, "ClientTimestamp")
        )
    except (ValueError, OverflowError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed(f"ClientTimestamp is {text[:40]!r}, neither milliseconds nor ISO 8601") from None


FORMAT = Format(
    "ProgSnap2's main table",
    frozenset({"EventType", "SubjectID"}),
    frozenset({"EventType", "SubjectID", "ClientTimestamp", "InsertText"}),
    _read,
    note="ProgSnap2 holds no releases: no two sessions of it are compared, and what is measured of it "
    "rests on the times from press to press alone.",
)
