"""A page as its server sees it, that comes back with all that it has not heard to be kept; for benchmarks."""

import asyncio
import base64
import json
import time
from typing import Any

from pycrdt import Doc, Text, create_sync_message, handle_sync_message

from tests.bench.client import BINARY, TEXT, Client

RETRY_SECONDS = 0.1
"""Shorter than a browser's page waits, so that the server and not the wait is measured."""

OPEN_SECONDS_MAX = 120.0


class Page:
    """Speaks `liveroom.1`. `saved` is the highest `n` that the server has acknowledged."""

    def __init__(self, address: str, name: str) -> None:
        self._address, self._name = address, name
        self._doc: Doc[Any] = Doc()
        self._text = self._doc.get("content", type=Text)
        self._waiting: dict[int, bytes] = {}
        self._heard = asyncio.Event()
        self._client: Client | None = None
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
                except OSError:
                    await asyncio.sleep(RETRY_SECONDS)

    async def _open(self) -> None:
        client = Client(self._address, ["liveroom.1"])
        await client.connect()
        self._client = client
        upcoming = min(self._waiting, default=self.n + 1)
        hello = {"type": "hello", "page": self._name, "client": self._doc.client_id, "next": upcoming}
        client.send(TEXT, json.dumps(hello).encode())
        for frame in self._waiting.values():
            client.send(TEXT, frame)
        client.send(BINARY, create_sync_message(self._doc))
        synced: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._listen(client, synced))
        await synced

    async def key(self) -> int:
        """Type one character; returns its `n`."""
        before = self._doc.get_state()
        self._text += "x"
        self.n += 1
        update = base64.b64encode(self._doc.get_update(before)).decode()
        at_us = int(time.monotonic() * 1e6) % 2**40
        frame = {"type": "edit", "page": self._name, "n": self.n, "clientAtUs": at_us}
        edit = {**frame, "origin": "typed", "update": update}
        self._waiting[self.n] = json.dumps(edit).encode()
        caret = {"type": "caret", "file": "main", "anchor": self.n, "head": self.n}
        assert self._client is not None
        if self._client.closed is None:
            self._client.send(TEXT, self._waiting[self.n])
            self._client.send(TEXT, json.dumps(caret).encode())
        return self.n

    async def until_saved(self, n: int) -> None:
        while self.saved < n:
            self._heard.clear()
            await self._heard.wait()

    async def _listen(self, client: Client, synced: asyncio.Future[None]) -> None:
        while client.closed is None:
            for _, frame in client.binary:
                if frame[0] == 0:
                    handle_sync_message(frame[1:], self._doc)
                    if frame[1] == 1 and not synced.done():
                        synced.set_result(None)
            for _, frame in client.text:
                if frame.startswith(b'{"type":"saved"'):
                    self._keep(json.loads(frame)["n"])
            client.binary.clear()
            client.text.clear()
            await client.news()
        if not synced.done():
            synced.set_exception(ConnectionError(client.closed))

    def _keep(self, n: int) -> None:
        self.saved, self.saved_at = max(self.saved, n), time.monotonic()
        for kept in [waiting for waiting in self._waiting if waiting <= n]:
            del self._waiting[kept]
        self._heard.set()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._client is not None:
            await self._client.__aexit__()
