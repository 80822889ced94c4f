"""What is on its way to one connection: bounded, so that a slow reader costs itself alone."""

from collections import deque
from collections.abc import Callable

FRAMES_MAX = 16_384
BYTES_MAX = 2 * 1024 * 1024
"""Of what others caused: edits, outputs, carets."""

ASKED_BYTES_MAX = 32 * 1024 * 1024
"""With what the connection asked for itself: one who comes gets the whole room at once."""


class Outbox:
    """Frames for one connection, in order: written at once while the transport keeps up, kept here while it does not.

    When it is full its connection is closed and resyncs; nothing is ever left out, since one missing update hides all
    that follow it.
    """

    def __init__(self, write: Callable[[bytes], None], *, full: Callable[[], None]) -> None:
        self._write = write
        self._full = full
        self._waiting: deque[tuple[bytes, bool]] = deque()
        self._bytes = 0  # of all that waits
        self._unasked = 0  # of what others caused
        self._behind = False
        self._closed = False

    def put(self, frame: bytes, *, asked: bool = False) -> None:
        """Take a frame; `asked` marks answers to the connection itself. Nothing is taken after `close`."""
        if self._closed:
            return
        if not self._behind:
            self._write(frame)
            return
        size = len(frame)
        if (
            len(self._waiting) >= FRAMES_MAX
            or self._bytes + size > ASKED_BYTES_MAX
            or (not asked and self._unasked + size > BYTES_MAX)
        ):
            self._waiting.clear()
            self._full()
            return
        self._wait(frame, asked=asked)

    def close(self, frame: bytes) -> None:
        """Take a last frame, whatever waits."""
        if self._closed:
            return
        self._closed = True
        if self._behind:
            self._wait(frame, asked=True)
        else:
            self._write(frame)

    def pause(self) -> None:
        """The transport has more than it can send."""
        self._behind = True

    def resume(self) -> None:
        """The transport has caught up. It may pause again at any write."""
        self._behind = False
        while self._waiting and not self._behind:
            frame, asked = self._waiting.popleft()
            self._bytes -= len(frame)
            self._unasked -= 0 if asked else len(frame)
            self._write(frame)

    def _wait(self, frame: bytes, *, asked: bool) -> None:
        self._waiting.append((frame, asked))
        self._bytes += len(frame)
        self._unasked += 0 if asked else len(frame)
