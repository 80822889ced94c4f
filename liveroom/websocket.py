"""The bytes of a websocket (RFC 6455, no extensions) once it is open: frames out are made, frames in are read. Pure."""

from typing import Final

from websockets.speedups import apply_mask

from liveroom.close_codes import BAD_FRAME, TOO_LARGE

TEXT: Final = 1
BINARY: Final = 2
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10

FRAGMENTS_MAX = 1024
"""Of one message: empty ones count for nothing in its size, and could come for ever."""

_CONTINUATION = 0
_CONTROL_BYTES_MAX = 125
_FIN, _OPCODE, _MASKED, _LENGTH = 0x80, 0x0F, 0x80, 0x7F
_OPCODES = frozenset({_CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG})

Received = tuple[int, bytes]
"""`(opcode, payload)`: a whole message, or a control frame."""


class BadFraming(ValueError):
    """Bytes that no browser would send; `code` is the one to close with."""

    def __init__(self, sentence: str, code: int = BAD_FRAME) -> None:
        super().__init__(sentence)
        self.code = code


def frame(opcode: int, payload: bytes) -> bytes:
    """One frame of a server, the same bytes for everyone who gets it."""
    size = len(payload)
    if size <= _CONTROL_BYTES_MAX:
        return bytes((_FIN | opcode, size)) + payload
    if size < 1 << 16:
        return bytes((_FIN | opcode, 126)) + size.to_bytes(2) + payload
    return bytes((_FIN | opcode, 127)) + size.to_bytes(8) + payload


def closing(code: int, reason: str) -> bytes:
    """A close frame; it holds 123 bytes of reason."""
    return frame(CLOSE, code.to_bytes(2) + reason.encode()[:120].decode(errors="ignore").encode())


class Inbox:
    """Takes bytes as they come and gives whole messages of at most `bytes_max`; never holds much more than one."""

    __slots__ = ("_at", "_buffer", "_bytes_max", "_opcode", "_parts", "_size")

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._buffer = bytearray()
        self._at = 0
        self._opcode = _CONTINUATION  # of the message whose first fragments are here
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> None:
        if self._at:
            del self._buffer[: self._at]
            self._at = 0
        self._buffer += data

    @property
    def empty(self) -> bool:
        return self._at == len(self._buffer)

    def next(self) -> Received | None:
        """The next message or control frame; None until more bytes are here. Raises `BadFraming`."""
        while (received := self._frame()) is not None:
            opcode, payload, final = received
            if opcode >= CLOSE:
                return opcode, payload
            if (opcode == _CONTINUATION) is (self._opcode == _CONTINUATION):
                raise BadFraming("The frame's fragments are out of order.")
            if final and opcode != _CONTINUATION:
                return opcode, payload
            if len(self._parts) == FRAGMENTS_MAX:
                raise BadFraming("The message is in more pieces than any browser makes of one.")
            self._opcode = self._opcode or opcode
            self._parts.append(payload)
            self._size += len(payload)
            if final:
                opcode, payload = self._opcode, b"".join(self._parts)
                self._opcode, self._size, self._parts = _CONTINUATION, 0, []
                return opcode, payload
        return None

    def _frame(self) -> tuple[int, bytes, bool] | None:
        """The next frame, unmasked, and whether it ends its message."""
        buffer, at = self._buffer, self._at
        here = len(buffer) - at
        if here < 2:
            return None
        first, second = buffer[at], buffer[at + 1]
        opcode, size, start = first & _OPCODE, second & _LENGTH, at + 2
        if first & ~(_FIN | _OPCODE) or opcode not in _OPCODES or not second & _MASKED:
            raise BadFraming("The bytes are not a frame of a websocket's client.")
        if opcode >= CLOSE and (size > _CONTROL_BYTES_MAX or not first & _FIN):
            raise BadFraming("A control frame is longer than it may be.")
        if size > _CONTROL_BYTES_MAX:
            width = 2 if size == 126 else 8
            if here < 2 + width:
                return None
            size = int.from_bytes(buffer[start : start + width])
            start += width
        if opcode < CLOSE and self._size + size > self._bytes_max:
            raise BadFraming("The frame is larger than 1 MiB.", TOO_LARGE)
        end = start + 4 + size
        if len(buffer) < end:
            return None
        self._at = end
        payload = apply_mask(buffer[start + 4 : end], buffer[start : start + 4])
        return opcode, payload, first >= _FIN
