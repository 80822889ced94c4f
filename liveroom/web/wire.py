"""One open websocket: bytes of the transport on one side, whole frames of the room on the other."""

import asyncio
from collections.abc import Callable

import structlog

from liveroom import frames, websocket
from liveroom.close_codes import TRY_AGAIN
from liveroom.outbox import Outbox
from liveroom.websocket import BadFraming, Inbox

log = structlog.get_logger()

FRAME_BYTES_MAX = 1024 * 1024
BEAT_SECONDS = 4.0
"""One who is gone without a word is noticed after two beats; a page hears something at every beat."""

TURN_SECONDS = 0.005
"""Frames that came together may take so long before the others have their turn."""

CLOSING_SECONDS = 2.0

_FAILED = 1011
_PING = websocket.frame(websocket.PING, b"")
_KEEP_ALIVE = websocket.frame(websocket.BINARY, frames.KEEP_ALIVE)


class Wire:
    """Made when the handshake is done. `carry` begins it; `ended` is set when the transport is gone.

    Frames go between transport and room as plain calls. There is no task and no queue on the way of a keystroke but
    the outbox of a reader who is behind.
    """

    def __init__(self, transport: asyncio.Transport, *, beat_seconds: float = BEAT_SECONDS) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._inbox = Inbox(FRAME_BYTES_MAX)
        self._outbox = Outbox(self._write, full=self._too_slow)
        self._take: Callable[[str | bytes], None] | None = None
        self._held: asyncio.Handle | None = None
        self._closing = self._deaf = False
        self._beat_seconds = beat_seconds
        self._heard = self._spoke = True
        self._next_beat = self._loop.time() + beat_seconds
        self._beating = self._loop.call_at(self._next_beat, self._beat)
        self.ended = asyncio.Event()
        transport.pause_reading()

    async def carry(self, take: Callable[[str | bytes], None]) -> None:
        """Hand each frame to `take` until the connection has ended."""
        if not self.ended.is_set():
            self._take = take
            self._go_on()
        await self.ended.wait()

    # --- what the room calls

    def put(self, frame: bytes, *, asked: bool = False) -> None:
        """Send a frame that `websocket.frame` made; `asked` says that this connection asked for it."""
        self._spoke = True
        self._outbox.put(frame, asked=asked)

    def close(self, code: int, reason: str) -> None:
        """Close after what is waiting was sent; a reader that does not read is cut off."""
        if not self._closing:
            self._closing = True
            self._outbox.close(websocket.closing(code, reason))
            self._loop.call_later(CLOSING_SECONDS, self._transport.abort)
            if self._held is None:
                return
            self._held.cancel()
            self._go_on()  # the other side's close has to be read

    def pause(self, seconds: float) -> None:
        """Read nothing more for so long; what the other side sends meanwhile waits with it."""
        if self.ended.is_set():
            return
        if self._held is not None:
            self._held.cancel()
        else:
            self._transport.pause_reading()
        self._held = (
            self._loop.call_later(seconds, self._go_on) if seconds else self._loop.call_soon(self._go_on)
        )

    # --- what the transport calls

    def received(self, data: bytes) -> None:
        self._heard = True
        if self._deaf:
            return
        self._inbox.feed(data)
        if self._take is not None and self._held is None:
            self._read()

    def pause_writing(self) -> None:
        self._outbox.pause()

    def resume_writing(self) -> None:
        self._outbox.resume()

    def _write(self, data: bytes) -> None:
        if not self._transport.is_closing():  # one that was cut off says so before it says that it is lost
            self._transport.write(data)

    def lost(self) -> None:
        self._beating.cancel()
        if self._held is not None:
            self._held.cancel()
        self.ended.set()

    # --- frames in

    def _go_on(self) -> None:
        self._held = None
        self._heard = True
        if not self.ended.is_set():
            self._transport.resume_reading()
            self._read()

    def _read(self) -> None:
        """Hand on what is here, for one turn."""
        until = 0.0
        try:
            while self._held is None and (received := self._inbox.next()) is not None:
                self._received(*received)
                if self._inbox.empty:
                    return
                now = self._loop.time()
                until = until or now + TURN_SECONDS
                if now >= until and self._held is None:
                    self.pause(0)
        except BadFraming as error:
            self._deaf = (
                True  # but it goes on reading: bytes left unread would take the close frame with them
            )
            self.close(error.code, str(error))
        except Exception as error:
            log.error("a connection failed", exc_info=error)
            self.close(_FAILED, "The server failed at this, and its log says why.")

    def _received(self, opcode: int, payload: bytes) -> None:
        if opcode == websocket.PING:
            self._outbox.put(websocket.frame(websocket.PONG, payload), asked=True)
        elif opcode == websocket.CLOSE:
            self.close(1000, "")
            self._transport.close()
        elif self._closing or self._take is None or opcode == websocket.PONG:
            return
        elif opcode == websocket.BINARY:
            self._take(payload)
        else:
            try:
                self._take(payload.decode())
            except UnicodeDecodeError as error:
                raise BadFraming("The frame is not text.") from error

    # --- time

    def _too_slow(self) -> None:
        self.close(TRY_AGAIN, "The connection is too slow; the page connects again.")

    def _beat(self) -> None:
        late = self._loop.time() - self._next_beat > self._beat_seconds / 2
        reading = (
            self._take is not None and self._held is None
        )  # nobody is heard while their room still opens
        if not self._heard and reading and not late:  # late: it was us who stood still
            self._transport.abort()
            return
        self._heard = False
        self._outbox.put(_PING if self._spoke else _PING + _KEEP_ALIVE, asked=True)
        self._spoke = False
        self._next_beat = self._loop.time() + self._beat_seconds
        self._beating = self._loop.call_at(self._next_beat, self._beat)
