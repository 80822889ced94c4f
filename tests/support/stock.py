"""y-websocket's own provider in Node, on the page's own Yjs: what any stock client does."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

FRONTEND = Path(__file__).parents[2] / "frontend"
CLIENT = Path(__file__).with_name("stock_client.mjs")
WAIT_SECONDS = 20.0


class StockClient:
    """It says what happens to it, a JSON line each; `said` keeps them. `text` is what it last had."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.said: list[dict[str, Any]] = []
        self.text = ""

    @classmethod
    async def join(cls, url: str, room: str, token: str, *, pace: float = 1) -> "StockClient":
        """With a `pace` above 1, its clock and timers run so many times as fast."""
        node = shutil.which("node")
        assert node is not None
        process = await asyncio.create_subprocess_exec(
            node,
            str(CLIENT),
            f"{url.replace('http', 'ws', 1)}/ws",
            room,
            token,
            str(pace),
            cwd=FRONTEND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=16 * 1024 * 1024,
        )
        return cls(process)

    async def tell(self, **command: object) -> None:
        """One of the commands of stock_client.mjs."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        await self._process.stdin.drain()

    async def insert(self, text: str, *, at: int | None = None) -> None:
        """At the end, or at a position in UTF-16 units."""
        await self.tell(insert=text, **({} if at is None else {"at": at}))

    async def delete(self, at: int, length: int) -> None:
        await self.tell(delete=length, at=at)

    async def until(self, **fields: object) -> dict[str, Any]:
        """The next thing that it says with these fields."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                said = await self._next()
                if said.items() >= fields.items():
                    return said

    async def until_text(self, part: str) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while part not in self.text:
                await self._next()

    async def until_text_is(self, text: str) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while self.text != text:
                await self._next()

    async def people(self) -> list[str]:
        """The names that its awareness holds now."""
        await self.tell(people=True)
        async with asyncio.timeout(WAIT_SECONDS):
            while "people" not in (said := await self._next()):
                pass
        return sorted(name or "" for name in said["people"])

    async def until_people(self, names: list[str], *, within_s: float = WAIT_SECONDS) -> None:
        """Until its awareness holds these names, in the order of the alphabet."""
        async with asyncio.timeout(within_s):
            while await self.people() != names:
                await asyncio.sleep(0.02)

    async def listen(self, seconds: float) -> list[dict[str, Any]]:
        """Everything that it says meanwhile."""
        heard: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    heard.append(await self._next())
        except TimeoutError:
            return heard

    @property
    def statuses(self) -> list[str]:
        return [said["status"] for said in self.said if "status" in said]

    async def leave(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            assert await asyncio.wait_for(self._process.wait(), 10) == 0
        except TimeoutError:
            self._process.kill()
            raise

    async def _next(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the stock client ended by itself"
        said: dict[str, Any] = json.loads(line)
        self.said.append(said)
        if "text" in said:
            self.text = said["text"]
        return said


@asynccontextmanager
async def stock_client(url: str, room: str, token: str, *, pace: float = 1) -> AsyncIterator[StockClient]:
    client = await StockClient.join(url, room, token, pace=pace)
    try:
        yield client
    finally:
        await client.leave()
