"""A page of `liveroom.1` on a real socket, without a browser."""

import asyncio
import base64
import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from keystroke.timeline import KeyEvent
from liveroom import frames
from tests.support.server import Server
from tests.support.yjs import Client

WAIT_SECONDS = 30.0


class WirePage:
    """Speaks for one participant. `heard` keeps every text frame, so that a test can say what never came."""

    def __init__(self, url: str, room: str, token: str, *, page: str, text_frames: bool = True) -> None:
        scheme_less = url.partition("://")[2]
        self.address = f"ws://{scheme_less}/ws/{room}?token={token}"
        self.page = page
        self.client = Client()
        self.heard: list[dict[str, Any]] = []
        self.binary: list[bytes] = []
        self.welcome: dict[str, Any] = {}
        self.saved = 0
        self.n = 0
        self._text_frames = text_frames
        self._socket: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def socket(self) -> ClientConnection:
        assert self._socket is not None
        return self._socket

    async def open(self) -> None:
        """Connect (again, if need be), say hello and fetch the text."""
        await self.connect()
        if self._text_frames:
            await self.hello()
            self.welcome = await self.next("welcome")
            await self._welcomed()
        await self.socket.send(frames.step_1(self.client.doc.get_state()))
        await self.sync()

    async def connect(self) -> None:
        """Connect (again, if need be), and say nothing yet."""
        await self.close()
        protocols: Any = ["liveroom.1"] if self._text_frames else None
        # Unbounded: a page whose test looks elsewhere for a minute still hears pings, as a browser does.
        self._socket = await connect(
            self.address, subprotocols=protocols, compression=None, max_size=None, max_queue=None, proxy=None
        )

    def _hello(self) -> dict[str, Any]:
        return {"type": "hello", "page": self.page, "client": self.client.id, "next": self.n + 1}

    def stop_reading(self) -> None:
        """Take nothing more from the network, as a browser whose machine hangs."""
        self.socket.transport.pause_reading()

    def read_on(self) -> None:
        self.socket.transport.resume_reading()

    async def hello(self) -> None:
        await self.send(self._hello())

    async def _welcomed(self) -> None:
        """The room has said how much of this page it has."""

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    def abort(self) -> None:
        """Go without a goodbye, as a browser that is killed does."""
        self.socket.transport.abort()

    async def send(self, frame: dict[str, Any]) -> None:
        await self.socket.send(json.dumps(frame))

    async def next(self, *kinds: str) -> dict[str, Any]:
        """The next text frame of one of these kinds; Yjs updates on the way are applied."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                frame = await self.receive()
                if isinstance(frame, dict) and frame["type"] in kinds:
                    return frame

    async def until_person(self, role: str, **is_now: object) -> dict[str, Any]:
        """Read on until somebody of this role is shown so (`waiting=True`); what is shown of them."""
        while True:
            for person in (await self.next("people-changed"))["people"]:
                if person["role"] == role and is_now.items() <= person.items():
                    return dict(person)

    async def sync(self) -> None:
        """Return once the server's answer to our step 1 is here."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                frame = await self.receive()
                if isinstance(frame, frames.Frame) and frame.kind == "step-2":
                    return

    async def receive(self) -> dict[str, Any] | frames.Frame:
        raw = await self.socket.recv()
        if isinstance(raw, str):
            message: dict[str, Any] = json.loads(raw)
            self.heard.append(message)
            if message["type"] == "saved":
                self.saved = max(self.saved, message["n"])
            return message
        self.binary.append(raw)
        frame = frames.read(raw)
        if frame.kind in ("update", "step-2"):
            self.client.apply(frame.content)
        elif frame.kind == "step-1" and not self._text_frames:
            await self.socket.send(frames.step_2(self.client.doc.get_update(frame.content)))
        return frame

    async def closed(self) -> tuple[int, str]:
        """Read on until the server closes: code and reason."""
        with pytest.raises(ConnectionClosed) as closed:
            async with asyncio.timeout(WAIT_SECONDS):
                while True:
                    await self.receive()
        assert closed.value.rcvd is not None
        return closed.value.rcvd.code, closed.value.rcvd.reason

    async def until_lost(self) -> None:
        """Read on until the connection ends, however it ends."""
        with contextlib.suppress(ConnectionClosed):
            async with asyncio.timeout(WAIT_SECONDS):
                while True:
                    await self.receive()

    async def edit(self, update: bytes, *, client_at_us: int = 0, origin: str = "typed") -> int:
        self.n += 1
        encoded = base64.b64encode(update).decode()
        await self._send_recorded(
            {"type": "edit", "page": self.page, "n": self.n, "clientAtUs": client_at_us}
            | {"origin": origin, "update": encoded}
        )
        return self.n

    async def _send_recorded(self, frame: dict[str, Any]) -> None:
        await self.send(frame)

    async def write(self, text: str, *, at: int | None = None) -> int:
        """Insert text (at the end by default) as one edit."""
        return await self.edit(self.client.insert(len(self.client.text) if at is None else at, text))

    async def keys(self, events: Sequence[KeyEvent], *, start_us: int) -> int:
        """Report key events in batches, with the times that they carry."""
        ways = {"keydown": "down", "keyup": "up"}
        for batch in _batches(events, 64):
            self.n += 1
            keys = [[start_us + round(e["t"] * 1000), ways[e["type"]], e["code"], 0] for e in batch]
            await self._send_recorded({"type": "keys", "page": self.page, "n": self.n, "keys": keys})
        return self.n

    async def run(self, source: str) -> None:
        self.n += 1
        await self._send_recorded(
            {"type": "request-run", "page": self.page, "n": self.n, "clientAtUs": 0, "source": source}
            | {"place": {"file": "main", "position": "AAE=", "offset": 0}}
        )

    async def until_text(self, *parts: str) -> None:
        """Read on until the text holds all of these."""
        await self.until(lambda: all(part in str(self.client) for part in parts))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Read on until this holds."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not holds():
                await self.receive()

    async def until_people(self, here: int) -> None:
        """Read on until so many people are in the room."""
        async with asyncio.timeout(WAIT_SECONDS):
            while (
                sum(person.get("here", 0) > 0 for person in (await self.next("people-changed"))["people"])
                != here
            ):
                pass

    async def until_binary(self, frame: bytes, times: int) -> None:
        """Read on until this binary frame has come so many times."""
        async with asyncio.timeout(WAIT_SECONDS):
            while self.binary.count(frame) < times:
                await self.receive()

    async def until_saved(self, n: int) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while self.saved < n:
                await self.next("saved")


