"""A replay of a long room: how long until it is loaded, and what a seek costs the server."""

import tempfile
import time
from pathlib import Path

from tests.bench import past
from tests.bench.tables import table
from tests.support.server import serving

EDITS = (43_200, 200_000)


async def measure() -> str:
    rows = []
    for edits in EDITS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "data"
            (target,) = await past.make(folder, rooms=1, edits=edits)
            async with serving(folder, *past.NO_KERNELS) as server:
                began = time.perf_counter()
                answer = server.get(f"/api/rooms/{target.room}/replay", token=target.tokens["interviewer"])
                rows.append([f"{edits:,}", time.perf_counter() - began, len(answer) / 2**20])
    return (
        "## Replay\n\n"
        "A replay is loaded once, whole, and seeks are the page's own, from moments that it keeps: the server does\n"
        "nothing at a seek.\n\n" + table(["edits", "seconds until it is loaded", "MiB"], rows)
    )
