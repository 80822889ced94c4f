"""From a kernel's answers, whatever they hold, to bounded values."""

from typing import TypeVar

import msgspec

from kernels.outputs import (
    INSPECTION_CHARS_MAX,
    MATCHES_MAX,
    NAME_CHARS_MAX,
    VARIABLES_MAX,
    Completion,
    Inspection,
    Match,
    Variable,
)

ANSWER_BYTES_MAX = 1024 * 1024
_UNKNOWN_KIND = "<unknown>"

T = TypeVar("T")


class _Typed(msgspec.Struct):
    text: str = ""
    type: str = ""


class _Metadata(msgspec.Struct, frozen=True, rename={"types": "_jupyter_types_experimental"}):
    types: list[_Typed] = []


class _Completed(msgspec.Struct):
    matches: list[str]
    cursor_start: int
    cursor_end: int
    metadata: _Metadata = _Metadata()


class _Inspected(msgspec.Struct):
    data: dict[str, msgspec.Raw] = {}


class _Listed(msgspec.Struct):
    variables: list[dict[str, str]] = []


def read_completion(content: bytes, source: str, cursor: int) -> Completion:
    """No matches, where the kernel says something that makes no sense."""
    found = _read(content, _Completed)
    if found is None or not 0 <= found.cursor_start <= found.cursor_end <= len(source):
        return Completion([], cursor, cursor)
    kinds = {typed.text: typed.type for typed in found.metadata.types}
    matches = [
        Match(text, _named(kinds.get(text, "")))
        for text in found.matches
        if 0 < len(text) <= NAME_CHARS_MAX  # half a name would be a wrong one
    ]
    return Completion(matches[:MATCHES_MAX], found.cursor_start, found.cursor_end)


def read_inspection(content: bytes) -> Inspection:
    found = _read(content, _Inspected)
    plain = None if found is None else _read(bytes(found.data.get("text/plain", b"null")), str)
    return Inspection((plain or "")[:INSPECTION_CHARS_MAX])


def read_variables(content: bytes) -> list[Variable]:
    found = _read(content, _Listed)
    if found is None:
        return []
    return [
        Variable(
            name=listed["name"][:NAME_CHARS_MAX],
            kind=listed.get("kind", "")[:NAME_CHARS_MAX],
            shape=listed.get("shape", "")[:NAME_CHARS_MAX],
            dtype=listed.get("dtype", "")[:NAME_CHARS_MAX],
            summary=listed.get("summary", "")[:NAME_CHARS_MAX],
        )
        for listed in found.variables[:VARIABLES_MAX]
        if "name" in listed
    ]


def _named(kind: str) -> str:
    return "" if kind == _UNKNOWN_KIND else kind[:NAME_CHARS_MAX]


def _read(content: bytes, kind: type[T]) -> T | None:
    if len(content) > ANSWER_BYTES_MAX:
        return None
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
