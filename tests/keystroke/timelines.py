"""Timelines for the tests, written as the server writes them."""

import hashlib
from collections.abc import Sequence
from typing import Any

from keystroke.timeline import Header, KeyEvent, chain_start, export_line, header_line, line, link

HEADER = Header(room="r7", made="2026-03-02T14:00:00Z", exercise="attention")
Content = tuple[int, str | None, str, str, dict[str, Any]]
"""at_us, participant, kind, audience, body."""


def exported(contents: Sequence[Content], header: Header = HEADER) -> list[bytes]:
    lines = [header_line(header)]
    h = chain_start(lines[0])
    for seq, content in enumerate(contents, start=1):
        fields, salt = line(seq, *content), salt_of(seq)
        h = link(h, salt, fields)
        lines.append(export_line(fields, salt, h))
    return lines


def salt_of(seq: int) -> bytes:
    return hashlib.sha256(b"salt %d" % seq).digest()[:16]


def batches(keys: Sequence[KeyEvent], *, participant: str = "p1", size: int = 64) -> list[Content]:
    """Keys as the page sends them: a batch at a time, by the browser's clock."""
    contents: list[Content] = []
    for n, start in enumerate(range(0, len(keys), size)):
        batch = keys[start : start + size]
        rows = [[_us(key), key["type"].removeprefix("key"), key["code"], 0] for key in batch]
        body = {"page": "x3", "n": n, "keys": rows}
        contents.append((_us(batch[-1]) + 3000, participant, "keys", "panel", body))
    return contents


def _us(key: KeyEvent) -> int:
    return round(key["t"] * 1000)
