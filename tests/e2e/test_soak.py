"""A stock Yjs client joins by address and token, syncs both ways, and stays while nothing happens."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import Server
from tests.support.wire import WirePage

pytestmark = [pytest.mark.soak, pytest.mark.asyncio(loop_scope="module")]

FRONTEND = Path(__file__).parents[2] / "frontend"
CLIENT = Path(__file__).with_name("stock_client.mjs")
IDLE_SECONDS = 70
OURS, THEIRS = "# from the room\n", "# from the stock client\n"


class StockClient:
    """y-websocket's own provider in Node. It says what happens to it, a JSON line each."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.said: list[dict[str, Any]] = []

    @classmethod
    async def join(cls, server: Server, room: str, token: str) -> "StockClient":
        node = shutil.which("node")
        assert node is not None
        process = await asyncio.create_subprocess_exec(
            node,
            str(CLIENT),
            f"ws://127.0.0.1:{server.port}/ws",
            room,
            token,
            cwd=FRONTEND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return cls(process)

    async def until_text(self, part: str) -> None:
        async with asyncio.timeout(20):
            while part not in (await self._next()).get("text", ""):
                pass

    async def insert(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(text).encode() + b"\n")
        await self._process.stdin.drain()

    async def listen(self, seconds: float) -> list[dict[str, Any]]:
        """Everything that it says meanwhile."""
        heard: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    heard.append(await self._next())
        except TimeoutError:
            return heard

    async def leave(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert await asyncio.wait_for(self._process.wait(), 10) == 0

    async def _next(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the stock client ended by itself"
        said: dict[str, Any] = json.loads(line)
        self.said.append(said)
        return said


async def test_a_stock_provider_syncs_both_ways_and_stays_for_70_idle_seconds(server: Server) -> None:
    made = await server.make_room(candidate="Ben")
    stock = await StockClient.join(server, made["room"], made["tokens"]["interviewer"])
    async with WirePage(server.url, made["room"], made["tokens"]["owner"], page="page-1") as page:
        await page.write(OURS)
        await stock.until_text(OURS)
        await stock.insert(THEIRS)
        await page.until_text(OURS, THEIRS)
    idle = [said for said in await stock.listen(IDLE_SECONDS) if "status" in said]
    assert idle == []
    assert [said["status"] for said in stock.said if "status" in said] == ["connected"]
    await stock.insert("# still here\n")
    async with WirePage(server.url, made["room"], made["tokens"]["owner"], page="page-2") as page:
        await page.until_text("# still here\n")
    await stock.leave()
