"""A websocket client that costs little: it writes whole frames and notes when each one came. Loopback only."""

import asyncio
import base64
import os
import time
from collections.abc import Sequence
from typing import Self, cast
from urllib.parse import urlsplit

from websockets.speedups import apply_mask

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
CONNECT_SECONDS = 60.0


def masked(opcode: int, payload: bytes) -> bytes:
    """One frame of a client, under a mask of its own as browsers make them."""
    size, mask = len(payload), os.urandom(4)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 1 << 16:
        head = bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2)
    else:
        head = bytes((0x80 | opcode, 0xFF)) + size.to_bytes(8)
    return head + mask + apply_mask(payload, mask)


class Client(asyncio.Protocol):
    """One connection. `heard` holds `(when, payload)` of every message, text and binary apart."""

    def __init__(self, url: str, subprotocols: Sequence[str] = ()) -> None:
        parts = urlsplit(url)
        if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError(f"Only servers of this machine are measured, not {parts.hostname}.")
        self._host, self._port = parts.hostname, parts.port or 80
        self._target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        self._subprotocols = subprotocols
        self._buffer = b""
        self._open = asyncio.get_running_loop().create_future()
        self._news = asyncio.Event()
        self._lost = asyncio.Event()
        self.text: list[tuple[float, bytes]] = []
        self.binary: list[tuple[float, bytes]] = []
        self.closed: str | None = None
        self.transport: asyncio.Transport

    async def connect(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, self._host, self._port)
        await asyncio.wait_for(self._open, CONNECT_SECONDS)

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *error: object) -> None:
        self.transport.abort()
        await self._lost.wait()

    def send(self, opcode: int, payload: bytes) -> None:
        self.transport.write(masked(opcode, payload))

    async def until(self, heard: list[tuple[float, bytes]], begins: bytes) -> bytes:
        """The first message in `text` or `binary` that begins so, waiting for it if need be."""
        async with asyncio.timeout(CONNECT_SECONDS):
            while True:
                for _, payload in heard:
                    if payload.startswith(begins):
                        return payload
                if self.closed is not None:
                    raise ConnectionError(f"The server closed the connection: {self.closed}")
                await self.news()

    async def news(self) -> None:
        """Wait until something more has come."""
        self._news.clear()
        await self._news.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        lines = [
            f"GET {self._target} HTTP/1.1",
            f"Host: {self._host}:{self._port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
        ]
        if self._subprotocols:
            lines.append(f"Sec-WebSocket-Protocol: {', '.join(self._subprotocols)}")
        self.transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        buffer = self._buffer + data if self._buffer else data
        if not self._open.done():
            head, end, buffer = buffer.partition(b"\r\n\r\n")
            if not end:
                self._buffer = head
                return
            status = head.split(b"\r\n", 1)[0]
            if b" 101 " not in status + b" ":
                self._open.set_exception(ConnectionError(status.decode("latin-1")))
                self.transport.close()
                return
            self._open.set_result(None)
        self._buffer = self._frames(buffer, now)
        self._news.set()

    def _frames(self, buffer: bytes, now: float) -> bytes:
        """Take the whole frames from the front; returns what is left. Servers here do not cut messages up."""
        at, here = 0, len(buffer)
        while here - at >= 2:
            size, start = buffer[at + 1] & 0x7F, at + 2
            if size > 125:
                width = 2 if size == 126 else 8
                size = int.from_bytes(buffer[start : start + width])
                start += width
            if start > here or start + size > here:
                break
            opcode, payload = buffer[at] & 0x0F, buffer[start : start + size]
            at = start + size
            if opcode == BINARY:
                self.binary.append((now, payload))
            elif opcode == TEXT:
                self.text.append((now, payload))
            elif opcode == PING:
                self.send(PONG, payload)
            elif opcode == CLOSE:
                self.closed = f"{int.from_bytes(payload[:2])} {payload[2:].decode(errors='replace')}"
                self.send(CLOSE, payload[:2])
        return buffer[at:]

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = self.closed or f"lost: {exc!r}"
        self._lost.set()
        self._news.set()
        if not self._open.done():
            self._open.set_exception(ConnectionError(self.closed))
