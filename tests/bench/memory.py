"""Memory of a room with three clients after 90 minutes of typing: as it was typed, and opened again."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import past
from tests.bench.page import Page
from tests.bench.process import rss_mib
from tests.bench.tables import table
from tests.support.server import Server, serving

ROOMS = 5
EDITS = 90 * 60 * past.KEYS_PER_S


async def measure() -> str:
    rows = []
    for what, edits, evenly in (
        ("typed as the load generator does, at the end alone", EDITS, True),
        ("typed as people do, with a tenth taken back", EDITS, False),
        ("ten edits, for comparison", 10, False),
    ):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "data"
            targets = await past.make(folder, rooms=ROOMS, edits=edits, evenly=evenly)
            on_disk = sum(file.stat().st_size for file in folder.glob("liveroom.db*")) / ROOMS / 2**20
            for how in ("its whole log", "its checkpoint"):
                async with serving(folder, *past.NO_KERNELS) as server:
                    rows.append([f"{what}; opened from {how}", *await _each(server, targets), on_disk])
    return (
        "## Memory\n\n"
        f"Server memory (RSS) for each of {ROOMS - 1} rooms beside a first one, three clients each, after {EDITS:,}\n"
        "edits (90 minutes) with their carets and key presses. What people take back and write elsewhere stays in a\n"
        "Yjs document as pieces of some 200 bytes each. The last column is what the timeline takes on disk.\n\n"
        + table(["room", "MiB a room", "and after 200 more edits in each", "MiB on disk"], rows)
    )


async def _each(server: Server, targets: Sequence[past.Target]) -> tuple[float, float]:
    """MiB a room once it is open, and once its candidate has typed some more."""
    first, *others = [past.pages(server.port, target) for target in targets]
    for page in first:
        await page.open()
    await _type([first[-1]])
    before = rss_mib(server.pid)
    for pages in others:
        for page in pages:
            await page.open()
    opened = rss_mib(server.pid)
    await _type([pages[-1] for pages in others])
    typed = rss_mib(server.pid)
    await asyncio.gather(*(page.close() for pages in (first, *others) for page in pages))
    return (opened - before) / len(others), (typed - before) / len(others)


async def _type(typists: Sequence[Page]) -> None:
    for _ in range(200):
        for page in typists:
            await page.until_saved(await page.key())
