"""A load generator for rooms: R rooms of three clients, one of whom types 8 keys a second.

    python -m tests.bench.load 'ws://127.0.0.1:1234/{room}' --rooms 300       any y-protocols server
    python -m tests.bench.load --targets rooms.json --dialect liveroom.1      rooms that were made before

Latency is from the moment a key's frame is handed to the socket until another client of the room has it, or until the
typist has its `Saved`. While the load runs, what comes is only noted; it is read, checked and compared afterwards.
Prints one JSON object of `Figures`.
"""

import argparse
import asyncio
import base64
import gc
import json
import random
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import uvloop
from pycrdt import Doc, Text

from liveroom import lib0
from liveroom.lib0 import Reader, buffer
from liveroom.updates import parse
from tests.bench.client import BINARY, TEXT, Client
from tests.bench.process import cpu_seconds, machine_busy_seconds, rss_mib

Dialect = Literal["yjs", "liveroom.1"]

CODE = (
    "import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self, d: int):\n"
    "        super().__init__()\n        self.fc = nn.Linear(d, 2 * d)\n\n    def forward(self, x):\n"
    "        return torch.relu(self.fc(x)).sum(dim=-1)\n\n"
)
SETTLE_SECONDS = 20.0
"""Longer than any backlog seen: what comes later than this counts as lost."""

JOINING_AT_ONCE = 32
VERIFIED_ROOMS = 20

_STEP_1_OF_NOTHING = b"\x00\x00\x01\x00"
_STEP_1, _STEP_2, _UPDATE = b"\x00\x00", b"\x00\x01", b"\x00\x02"


@dataclass(frozen=True)
class Load:
    """How much; `keys_per_s` is each room's one typist's."""

    keys_per_s: float = 8.0
    seconds: float = 10.0
    warm_up_s: float = 2.0
    dialect: Dialect = "yjs"

    @property
    def keys(self) -> int:
        """Of each room, the warm-up included."""
        return round((self.seconds + self.warm_up_s) * self.keys_per_s)


@dataclass
class Figures:
    """What came of it. Latencies in milliseconds without the warm-up's, server CPU in microseconds a key.

    `lost`, `doubled` and `reordered` count deliveries, `unequal` rooms whose clients do not all end with one text.
    `other_load` is what everything else on the machine took meanwhile, in cores.
    """

    rooms: int = 0
    keys: int = 0
    relay_p50_ms: float | None = None
    relay_p95_ms: float | None = None
    relay_p99_ms: float | None = None
    saved_p50_ms: float | None = None
    saved_p99_ms: float | None = None
    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    unequal: int = 0
    closed: list[str] = field(default_factory=list)
    cpu_us_per_key: float | None = None
    server_rss_mib: float | None = None
    late_p99_ms: float | None = None
    generator_cpu: float | None = None
    other_load: float | None = None


@dataclass
class Tally:
    """One receiver's deliveries, counted as they come: each key once, and none before the one before it."""

    keys: int
    lost: int = 0
    doubled: int = 0
    reordered: int = 0

    def __post_init__(self) -> None:
        self._seen: set[int] = set()
        self._last = -1

    def take(self, key: int) -> bool:
        """Whether this key came for the first time."""
        if key in self._seen:
            self.doubled += 1
            return False
        self._seen.add(key)
        self.reordered += key < self._last
        self._last = max(self._last, key)
        self.lost = self.keys - len(self._seen)
        return True


