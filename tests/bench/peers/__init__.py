"""Other servers, started for a measurement."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import free_port

Y_WEBSOCKET = Path(__file__).parent / "node_modules" / "@y" / "websocket-server" / "src" / "server.js"


@dataclass(frozen=True)
class Peer:
    """A running y-protocols server; any path is a room."""

    url: str
    pid: int


@asynccontextmanager
async def y_websocket_server() -> AsyncIterator[Peer]:
    """npm's `@y/websocket-server`, as its own command starts it."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        "node",
        str(Y_WEBSOCKET),
        env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            await process.stdout.readline()  # it says where it runs
        yield Peer(f"ws://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        await process.wait()
