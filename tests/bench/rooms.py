"""Rooms under load, on a real server with a disk: relay, acknowledgement, CPU a key."""

import tempfile
from pathlib import Path

from tests.bench.load import Dialect, Figures, Load, run
from tests.bench.tables import table
from tests.support.server import Server, serving

SIZES = (20, 100, 300)


async def measure() -> str:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        async with serving(Path(folder) / "data") as server:
            for size in SIZES:
                for dialect in ("yjs", "liveroom.1"):
                    figures = await _typed(server, size, dialect)
                    rows.append(_row(size, dialect, figures))
    head = ["rooms", "speaks", "keys", "relay p50 ms", "p99", "saved p50 ms", "p99", "lost"]
    head += ["CPU µs a key", "generator's CPU", "server RSS MiB"]
    return (
        "## Rooms\n\n"
        "R rooms of three clients, one typing 8 keys a second for 10 s, every edit written before it is relayed and\n"
        "on disk before `Saved`. Latency is from the send to another client of the room, generator and server\n"
        "sharing the machine. A row counts if the generator used less than 0.7 of a core.\n\n"
        + table(head, rows)
    )


async def _typed(server: Server, size: int, dialect: Dialect) -> Figures:
    made = [await server.make_room(candidate=f"Cleo {i}") for i in range(size)]
    roles = ("interviewer", "owner", "observer")
    address = server.url.replace("http", "ws")
    targets = [[f"{address}/ws/{one['room']}?token={one['tokens'][role]}" for role in roles] for one in made]
    load = Load(rooms=size, seconds=10.0, dialect=dialect)
    return await run(load, targets, server_pid=server.pid)


def _row(size: int, dialect: str, figures: Figures) -> list[object]:
    row = figures.row()
    return [
        size,
        dialect,
        figures.keys,
        row["relay_p50_ms"],
        row["relay_p99_ms"],
        row["saved_p50_ms"],
        row["saved_p99_ms"],
        figures.lost,
        row["cpu_us_per_key"],
        row["generator_cpu"],
        row["server_rss_mib"],
    ]
