"""What happens to one text of a Yjs document, as operations that need no Yjs to be read. Pure."""

import itertools
import re
from typing import Any

from pycrdt import Text

from liveroom.updates import utf16_length

Op = tuple[str, int, int, str]
"""`(file, from, deleted, inserted)`; positions and lengths in UTF-16 units."""

_PAIR = re.compile(rb"[\xf0-\xf4]")


class Mirror:
    """A copy of one text that is kept up to date, and hands out what changed.

    pycrdt counts in UTF-8 bytes, so the copy does too; offsets are converted where they leave.
    """

    def __init__(self, file: str, text: Text, ops: list[Op]) -> None:
        """Follow `text`, and add to `ops` what happens to it from here on."""
        self._file = file
        self._ops = ops
        self.text = text
        self.content = bytearray(str(text).encode())
        # Below pycrdt's own `observe`, which wraps every part of an event again: that took half of an edit's time.
        # An observer on a temporary never fires: text and subscription have to live as long as this.
        self._subscription = text.integrated.observe(self._changed)

    def stop(self) -> None:
        """Follow no more."""
        self._subscription.drop()

    def __str__(self) -> str:
        return self.content.decode()

    def __len__(self) -> int:
        """In UTF-8 bytes."""
        return len(self.content)

    def holds_pairs(self) -> bool:
        """Whether a character of it takes two UTF-16 units, which are those of four bytes."""
        return _PAIR.search(self.content) is not None

    def erased(self) -> list[Op]:
        """The operation that takes the whole text away."""
        length = self._utf16(0, len(self.content))
        return [(self._file, 0, length, "")] if length else []

    def _changed(self, event: Any) -> None:
        at = at_utf16 = 0  # where we are in the text as the delta has made it so far; `at` in UTF-8 bytes
        for part in event.delta:
            if "retain" in part:
                at_utf16 += self._utf16(at, at + part["retain"])
                at += part["retain"]
            elif "insert" in part:
                inserted: str = part["insert"]
                self._ops.append((self._file, at_utf16, 0, inserted))
                encoded = inserted.encode()
                self.content[at:at] = encoded
                at += len(encoded)
                at_utf16 += utf16_length(inserted)
            else:
                end = at + part["delete"]
                self._ops.append((self._file, at_utf16, self._utf16(at, end), ""))
                del self.content[at:end]

    def _utf16(self, start: int, end: int) -> int:
        part = self.content[start:end]
        return len(part) if part.isascii() else utf16_length(part.decode())


def joined(ops: list[Op]) -> list[Op]:
    """Join a deletion and an insertion at one place, as a typed-over selection makes them, into one operation."""
    if len(ops) < 2:
        return ops
    result = [ops[0]]
    for op in itertools.islice(ops, 1, None):
        file, at, deleted, inserted = result[-1]
        if op[0] == file and op[1] == at and deleted and not inserted and not op[2]:
            result[-1] = (file, at, deleted, op[3])
        elif (
            op[0] == file and inserted and not deleted and op[1] == at + utf16_length(inserted) and not op[3]
        ):
            result[-1] = (file, at, op[2], inserted)
        else:
            result.append(op)
    return result
