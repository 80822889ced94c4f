"""A room whose code floods: by what server and kernel host grow, and how long other rooms' runs take meanwhile."""

import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import past
from tests.bench.process import rss_mib
from tests.bench.tables import table
from tests.support.server import Server, kernel_hosts, serving
from tests.support.wire import WirePage

FLOOD_SECONDS = 6
TIMES = 2
PAUSE_SECONDS = 0.1
RUNS_MOST = 60  # one person may run so many, and four more, before they are asked to slow down
SAMPLE_SECONDS = 0.05
_UNTIL = f"import time\nend = time.time() + {FLOOD_SECONDS}\nwhile time.time() < end:\n    "
FLOODS = {
    "nothing (it sleeps)": f"import time; time.sleep({FLOOD_SECONDS})",
    "`print`, without end": f"{_UNTIL}print('x' * 1000)",
    "bundles of 50 MB": f"from IPython.display import HTML, display\n{_UNTIL}display(HTML('x' * 50_000_000))",
    "an exception of 50 MB": "raise RuntimeError('x' * 50_000_000)",
    "updates of one display": (
        f"from IPython.display import HTML, display\nshown = display(HTML('x'), display_id=True)\n"
        f"{_UNTIL}shown.update(HTML('x' * 1000))"
    ),
    "raw messages of 50 MB": f"{_UNTIL}get_ipython().kernel.iopub_socket.send_multipart([b'topic', bytes(50_000_000)])",
}


@dataclass
class Seen:
    """One flood: by how many MiB each process grew at most, and the other room's runs, in seconds."""

    server: float = 0.0
    host: float = 0.0
    runs: list[float] = field(default_factory=list)


async def measure() -> str:
    seen: dict[str, list[Seen]] = {name: [] for name in FLOODS}
    with tempfile.TemporaryDirectory(prefix="lr") as name:
        folder = Path(name) / "data"
        flooding, *others = await past.make(folder, rooms=1 + TIMES * len(FLOODS), edits=1)
        async with (
            serving(folder, "--set", "kernels_warm=0") as server,
            _page(server, flooding) as flooder,
        ):
            await _run(flooder, "1 + 1")
            for what, source in [*FLOODS.items()] * TIMES:
                async with _page(server, others.pop()) as neighbour:
                    await _run(neighbour, "1 + 1")
                    seen[what].append(await _flood(server, folder, flooder, neighbour, source))
    calm = statistics.median(run for each in seen[next(iter(FLOODS))] for run in each.runs)
    rows = []
    for what, rounds in seen.items():
        run = statistics.median(run for each in rounds for run in each.runs)
        first, last = rounds[0], rounds[-1]
        rows.append([what, first.server, last.server, first.host, last.host, run * 1000, run / calm])
    return (
        "### Floods\n\n"
        f"A room of a whole server floods for {FLOOD_SECONDS} s, while another room runs `1 + 1` again and again.\n"
        "Memory is the most that each process had above that before; the floods come one after another,\n"
        f"{TIMES} times each.\n\n"
        + table(
            [
                "the flood",
                "server's memory, MiB, first time",
                "last time",
                "kernel host's, first time",
                "last time",
                "the other room's run, median ms",
                "to quiet",
            ],
            rows,
        )
    )


@contextlib.asynccontextmanager
async def _page(server: Server, target: past.Target) -> AsyncIterator[WirePage]:
    token = target.tokens["interviewer"]
    async with WirePage(server.url, target.room, token, page=f"bench-{target.room}") as page:
        yield page


async def _flood(server: Server, folder: Path, flooder: WirePage, neighbour: WirePage, source: str) -> Seen:
    (host,) = kernel_hosts(folder)
    seen = Seen()
    before = rss_mib(server.pid), rss_mib(host)
    flood = asyncio.create_task(_run(flooder, source))
    others = asyncio.create_task(_run_again(neighbour, seen, flood))
    while not flood.done():
        seen.server = max(seen.server, rss_mib(server.pid) - before[0])
        seen.host = max(seen.host, rss_mib(host) - before[1])
        await asyncio.sleep(SAMPLE_SECONDS)
    await asyncio.gather(flood, others)
    return seen


async def _run_again(page: WirePage, seen: Seen, flood: "asyncio.Task[None]") -> None:
    while not flood.done() and len(seen.runs) < RUNS_MOST:
        began = time.perf_counter()
        await _run(page, "1 + 1")
        seen.runs.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE_SECONDS)


async def _run(page: WirePage, source: str) -> None:
    await page.run(source)
    answer = await page.next("run-finished", "refused")
    assert answer["type"] == "run-finished", answer
    page.heard.clear()
