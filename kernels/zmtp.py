"""A minimal ZMTP 3.0 client over a unix socket, for talking to kernels that may be hostile.

libzmq bounds the size of a part but neither the number of parts nor their sum, drops a connection for good after a
part that is too large, and then blocks its sender. Here every bound is ours and whatever breaks one ends the
connection, which is simply made again.
"""

import asyncio
import struct
from pathlib import Path

PART_BYTES_MAX = 4 * 1024 * 1024
MESSAGE_BYTES_MAX = 8 * 1024 * 1024
PARTS_MAX = 32

_MORE, _LONG, _COMMAND = 1, 2, 4
_GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
_GREETING_BYTES = 64
_HANDSHAKE_SECONDS = 10.0


class Broken(Exception):
    """The other end said something that no well-behaved peer says, or went away."""


class Connection:
    """One connected socket of a type such as DEALER or SUB."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, path: Path, kind: str, identity: bytes = b"") -> "Connection":
        """Connect and shake hands. Raises Broken."""
        try:
            reader, writer = await asyncio.open_unix_connection(path)
        except OSError as error:
            raise Broken(str(error)) from error
        connection = cls(reader, writer)
        try:
            async with asyncio.timeout(_HANDSHAKE_SECONDS):
                writer.write(_GREETING)
                greeting = await reader.readexactly(_GREETING_BYTES)
                if greeting[0] != 0xFF or greeting[10] < 3 or not greeting[12:].startswith(b"NULL\0"):
                    raise Broken("not a ZMTP 3 peer")
                ready = (
                    b"\x05READY" + _property("Socket-Type", kind.encode()) + _property("Identity", identity)
                )
                writer.write(_frame(_COMMAND, ready))
                flags, body = await connection._read_frame()
                if not flags & _COMMAND or not body.startswith(b"\x05READY"):
                    raise Broken("no READY")
        except (TimeoutError, OSError, EOFError, Broken) as error:
            connection.close()
            raise Broken(str(error)) from error
        if kind == "SUB":
            writer.write(_frame(0, b"\x01"))  # everything
        return connection

    def send(self, parts: list[bytes]) -> None:
        """Queue one message. Never blocks; what a stuck peer does not read waits in our memory, so keep it small."""
        last = len(parts) - 1
        self._writer.write(b"".join(_frame(_MORE if n < last else 0, part) for n, part in enumerate(parts)))

    async def receive(self) -> list[bytes]:
        """The parts of the next message. Raises Broken."""
        parts: list[bytes] = []
        size = 0
        try:
            while True:
                flags, body = await self._read_frame()
                if flags & _COMMAND:
                    continue  # a PING needs no answer from a peer that set no time-to-live
                parts.append(body)
                size += len(body)
                if len(parts) > PARTS_MAX or size > MESSAGE_BYTES_MAX:
                    raise Broken("a message is too large")
                if not flags & _MORE:
                    return parts
        except (OSError, EOFError) as error:
            raise Broken(str(error)) from error

    def close(self) -> None:
        self._writer.transport.abort()

    async def _read_frame(self) -> tuple[int, bytes]:
        flags, size = await self._reader.readexactly(2)
        if flags & _LONG:
            (size,) = struct.unpack("!Q", bytes([size]) + await self._reader.readexactly(7))
        if size > PART_BYTES_MAX:
            raise Broken(f"a part of {size} bytes is too large")
        return flags, await self._reader.readexactly(size)


def _frame(flags: int, body: bytes) -> bytes:
    if len(body) > 255:
        return struct.pack("!BQ", flags | _LONG, len(body)) + body
    return bytes([flags, len(body)]) + body


def _property(name: str, value: bytes) -> bytes:
    return bytes([len(name)]) + name.encode() + struct.pack("!I", len(value)) + value
