"""2,000 rooms opened and closed again: what stays of them in the server."""

import asyncio
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import past
from tests.bench.process import rss_mib
from tests.bench.tables import table
from tests.support.server import Server, serving

ROOMS = 2000
AT_ONCE = 20
WARM_UP = 100
IDLE_SECONDS = 2.0
ARGUMENTS = ("--set", f"room_idle_seconds={IDLE_SECONDS}", *past.NO_KERNELS)


async def measure() -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        targets = await past.make(folder, rooms=ROOMS + WARM_UP, edits=10)
        async with serving(folder, *ARGUMENTS) as server:
            await _visit(server, targets[:WARM_UP])
            before = _state(server.pid)
            await _visit(server, targets[WARM_UP:])
            after = _state(server.pid)
    rows = [
        [what, before[at], after[at], f"{100 * (after[at] / before[at] - 1):+.0f} %"]
        for at, what in enumerate(("memory (RSS), MiB", "descriptors", "threads"))
    ]
    return (
        "## Rooms opened and closed\n\n"
        f"{ROOMS:,} rooms, {AT_ONCE} at a time: three clients join, one types, all leave, and the room closes after\n"
        f"{IDLE_SECONDS:g} s without anybody. Before: {WARM_UP} rooms were opened and closed already.\n\n"
        + table(["", "before", "after", "change"], rows)
    )


async def _visit(server: Server, targets: Sequence[past.Target]) -> None:
    for start in range(0, len(targets), AT_ONCE):
        await asyncio.gather(*(_one(server, target) for target in targets[start : start + AT_ONCE]))
    await asyncio.sleep(4 * IDLE_SECONDS)  # until the last are closed


async def _one(server: Server, target: past.Target) -> None:
    pages = past.pages(server.port, target)
    await asyncio.gather(*(page.open() for page in pages))
    for _ in range(5):
        await pages[-1].until_saved(await pages[-1].key())
    await asyncio.gather(*(page.close() for page in pages))


def _state(pid: int) -> tuple[float, int, int]:
    descriptors = len(os.listdir(f"/proc/{pid}/fd"))
    threads = len(os.listdir(f"/proc/{pid}/task"))
    return rss_mib(pid), descriptors, threads