def quantile(values: Sequence[float], q: float) -> float:
    """The q-quantile by nearest rank; nan of nothing."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def typed(text: str, client: int) -> list[bytes]:
    """The updates of somebody who types this, key by key, as a page sends them."""
    doc: Doc[Any] = Doc(client_id=client)
    content = doc.get("content", type=Text)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    for at, character in enumerate(text):
        content.insert(at, character)
    doc.unobserve(subscription)
    return updates


class _Room:
    """The clients of one room; the first types."""

    def __init__(self, name: str, urls: Sequence[str], script: "Script", dialect: Dialect) -> None:
        self.name, self._script, self._dialect = name, script, dialect
        protocols = ("liveroom.1",) if dialect == "liveroom.1" else ()
        self.clients = [Client(url, protocols) for url in urls]
        self._page = f"bench-{script.client}"  # of this run alone: a room may have been typed in before
        self.sent: list[float] = []
        self._room_began = 0.0

    async def join(self, which: int) -> None:
        """One client comes in, and is there once it has the text."""
        client = self.clients[which]
        await client.connect()
        if self._dialect == "liveroom.1":
            hello = {"type": "hello", "page": f"{self._page}-{which}", "client": self._script.client + which}
            client.send(TEXT, json.dumps(hello).encode())
            welcome = json.loads(await client.until(client.text, b'{"type":"welcome"'))
            self._room_began = time.perf_counter() - welcome["nowUs"] / 1e6
        else:
            client.send(BINARY, b"\x01" + buffer(_awareness(self._script.client + which)))
        client.send(BINARY, _STEP_1_OF_NOTHING)
        await client.until(client.binary, _STEP_2)

    def press(self, key: int) -> None:
        """Type one key: the frame is made now, as a page would, and handed to the socket."""
        update = self._script.updates[key]
        if self._dialect == "yjs":
            opcode, payload = BINARY, _UPDATE + buffer(update)
        else:
            at_us = int((time.perf_counter() - self._room_began) * 1e6)
            opcode, payload = (
                TEXT,
                (
                    f'{{"type":"edit","page":"{self._page}-0","n":{key + 1},"clientAtUs":{at_us},"origin":"typed",'
                    f'"update":"{base64.b64encode(update).decode()}"}}'
                ).encode(),
            )
        self.sent.append(time.perf_counter())
        self.clients[0].send(opcode, payload)

    def missing(self) -> bool:
        """Whether, by the count alone, something is still on its way."""
        behind = any(
            sum(payload.startswith(_UPDATE) for _, payload in client.binary) < len(self.sent)
            for client in self.clients[1:]
        )
        return behind or (self._dialect == "liveroom.1" and self._saved() < len(self.sent))

    def _saved(self) -> int:
        saved = [p for _, p in self.clients[0].text[-20:] if p.startswith(b'{"type":"saved"')]
        return int(json.loads(saved[-1])["n"]) if saved else 0

    def relayed(self, from_key: int, tally: Tally, client: Client) -> list[float]:
        """The latencies of one receiver, in milliseconds; what it heard is counted in `tally`."""
        found: list[float] = []
        for when, payload in client.binary:
            if payload.startswith(_UPDATE):
                fresh = [key for key in self._script.keys_of(payload) if tally.take(key)]
                found += [(when - self.sent[key]) * 1000 for key in fresh if key >= from_key]
        return found

    def acknowledged(self, from_key: int) -> list[float]:
        """How long each key waited for its `Saved`, in milliseconds."""
        found: list[float] = []
        done = 0
        for when, payload in self.clients[0].text:
            if payload.startswith(b'{"type":"saved"'):
                upto = min(int(json.loads(payload)["n"]), len(self.sent))
                found += [(when - self.sent[key]) * 1000 for key in range(max(done, from_key), upto)]
                done = max(done, upto)
        return found

    def texts(self) -> set[str]:
        """What the clients have before them: one text, if all is well. The typist has what it typed."""
        return {
            _text_of(client, self._script.updates if client is self.clients[0] else [])
            for client in self.clients
        }


class Script:
    """What every typist types: all rooms are apart, so all may type the same under the same client id."""

    def __init__(self, keys: int) -> None:
        self.client = random.SystemRandom().randrange(1 << 28, 1 << 31)
        self.text = (CODE * (keys // len(CODE) + 1))[:keys]
        self.updates = typed(self.text, self.client)
        self._key_of = {update: key for key, update in enumerate(self.updates)}

    def keys_of(self, frame: bytes) -> Sequence[int]:
        """The keys in an update frame; servers may merge some, or write one in another way."""
        reader = Reader(frame)
        reader.uint()
        reader.uint()
        update = reader.buffer()
        known = self._key_of.get(update)
        if known is not None:
            return (known,)
        return [
            clock
            for struct in parse(update).structs
            if struct.client == self.client
            for clock in range(struct.clock, struct.clock + struct.length)
        ]


def _text_of(client: Client, own: Sequence[bytes]) -> str:
    doc: Doc[Any] = Doc()
    text = doc.get("content", type=Text)
    for update in own:
        doc.apply_update(update)
    for _, payload in client.binary:
        if payload.startswith((_STEP_2, _UPDATE)):
            reader = Reader(payload[2:])
            doc.apply_update(reader.buffer())
    return str(text)


def _awareness(client: int) -> bytes:
    state = b'{"user":{"name":"bench","color":"#30bced"}}'
    return lib0.uint(1) + lib0.uint(client) + lib0.uint(1) + buffer(state)


async def run(load: Load, targets: Sequence[Sequence[str]], *, server_pid: int | None = None) -> Figures:
    """Type in every room of `targets` (the socket addresses of its clients) and measure after the warm-up."""
    script = Script(load.keys)
    rooms = [_Room(f"room {at}", urls, script, load.dialect) for at, urls in enumerate(targets)]
    at_once = asyncio.Semaphore(JOINING_AT_ONCE)

    async def join(room: _Room, which: int) -> None:
        async with at_once:
            await room.join(which)

    for which in range(len(targets[0])):
        await asyncio.gather(*(join(room, which) for room in rooms))
    await asyncio.sleep(1.0)

    figures = Figures(rooms=len(rooms), keys=len(rooms) * load.keys)
    spent, own, busy, began = _cpu(server_pid), _own_cpu(), machine_busy_seconds(), time.perf_counter()
    late = await _type(load, rooms)
    deadline = time.monotonic() + SETTLE_SECONDS
    while any(room.missing() for room in rooms) and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
    took = time.perf_counter() - began
    spent, own, busy = _cpu(server_pid) - spent, _own_cpu() - own, machine_busy_seconds() - busy

    figures.cpu_us_per_key = spent * 1e6 / figures.keys
    figures.generator_cpu = own / took
    figures.other_load = max(0.0, (busy - own - spent) / took)
    figures.late_p99_ms = quantile(late, 0.99)
    figures.server_rss_mib = rss_mib(server_pid) if server_pid else float("nan")
    figures.closed = [client.closed for room in rooms for client in room.clients if client.closed]
    await _compare(load, rooms, targets, figures)
    return figures


async def _type(load: Load, rooms: Sequence[_Room]) -> list[float]:
    """Every room has its own moment in a key's period; returns how late each key was pressed, in milliseconds."""
    period = 1 / load.keys_per_s
    schedule = sorted((random.random() * period, at) for at in range(len(rooms)))
    late: list[float] = []
    gc.collect()
    gc.freeze()
    gc.disable()
    began = time.perf_counter() + 0.05
    for key in range(load.keys):
        for turn, (phase, at) in enumerate(schedule):
            due = began + key * period + phase
            wait = due - time.perf_counter()
            if wait > 0.0005:
                await asyncio.sleep(wait)
            elif turn % 32 == 0:
                await asyncio.sleep(0)  # behind: what came has to be noted all the same
            late.append((time.perf_counter() - due) * 1000)
            if rooms[at].clients[0].closed is None:
                rooms[at].press(key)
    gc.enable()
    return late


