"""A page as its server sees it, that comes back with all that it has not heard to be kept; for benchmarks."""

import asyncio
import base64
import contextlib
import json
import time
from typing import Any

from pycrdt import Doc, Text, create_sync_message, handle_sync_message
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

RETRY_SECONDS = 0.1
"""Shorter than a browser's page waits, so that the server and not the wait is measured."""

OPEN_SECONDS_MAX = 120.0


class Page:
    """Speaks `liveroom.1`. `saved` is the highest `n` that the server has acknowledged."""

    def __init__(self, address: str, name: str) -> None:
        self._address, self._name = address, name
        self._doc: Doc[Any] = Doc()
        self._text = self._doc.get("content", type=Text)
        self._waiting: dict[int, str] = {}
        self._heard = asyncio.Event()
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self.n = self.saved = 0
        self.saved_at = 0.0

    async def open(self) -> None:
        """Connect, again and again until somebody answers; returns with the room's text here."""
        async with asyncio.timeout(OPEN_SECONDS_MAX):
            while True:
                try:
                    await self._open()
                    return
                except (OSError, InvalidHandshake, ConnectionClosed):
                    await asyncio.sleep(RETRY_SECONDS)

    async def _open(self) -> None:
        protocols: Any = ["liveroom.1"]
        socket = await connect(
            self._address, subprotocols=protocols, compression=None, max_size=None, proxy=None
        )
        self._socket = socket
        upcoming = min(self._waiting, default=self.n + 1)
        hello = {"type": "hello", "page": self._name, "client": self._doc.client_id, "next": upcoming}
        await socket.send(json.dumps(hello))
        for frame in self._waiting.values():
            await socket.send(frame)
        await socket.send(create_sync_message(self._doc))
        synced = asyncio.Event()
        self._task = asyncio.create_task(self._listen(socket, synced))
        waits = asyncio.create_task(synced.wait())
        await asyncio.wait({waits, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if not synced.is_set():
            waits.cancel()
            raise ConnectionResetError

    async def key(self) -> int:
        """Type one character; returns its `n`."""
        before = self._doc.get_state()
        self._text += "x"
        self.n += 1
        update = base64.b64encode(self._doc.get_update(before)).decode()
        at_us = int(time.monotonic() * 1e6) % 2**40
        frame = {"type": "edit", "page": self._name, "n": self.n, "clientAtUs": at_us}
        self._waiting[self.n] = json.dumps({**frame, "origin": "typed", "update": update})
        length = len(self._text)
        with contextlib.suppress(ConnectionClosed):
            assert self._socket is not None
            await self._socket.send(self._waiting[self.n])
            await self._socket.send(
                json.dumps({"type": "caret", "file": "main", "anchor": length, "head": length})
            )
        return self.n

    async def until_saved(self, n: int) -> None:
        while self.saved < n:
            self._heard.clear()
            await self._heard.wait()

    async def _listen(self, socket: ClientConnection, synced: asyncio.Event) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                frame = await socket.recv()
                if isinstance(frame, bytes):
                    if frame[0] == 0:
                        handle_sync_message(frame[1:], self._doc)
                        if frame[1] == 1:
                            synced.set()
                elif frame.startswith('{"type":"saved"'):
                    self._keep(json.loads(frame)["n"])

    def _keep(self, n: int) -> None:
        self.saved, self.saved_at = max(self.saved, n), time.monotonic()
        for kept in [waiting for waiting in self._waiting if waiting <= n]:
            del self._waiting[kept]
        self._heard.set()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._socket is not None:
            with contextlib.suppress(OSError):
                await self._socket.close()
