"""A load generator for rooms: R rooms of three clients, one of whom types; it speaks plain Yjs and `liveroom.1`.

Latency is from the moment a key's frame is handed to the socket until another client of the room has it.
"""

import asyncio
import base64
import contextlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pycrdt import Doc, Text, handle_sync_message
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

Dialect = Literal["yjs", "liveroom.1"]

_UPDATE = b"\x00\x02"
_STEP_2 = b"\x00\x01"
_STEP_1_OF_NOTHING = b"\x00\x00\x01\x00"
SETTLE_SECONDS = 20.0
"""Longer than any backlog seen: what comes later than this counts as lost."""

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    """How much: `keys_per_s` is each room's one typist's."""

    rooms: int
    clients: int = 3
    keys_per_s: float = 8.0
    seconds: float = 15.0
    warm_up_s: float = 2.0
    dialect: Dialect = "liveroom.1"


@dataclass
class Figures:
    """What came of it. Latencies in milliseconds, server CPU in microseconds a key."""

    keys: int = 0
    relay_ms: list[float] = field(default_factory=list)
    saved_ms: list[float] = field(default_factory=list)
    lost: int = 0
    closed: list[str] = field(default_factory=list)
    cpu_us_per_key: float = 0.0
    generator_cpu: float = 0.0
    server_rss_mib: float = 0.0

    def row(self) -> dict[str, float]:
        return {
            "keys": self.keys,
            "relay_p50_ms": quantile(self.relay_ms, 0.5),
            "relay_p99_ms": quantile(self.relay_ms, 0.99),
            "saved_p50_ms": quantile(self.saved_ms, 0.5),
            "saved_p99_ms": quantile(self.saved_ms, 0.99),
            "lost": self.lost,
            "cpu_us_per_key": self.cpu_us_per_key,
            "generator_cpu": self.generator_cpu,
            "server_rss_mib": self.server_rss_mib,
        }


