"""A live room on a real store, for tests of whatever performs effects."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from kernels.kernel import Limits
from kernels.scripted import ScriptedPool
from liveroom import websocket
from liveroom.checks import Judged
from liveroom.effects import ConnectionId
from liveroom.host import Host
from liveroom.messages import (
    CheckKind,
    CheckResult,
    DataFile,
    Edit,
    EditOrigin,
    FromServer,
    Hello,
    Message,
    RequestRun,
)
from liveroom.rooms import Rooms, Services
from liveroom.rows import StoredConsent, StoredRoom
from liveroom.store import Store
from liveroom.tokens import digest
from tests.support.rooms import START
from tests.support.stored import link, newcomer, stored_room
from tests.support.yjs import Client

M = TypeVar("M", bound=Message)
_decoder: msgspec.json.Decoder[FromServer] = msgspec.json.Decoder(FromServer)


@dataclass(frozen=True)
class Closing:
    """The last thing on a wire."""

    code: int
    reason: str


class Ear:
    """The wire of a page without a socket: it keeps up with everything."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[int, bytes] | Closing] = asyncio.Queue()
        self.paused: list[float] = []

    def put(self, frame: bytes, *, asked: bool = False) -> None:
        self.heard.put_nowait(unframed(frame))

    def close(self, code: int, reason: str) -> None:
        self.heard.put_nowait(Closing(code, reason))

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)

    async def next_binary(self) -> bytes:
        """The next binary frame; what else comes on the way is let go of."""
        while True:
            item = await asyncio.wait_for(self.heard.get(), 10)
            if not isinstance(item, Closing) and item[0] == websocket.BINARY:
                return item[1]

    async def closed(self) -> Closing:
        """Why the room closed it, once it has."""
        while True:
            item = await asyncio.wait_for(self.heard.get(), 10)
            if isinstance(item, Closing):
                return item


def unframed(frame: bytes) -> tuple[int, bytes]:
    """The opcode and payload of one whole frame of the server."""
    width = {126: 2, 127: 8}.get(frame[1], 0)
    size = int.from_bytes(frame[2 : 2 + width]) if width else frame[1]
    assert len(frame) == 2 + width + size
    return frame[0] & 0x0F, frame[2 + width :]


class Page:
    """A page of `liveroom.1` without a browser: a document, a counter, and what it has heard."""

    def __init__(self, name: str, host: Host, connection: ConnectionId, ear: Ear) -> None:
        self.name = name
        self.client = Client()
        self.heard: list[FromServer] = []
        self.frames: list[bytes] = []
        self.closed: Closing | None = None
        self.host, self.connection, self.ear = host, connection, ear
        self._n = 0

    def send(self, message: Message) -> None:
        self.host.receive(self.connection, msgspec.json.encode(message).decode())

    def hello(self) -> None:
        self.send(Hello(self.name, self.client.id, next=self._n + 1))
        self.client.apply(self.host.room.document.missing(b"\x00"))

    def write(self, text: str, at: int = 0) -> int:
        return self.edit(self.client.insert(at, text), "typed")

    def edit(self, update: bytes, origin: EditOrigin) -> int:
        self._n += 1
        self.send(Edit(self.name, self._n, 0, origin, base64.b64encode(update).decode()))
        return self._n

    def run(self, source: str) -> None:
        self._n += 1
        self.send(RequestRun(self.name, self._n, 0, source, START))

    async def next(self, kind: type[M]) -> M:
        """The next frame of this kind; others on the way are kept in `heard`."""
        while True:
            item = await asyncio.wait_for(self.ear.heard.get(), 10)
            if isinstance(item, Closing):
                self.closed = item
                raise ConnectionError(item.reason)
            opcode, payload = item
            if opcode == websocket.BINARY:
                self.frames.append(payload)
                continue
            message = _decoder.decode(payload)
            self.heard.append(message)
            if isinstance(message, kind):
                return message

    async def closing(self) -> Closing:
        """Everything until the connection closes."""
        try:
            while True:
                await self.next(Message)
        except ConnectionError:
            assert self.closed is not None
            return self.closed


class Site:
    """A store, its rooms and a scripted pool. Tokens are the participants' names."""

    def __init__(self, store: Store, pool: ScriptedPool) -> None:
        self.store, self.pool = store, pool
        self.ended: list[str] = []
        self.rooms = self.serve()

    def serve(
        self,
        *,
        wall: Callable[[], int] | None = None,
        monotonic: Callable[[], int] | None = None,
        idle_seconds: float = 600,
    ) -> Rooms:
        services = Services(self._no_folder, self._no_files, self._judge, self._ended)
        return Rooms(
            self.store,
            self.pool,
            services,
            limits=Limits(),
            monotonic=monotonic or (lambda: time.monotonic_ns() // 1000),
            wall=wall or (lambda: time.time_ns() // 1000),
            idle_seconds=idle_seconds,
        )

    async def page(self, name: str, *, room: str = "room-1", page: str | None = None) -> Page:
        ear = Ear()
        host, connection = await self.rooms.join(room, digest(name), ear, speaks_text=True)
        joined = Page(page or f"page-{name}", host, connection, ear)
        joined.hello()
        return joined

    async def _no_folder(self, room: StoredRoom) -> Path | None:
        return None

    async def _no_files(self, room: StoredRoom) -> list[DataFile]:
        return []

    async def _judge(self, room: StoredRoom, which: CheckKind, submission: str) -> Judged:
        return Judged([CheckResult("any", f"{which} of {submission!r}", True)])

    async def _ended(self, room: str) -> bool:
        self.ended.append(room)
        return False


@asynccontextmanager
async def site(folder: Path, *, pool: ScriptedPool | None = None) -> AsyncIterator[Site]:
    """A room `room-1` with an interviewer Ivy, an observer Olaf and a candidate Cleo who agreed to everything."""
    store = await Store.open(folder)
    try:
        await add_room(store)
        served = Site(store, pool or ScriptedPool())
        yield served
        await served.rooms.close()
    finally:
        await store.close()


async def add_room(store: Store, room: str = "room-1", *, tokens: str = "") -> None:
    """With `tokens` behind each name, for a token is one room's alone."""
    stored = stored_room(room)
    await store.add_room(
        stored,
        [link(f"{room}-link", room=room)],
        [
            newcomer("Ivy", "interviewer", token=digest(f"Ivy{tokens}"), link_serial=f"{room}-link"),
            newcomer("Olaf", "observer", token=digest(f"Olaf{tokens}")),
            newcomer("Cleo", "candidate", token=digest(f"Cleo{tokens}")),
        ],
    )
    await store.set_consent(StoredConsent(room, True, True, True, "text", "hash", 0))
