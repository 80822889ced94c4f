"""What is on its way to one connection: bounded, so that a slow reader costs itself alone."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

FRAMES_MAX = 65_536
BYTES_MAX = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Closing:
    """The last thing in an outbox."""

    code: int
    reason: str


class Outbox:
    """Frames for one connection, in order. When it is full its connection is closed and resyncs; nothing is dropped."""

    def __init__(self) -> None:
        self._frames: deque[str | bytes] = deque()
        self._bytes = 0
        self._closing: Closing | None = None
        self._ready = asyncio.Event()
        self.when_full: Callable[[], None] | None = None

    def put(self, frame: str | bytes) -> None:
        if self._closing is not None:
            return
        if len(self._frames) >= FRAMES_MAX or self._bytes + len(frame) > BYTES_MAX:
            self._frames.clear()
            self.close(1013, "The connection is too slow; the page connects again.")
            if self.when_full is not None:
                self.when_full()
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        self._ready.set()

    def close(self, code: int, reason: str) -> None:
        """Close after what is waiting was sent."""
        if self._closing is None:
            self._closing = Closing(code, reason)
            self._ready.set()

    @property
    def closing(self) -> bool:
        return self._closing is not None

    async def next(self) -> str | bytes | Closing:
        while True:
            if self._frames:
                frame = self._frames.popleft()
                self._bytes -= len(frame)
                return frame
            if self._closing is not None:
                return self._closing
            self._ready.clear()
            await self._ready.wait()