async def _compare(
    load: Load, rooms: Sequence[_Room], targets: Sequence[Sequence[str]], figures: Figures
) -> None:
    """Read what was noted: latencies, deliveries, and whether everybody ends with the same text."""
    relayed: list[float] = []
    saved: list[float] = []
    from_key = round(load.warm_up_s * load.keys_per_s)
    for room in rooms:
        for client in room.clients[1:]:
            tally = Tally(load.keys, lost=load.keys)
            relayed += room.relayed(from_key, tally, client)
            figures.lost += tally.lost
            figures.doubled += tally.doubled
            figures.reordered += tally.reordered
        if load.dialect == "liveroom.1":
            acknowledged = room.acknowledged(from_key)
            figures.lost += load.keys - from_key - len(acknowledged)
            saved += acknowledged
    figures.relay_p50_ms, figures.relay_p95_ms, figures.relay_p99_ms = (
        quantile(relayed, q) for q in (0.5, 0.95, 0.99)
    )
    figures.saved_p50_ms, figures.saved_p99_ms = (quantile(saved, q) for q in (0.5, 0.99))
    late_comers = {
        at: _Room("late", targets[at][-1:], Script(0), "yjs")
        for at in random.sample(range(len(rooms)), min(VERIFIED_ROOMS, len(rooms)))
    }
    for late in late_comers.values():
        await late.join(0)
    for at, room in enumerate(rooms):
        texts = room.texts() | (late_comers[at].texts() if at in late_comers else set())
        figures.unequal += len(texts) != 1 or rooms[0]._script.text not in next(iter(texts))
    for client in (c for room in [*rooms, *late_comers.values()] for c in room.clients):
        client.transport.close()


def _cpu(pid: int | None) -> float:
    return cpu_seconds(pid) if pid else float("nan")


def _own_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a y-protocols server on this machine.")
    parser.add_argument("url", nargs="?", help="with {room} and, if wanted, {client}")
    parser.add_argument("--targets", type=Path, help='JSON: [{"urls": ["ws://…", "ws://…", "ws://…"]}, …]')
    parser.add_argument("--rooms", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--dialect", choices=("yjs", "liveroom.1"), default="yjs")
    parser.add_argument("--server-pid", type=int)
    options = parser.parse_args()
    if options.targets:
        targets = [room["urls"] for room in json.loads(options.targets.read_text())][: options.rooms]
    else:
        run_id = random.SystemRandom().randrange(1 << 32)
        targets = [
            [options.url.format(room=f"bench-{run_id:x}-{at}", client=client) for client in range(3)]
            for at in range(options.rooms)
        ]
    load = Load(seconds=options.seconds, dialect=options.dialect)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(run(load, targets, server_pid=options.server_pid))
    json.dump(asdict(figures), sys.stdout)


if __name__ == "__main__":
    main()
