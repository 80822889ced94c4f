"""A reader who stops while 50 MB is pasted, deleted and pasted again: what it costs the server, what peers feel."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pycrdt import Doc, Text

from liveroom.lib0 import buffer
from tests.bench.client import BINARY, Client
from tests.bench.load import CODE, quantile, typed
from tests.bench.peers import y_websocket_server
from tests.bench.process import rss_mib
from tests.bench.tables import table
from tests.support.server import serving

PASTE = (CODE * 2000)[:500_000]
PASTES = 100
KEYS_PER_S = 20.0
ROUNDS = 3

_UPDATE, _STEP_1_OF_NOTHING, _STEP_2 = b"\x00\x02", b"\x00\x00\x01\x00", b"\x00\x01"


@dataclass
class _Felt:
    """`grew_mib` is the server's highest resident memory above that before; latencies are a peer's, in milliseconds."""

    grew_mib: float = 0.0
    relay_ms: list[float] = field(default_factory=list)
    reader: str = ""


async def measure() -> str:
    rows: list[list[object]] = []
    for name, stops in (("liveroom, all read", False), ("liveroom, one has stopped", True)):
        async with _liveroom() as (urls, pid):
            # What a server keeps once it has seen such pastes is no reader's fault.
            await _felt(urls, pid, stops=False)
            rows.append(_row(name, [await _felt(urls, pid, stops=stops) for _ in range(ROUNDS)]))
    async with y_websocket_server() as peer:
        room = [f"{peer.url}/stopped"] * 4
        await _felt(room, peer.pid, stops=False)
        rows.append(_row("y-websocket-server, all read", [await _felt(room, peer.pid, stops=False)]))
        rows.append(_row("y-websocket-server, one has stopped", [await _felt(room, peer.pid, stops=True)]))
    head = ["server", "memory grew by (MiB)", "peers' relay p50 ms", "p99", "what became of the reader"]
    return (
        f"{len(PASTE) // 1000} kB is pasted, deleted and pasted again until 50 MB went by, while somebody types and\n"
        "one client of the room has stopped reading. Memory is the highest above that before, after a first round\n"
        f"that does not count, the median of {ROUNDS}; latencies are of all rounds together.\n\n"
        + table(head, rows)
    )


def _row(name: str, runs: Sequence[_Felt]) -> list[object]:
    middle = len(runs) // 2
    # Of all rounds together: in one alone the slowest percent would be one or two keys.
    relay_ms = [latency for run in runs for latency in run.relay_ms]
    return [
        name,
        sorted(run.grew_mib for run in runs)[middle],
        quantile(relay_ms, 0.5),
        quantile(relay_ms, 0.99),
        runs[middle].reader or "it reads",
    ]


@asynccontextmanager
async def _liveroom() -> AsyncIterator[tuple[list[str], int]]:
    with tempfile.TemporaryDirectory() as folder:
        async with serving(
            Path(folder) / "data", "--set", "kernels_warm=0", "--set", "kernels_most=1"
        ) as server:
            made = await server.make_room(candidate="Cleo")
            server.consent(made)
            address = f"{server.url.replace('http', 'ws')}/ws/{made['room']}?token="
            roles = ("interviewer", "owner", "candidate", "observer")
            yield [address + made["tokens"][role] for role in roles], server.pid


async def _felt(urls: Sequence[str], pid: int, *, stops: bool) -> _Felt:
    """One paster, one typist, one who listens to both, and one who may stop reading."""
    paster, typist, listener, reader = clients = [Client(url) for url in urls]
    for client in clients:
        await client.connect()
        client.send(BINARY, _STEP_1_OF_NOTHING)
        await client.until(client.binary, _STEP_2)
    if stops:
        reader.transport.pause_reading()
    felt = _Felt()
    before = rss_mib(pid)
    pasting = asyncio.create_task(_paste(paster, listener))
    typing = asyncio.create_task(_type(typist, listener, felt))
    while not pasting.done():
        felt.grew_mib = max(felt.grew_mib, rss_mib(pid) - before)
        await asyncio.sleep(0.02)
    await pasting
    typing.cancel()
    await asyncio.gather(typing, return_exceptions=True)
    if stops:
        reader.transport.resume_reading()
        await asyncio.sleep(1.0)
        felt.reader = _fate(reader.closed)
    for client in clients:
        client.transport.close()
    return felt


def _fate(closed: str | None) -> str:
    if closed is None:
        return "still connected"
    return "cut off" if closed.startswith("lost") else f"closed with {closed}"


async def _paste(paster: Client, listener: Client) -> None:
    """Paste and delete; each goes out once the listener has the one before."""
    doc: Doc[Any] = Doc()
    text = doc.get("content", type=Text)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    for _ in range(PASTES):
        text.insert(0, PASTE)
        await _heard(paster, listener, updates.pop())
        text.clear()
        await _heard(paster, listener, updates.pop())
    doc.unobserve(subscription)


async def _heard(sender: Client, listener: Client, update: bytes) -> float:
    """Send an update; how long until the listener has it, in seconds."""
    frame = _UPDATE + buffer(update)
    began = time.perf_counter()
    sender.send(BINARY, frame)
    async with asyncio.timeout(60):
        while True:
            for at, (when, payload) in enumerate(listener.binary):
                if payload == frame:
                    del listener.binary[at]
                    return when - began
            await listener.news()


async def _type(typist: Client, listener: Client, felt: _Felt) -> None:
    updates = typed(CODE * 20, Doc[Any]().client_id)
    due = time.perf_counter()
    for update in updates:
        felt.relay_ms.append(1000 * await _heard(typist, listener, update))
        due += 1 / KEYS_PER_S
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
