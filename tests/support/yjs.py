"""A small Yjs client for tests: a document that hands out its updates as frames."""

from typing import Any

from pycrdt import Doc, Text

from liveroom import lib0


def presence(client: int, clock: int, name: str) -> bytes:
    """An awareness update of one client's state."""
    state = lib0.buffer(f'{{"user":{{"name":"{name}"}}}}'.encode())
    return b"\x01" + lib0.uint(client) + lib0.uint(clock) + state


class Client:
    """One browser's document. `take` gives the updates made since the last call."""

    def __init__(self, text: str = "") -> None:
        self.doc: Doc[Any] = Doc()
        self.text = self.doc.get("content", type=Text)
        self._updates: list[bytes] = []
        self._applying = False
        self._subscription = self.doc.observe(self._changed)
        if text:
            self.insert(0, text)

    @property
    def id(self) -> int:
        return self.doc.client_id

    def __str__(self) -> str:
        return str(self.text)

    def insert(self, at: int, text: str) -> bytes:
        """Insert at a UTF-8 byte offset, as pycrdt counts; returns the update."""
        self.text.insert(at, text)
        return self._updates[-1]

    def delete(self, start: int, end: int) -> bytes:
        del self.text[start:end]
        return self._updates[-1]

    def apply(self, update: bytes) -> None:
        self._applying = True
        try:
            self.doc.apply_update(update)
        finally:
            self._applying = False

    def take(self) -> list[bytes]:
        updates, self._updates = self._updates, []
        return updates

    def whole(self) -> bytes:
        return self.doc.get_update()

    def _changed(self, event: Any) -> None:
        if not self._applying:
            self._updates.append(event.update)
