"""Rooms under load, beside a server that keeps nothing: relay, acknowledgement, CPU a key; and a reader who stops."""

import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.bench import stopped
from tests.bench.load import Dialect, Figures
from tests.bench.peers import Peer, y_websocket_server
from tests.bench.tables import table
from tests.support.server import Server, serving

ROUNDS = {20: 1, 100: 1, 300: 3}
"""Rooms, and how often each server is measured with so many; the servers take turns."""

SECONDS = 10.0
NO_KERNELS = ("--set", "kernels_warm=0", "--set", "kernels_most=1")
ROLES = ("interviewer", "owner", "observer")

PEER, PLAIN, PAGES = "y-websocket-server", "liveroom, plain Yjs", "liveroom, liveroom.1"


async def measure() -> str:
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        async with serving(Path(folder) / "data", *NO_KERNELS) as server, y_websocket_server() as peer:
            targets = await _targets(server, max(ROUNDS))
            for size, rounds in ROUNDS.items():
                found = await _interleaved(server, peer, targets[:size], rounds)
                rows += _rows(size, found)
        stopped_rows = await stopped.measure()
    head = ["rooms", "server", "CPU µs a key", "ratio", "relay p50 ms", "p99", "`Saved` p50 ms", "p99"]
    head += ["lost, doubled, reordered", "texts differ", "RSS MiB", "generator's CPU", "other load"]
    return (
        "## Rooms\n\n"
        f"R rooms of three clients, one typing 8 keys a second for {SECONDS:.0f} s after 2 s that do not count.\n"
        "liveroom writes every edit before it is relayed and has it on disk before `Saved`; `@y/websocket-server`\n"
        f"keeps nothing. They are measured in turn, with the most rooms {max(ROUNDS.values())} times each, and\n"
        "medians are shown. Latency is from the send to another client; the generator shares the machine's\n"
        "processors with the server, and `other load` is what everything else took of them meanwhile, in cores.\n\n"
        + table(head, rows)
        + "\n\n### A reader who stops\n\n"
        + stopped_rows
    )


async def _targets(server: Server, count: int) -> list[list[str]]:
    address = server.url.replace("http", "ws")
    made = [await server.make_room(candidate=f"Cleo {at}") for at in range(count)]
    return [[f"{address}/ws/{one['room']}?token={one['tokens'][role]}" for role in ROLES] for one in made]


async def _interleaved(
    server: Server, peer: Peer, targets: Sequence[Sequence[str]], rounds: int
) -> dict[str, list[Figures]]:
    found: dict[str, list[Figures]] = {PEER: [], PLAIN: [], PAGES: []}
    for at in range(rounds):
        rooms = [[f"{peer.url}/r{at}-{len(targets)}-{room}"] * 3 for room in range(len(targets))]
        found[PEER].append(await typed_in(rooms, "yjs", peer.pid))
        found[PLAIN].append(await typed_in(targets, "yjs", server.pid))
        found[PAGES].append(await typed_in(targets, "liveroom.1", server.pid))
    return found


async def typed_in(targets: Sequence[Sequence[str]], dialect: Dialect, pid: int) -> Figures:
    """Run the generator in a process of its own: its interpreter does nothing else meanwhile."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([{"urls": list(urls)} for urls in targets], file)
        file.flush()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.load", "--targets", file.name, "--rooms", str(len(targets))),
            *("--seconds", str(SECONDS), "--dialect", dialect, "--server-pid", str(pid)),
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"The load generator failed on {dialect} with {len(targets)} rooms.")
    return msgspec.json.decode(out.replace(b"NaN", b"null"), type=Figures)


def _rows(size: int, found: dict[str, list[Figures]]) -> list[list[object]]:
    base = _median(found[PEER], "cpu_us_per_key")
    rows: list[list[object]] = []
    for name, runs in found.items():
        cpu = _median(runs, "cpu_us_per_key")
        row: list[object] = [size, name, cpu, cpu / base]
        row += [_median(runs, figure) for figure in ("relay_p50_ms", "relay_p99_ms")]
        saved = [_median(runs, figure) for figure in ("saved_p50_ms", "saved_p99_ms")]
        row += saved if name == PAGES else ["", ""]
        row.append(", ".join(str(sum(counts)) for counts in zip(*map(_wrong, runs), strict=True)))
        row.append(sum(run.unequal for run in runs))
        row += [_median(runs, figure) for figure in ("server_rss_mib", "generator_cpu", "other_load")]
        rows.append(row)
    return rows


def _wrong(run: Figures) -> tuple[int, int, int]:
    return run.lost, run.doubled, run.reordered


def _median(runs: Sequence[Figures], figure: str) -> float:
    values: list[float] = [value for run in runs if (value := getattr(run, figure)) is not None]
    return statistics.median(values) if values else float("nan")