class LastingPage(WirePage):
    """Keeps what is not saved and sends it again when it is back, as the real page does; goes on without a connection.

    `kept` are the texts that it had when it was told to start over.
    """

    def __init__(self, url: str, room: str, token: str, *, page: str) -> None:
        super().__init__(url, room, token, page=page)
        self.waiting: dict[int, dict[str, Any]] = {}
        self.kept: list[str] = []
        self._history: str | None = None

    def _hello(self) -> dict[str, Any]:
        hello = super()._hello() | {"next": min(self.waiting, default=self.n + 1)}
        return hello if self._history is None else hello | {"history": self._history}

    async def _welcomed(self) -> None:
        self.saved = max(self.saved, self.welcome["saved"])
        if self._history not in (None, self.welcome["history"]):
            return  # we are told to start over next
        self._history = self.welcome["history"]
        for n in sorted(self.waiting):
            if n <= self.saved:
                del self.waiting[n]
            else:
                await self.send(self.waiting[n])

    async def _send_recorded(self, frame: dict[str, Any]) -> None:
        self.waiting[frame["n"]] = frame
        with contextlib.suppress(ConnectionClosed):
            await self.send(frame)

    async def receive(self) -> dict[str, Any] | frames.Frame:
        frame = await super().receive()
        if isinstance(frame, dict) and frame["type"] == "saved":
            self.waiting = {n: waits for n, waits in self.waiting.items() if n > frame["n"]}
        elif isinstance(frame, dict) and frame["type"] == "start-over":
            await self._start_over(frame["history"])
        return frame

    async def _start_over(self, history: str) -> None:
        """Keep the text, and begin from the server's document under a new client id, on the same socket."""
        self.kept.append(str(self.client))
        self.client = Client()
        self.waiting.clear()
        self._history = history
        await self.send(self._hello())
        await self.socket.send(frames.step_1(self.client.doc.get_state()))

    async def until_all_saved(self) -> None:
        await self.until(lambda: not self.waiting)


def page_of(server: Server, made: Mapping[str, Any], role: str, *, name: str | None = None) -> WirePage:
    """A page of this role in a room that `server.make_room` made."""
    return WirePage(server.url, made["room"], made["tokens"][role], page=name or f"page-{role}")


def stock_of(server: Server, made: Mapping[str, Any], role: str) -> WirePage:
    """A client of this role that speaks binary frames alone."""
    return WirePage(server.url, made["room"], made["tokens"][role], page="", text_frames=False)


def lasting_page_of(
    server: Server, made: Mapping[str, Any], role: str, *, url: str | None = None, name: str | None = None
) -> LastingPage:
    """A page that keeps what is not saved; `url` leads to the server some other way."""
    return LastingPage(url or server.url, made["room"], made["tokens"][role], page=name or f"page-{role}")


def _batches(events: Sequence[KeyEvent], size: int) -> Iterator[Sequence[KeyEvent]]:
    for start in range(0, len(events), size):
        yield events[start : start + size]