def quantile(values: Sequence[float], q: float) -> float:
    """The q-quantile by nearest rank; nan of nothing."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


class _Room:
    """Three clients of one room; the first types."""

    def __init__(self, name: str, urls: Sequence[str], load: Load, figures: Figures) -> None:
        self.name, self._urls, self._load, self._figures = name, urls, load, figures
        self._doc: Doc[Any] = Doc()
        self._text = self._doc.get("content", type=Text)
        self._sent: dict[bytes, float] = {}
        self._waiting: dict[bytes, int] = {}
        self._unsaved: dict[int, float] = {}
        self._synced = [asyncio.Event() for _ in urls]
        self._sockets: list[ClientConnection] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._n = 0
        self.measuring = False

    async def join(self) -> None:
        protocols: Any = ["liveroom.1"] if self._load.dialect == "liveroom.1" else None
        for index, url in enumerate(self._urls):
            socket = await connect(url, subprotocols=protocols, compression=None, max_size=None)
            self._sockets.append(socket)
            if self._load.dialect == "liveroom.1":
                client = self._doc.client_id if index == 0 else Doc[Any]().client_id
                hello = {"type": "hello", "page": f"{self.name}-{index}", "client": client}
                await socket.send(json.dumps(hello))
            await socket.send(_STEP_1_OF_NOTHING)
            self._tasks.append(asyncio.create_task(self._listen(index, socket)))
        # Who is not in the room yet gets earlier keys with the whole text, and not one by one.
        await asyncio.gather(*(synced.wait() for synced in self._synced))

    async def type(self, until: float) -> None:
        """Type until the monotonic time `until`, evenly, catching up after a stall."""
        step = 1 / self._load.keys_per_s
        due = time.monotonic() + step * (hash(self.name) % 100) / 100
        while due < until:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            due += step
            await self._key()

    async def _key(self) -> None:
        before = self._doc.get_state()
        self._text += "x"
        update = self._doc.get_update(before)
        now = time.monotonic()
        self._n += 1
        if self.measuring:
            self._figures.keys += 1
            self._sent[update] = now
            self._waiting[update] = len(self._urls) - 1
            self._unsaved[self._n] = now
        if self._load.dialect == "yjs":
            await self._sockets[0].send(_UPDATE + _buffer(update))
            return
        frame = {
            "type": "edit",
            "page": f"{self.name}-0",
            "n": self._n,
            "clientAtUs": int(now * 1e6) % 2**40,
            "origin": "typed",
            "update": base64.b64encode(update).decode(),
        }
        await self._sockets[0].send(json.dumps(frame))

    async def _listen(self, index: int, socket: ClientConnection) -> None:
        try:
            await self._hear(index, socket)
        except ConnectionClosed as closed:
            self._figures.closed.append(f"{closed.rcvd.code if closed.rcvd else 'no code'}")

    async def _hear(self, index: int, socket: ClientConnection) -> None:
        while True:
            frame = await socket.recv()
            now = time.monotonic()
            if isinstance(frame, str):
                if index == 0 and frame.startswith('{"type":"saved"'):
                    self._saved(json.loads(frame)["n"], now)
            elif frame.startswith(_UPDATE):
                self._heard(frame[3:] if frame[2] < 0x80 else frame[4:], now)
            elif frame.startswith(_STEP_2):
                if index == 0:
                    handle_sync_message(frame[1:], self._doc)
                self._synced[index].set()

    def _saved(self, upto: int, now: float) -> None:
        for n in [n for n in self._unsaved if n <= upto]:
            self._figures.saved_ms.append((now - self._unsaved.pop(n)) * 1000)

    def _heard(self, update: bytes, now: float) -> None:
        sent = self._sent.get(update)
        if sent is None:
            return
        self._figures.relay_ms.append((now - sent) * 1000)
        self._waiting[update] -= 1
        if not self._waiting[update]:
            del self._sent[update], self._waiting[update]

    async def settle(self, seconds: float) -> None:
        """Wait for what is on its way, then count what never came, a delivery each."""
        deadline = time.monotonic() + seconds
        while (self._sent or self._unsaved_counts()) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        self._figures.lost += sum(self._waiting.values()) + self._unsaved_counts()

    def _unsaved_counts(self) -> int:
        return len(self._unsaved) if self._load.dialect == "liveroom.1" else 0

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
        for socket in self._sockets:
            with contextlib.suppress(OSError):
                await socket.close()


async def run(load: Load, targets: Sequence[Sequence[str]], *, server_pid: int | None = None) -> Figures:
    """Type in every room of `targets` (a list of socket addresses a room) and measure after the warm-up."""
    figures = Figures()
    rooms = [_Room(f"b{i}", urls, load, figures) for i, urls in enumerate(targets)]
    for room in rooms:
        await room.join()
    await asyncio.sleep(1.0)
    start = time.monotonic()
    typing = [asyncio.create_task(room.type(start + load.warm_up_s + load.seconds)) for room in rooms]
    await asyncio.sleep(load.warm_up_s)
    for room in rooms:
        room.measuring = True
    cpu, own, began = cpu_s(server_pid), time.process_time(), time.monotonic()
    await asyncio.gather(*typing)
    spent = cpu_s(server_pid) - cpu
    figures.generator_cpu = (time.process_time() - own) / (time.monotonic() - began)
    await asyncio.gather(*(room.settle(SETTLE_SECONDS) for room in rooms))
    figures.cpu_us_per_key = spent * 1e6 / max(1, figures.keys)
    figures.server_rss_mib = rss_mib(server_pid)
    await asyncio.gather(*(room.leave() for room in rooms))
    return figures


def _buffer(content: bytes) -> bytes:
    length, out = len(content), bytearray()
    while length > 0x7F:
        out.append(length & 0x7F | 0x80)
        length >>= 7
    out.append(length)
    return bytes(out) + content


def cpu_s(pid: int | None) -> float:
    """User and system time of a process, in seconds."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def rss_mib(pid: int | None) -> float:
    if pid is None:
        return 0.0
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
