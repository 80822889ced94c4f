"""A room's timeline as a file: JSON lines whose chain still verifies where lines were withheld."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from keystroke.timeline import export_line, leaf, redacted_line
from liveroom.audience import may_see
from liveroom.messages import Role


class StoredLine(Protocol):
    """What an export needs of a stored event."""

    @property
    def seq(self) -> int: ...
    @property
    def audience(self) -> str: ...
    @property
    def line(self) -> bytes: ...
    @property
    def salt(self) -> bytes: ...
    @property
    def h(self) -> bytes: ...
    @property
    def leaf(self) -> bytes | None: ...


def timeline_lines(
    header: bytes, rows: Iterable[StoredLine], *, role: Role, participant: str
) -> Iterator[bytes]:
    """The file's lines with their newlines; what this participant may not see is redacted.

    A row that has a leaf was withdrawn: nothing else is left of it, and the chain goes on over it.
    """
    yield header + b"\n"
    for row in rows:
        if row.leaf is not None:
            text = redacted_line(row.seq, row.leaf, row.h)
        elif may_see(row.audience, role=role, participant=participant):
            text = export_line(row.line, row.salt, row.h)
        else:
            text = redacted_line(row.seq, leaf(row.salt, row.line), row.h)
        yield text + b"\n"
