"""kill -9 while 300 rooms type: what of the acknowledged is missing, and how soon every room edits again."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.bench import past
from tests.bench.load import quantile
from tests.bench.page import Page
from tests.bench.process import cpu_seconds
from tests.bench.tables import table
from tests.support.server import Server, serving

ROOMS = 300
PAST_SECONDS = 270
TYPING_SECONDS = 30.0


async def measure() -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        targets = await past.make(folder, rooms=ROOMS, edits=PAST_SECONDS * past.KEYS_PER_S)
        async with serving(folder, *past.NO_KERNELS) as server:
            found = await _killed(server, targets)
        rows = [
            ["from process start until it listens, s", found.listening],
            ["until half of the rooms edit again, s", quantile(found.seconds, 0.5)],
            [f"until all {ROOMS} do, s", max(found.seconds)],
            ["CPU of the server until then, s", found.cpu],
            ["edits acknowledged before", found.acknowledged],
            ["of these missing from the record, or there twice", found.missing],
        ]
    return (
        "## kill -9 under load\n\n"
        f"{ROOMS} rooms of three clients and five minutes of typing (2,400 edits each, with carets and key presses),\n"
        "killed while all of them type. Every client comes back, resends what was not acknowledged and types one key;\n"
        "a room edits again once that key is acknowledged. Generator and server share the machine.\n\n"
        + table(["figure", "value"], rows)
    )


@dataclass(frozen=True)
class Found:
    """`seconds` are each room's, from process start until it edits again; `cpu` is the server's in that time."""

    seconds: list[float]
    listening: float
    cpu: float
    acknowledged: int
    missing: int


async def _killed(server: Server, targets: Sequence[past.Target]) -> Found:
    rooms = [past.pages(server.port, target) for target in targets]
    for start in range(0, len(rooms), 20):
        await asyncio.gather(*(page.open() for pages in rooms[start : start + 20] for page in pages))
    typing = [asyncio.create_task(_type(pages[-1])) for pages in rooms]
    await asyncio.sleep(TYPING_SECONDS)
    await server.kill()
    acknowledged = [pages[-1].saved for pages in rooms]
    for task in typing:
        task.cancel()
    await asyncio.gather(
        *typing, *(page.close() for pages in rooms for page in pages), return_exceptions=True
    )
    began = time.monotonic()
    comings = [asyncio.create_task(_come_back(pages, began)) for pages in rooms]
    await server.start()
    listening = time.monotonic() - began
    seconds = list(await asyncio.gather(*comings))
    cpu = cpu_seconds(server.pid)
    await asyncio.gather(*(page.close() for pages in rooms for page in pages))
    await server.stop()
    missing = _missing(server.folder, [target.room for target in targets], acknowledged)
    return Found(seconds, listening, cpu, sum(acknowledged), missing)


async def _type(page: Page) -> None:
    while True:
        await page.key()
        await asyncio.sleep(1 / past.KEYS_PER_S)


async def _come_back(pages: Sequence[Page], began: float) -> float:
    """Seconds until this room's typist has an acknowledgement again."""
    others = [asyncio.create_task(page.open()) for page in pages[:-1]]
    await pages[-1].open()
    await pages[-1].until_saved(await pages[-1].key())
    seconds = pages[-1].saved_at - began
    await asyncio.gather(*others)
    return seconds


def _missing(folder: Path, rooms: Sequence[str], acknowledged: Sequence[int]) -> int:
    """How many of the edits up to each room's acknowledgement its record has not exactly once."""
    with closing(sqlite3.connect(folder / "liveroom.db")) as db:
        query = "SELECT n FROM event WHERE room = ? AND kind = 'edit' AND page = 'candidate-again' ORDER BY n"
        return sum(
            len(
                set(range(1, upto + 1)).symmetric_difference(
                    n for (n,) in db.execute(query, (room,)) if n <= upto
                )
            )
            for room, upto in zip(rooms, acknowledged, strict=True)
        )
