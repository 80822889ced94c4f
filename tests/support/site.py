"""A whole server in the test's own process and event loop, on a free port, with kernels that follow a script."""

import asyncio
import http.client
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernels.scripted import ScriptedKernel, ScriptedPool
from liveroom.app import create_app, make_parts
from liveroom.serving import Server, listening
from liveroom.settings import Settings
from liveroom.store import Store
from liveroom.times import wall_us
from liveroom.web.parts import Parts

DEFAULTS = Settings()


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class TestSite:
    """Speaks to its server as a browser or a program would. `now_us` moves the server's wall clock."""

    __test__ = False

    def __init__(self, parts: Parts, pool: ScriptedPool, port: int, clock: "Clock") -> None:
        self.parts = parts
        self.pool = pool
        self.port = port
        self.clock = clock
        self.api_token = ""

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] = {},
    ) -> Reply:
        """One request; a body is sent as JSON unless it is bytes."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = dict(headers)
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        return await asyncio.to_thread(self._call, method, path, content, sent)

    async def owner(self, method: str, path: str, body: object = None) -> Reply:
        return await self.call(method, path, body, token=self.api_token)

    async def new_room(self, **asked: object) -> Any:
        """The reply of POST /api/rooms, which must succeed."""
        reply = await self.owner("POST", "/api/rooms", {"kind": "live", "candidate": "Ada", **asked})
        assert reply.status == 200, reply.content
        return reply.json

    async def give_consent(self, room: Any, **switches: bool) -> Reply:
        """The candidate's answer, everything allowed unless `switches` say otherwise."""
        link = room["links"]["candidate"].partition("#")[2]
        looked = (await self.call("POST", "/api/join/look", {"link": link})).json
        notice = looked.get("notice")
        text_hash = notice["textHash"] if notice else self.text_hash
        self.text_hash = text_hash
        answer = {"textHash": text_hash, "replay": True, "metrics": True, "typing": True, **switches}
        return await self.call(
            "POST", f"/api/rooms/{room['room']}/consent", answer, token=room["tokens"]["candidate"]
        )

    text_hash = ""

    def _call(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            received = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, received, response.read())
        finally:
            connection.close()


class Clock:
    """The wall clock, set ahead by as much as a test wants."""

    def __init__(self) -> None:
        self.ahead_us = 0

    def __call__(self) -> int:
        return wall_us() + self.ahead_us


@asynccontextmanager
async def running_site(
    folder: Path,
    settings: Settings = DEFAULTS,
    *,
    page: Path | None = None,
    ahead_us: int = 0,
    kernel: Callable[[], ScriptedKernel] = ScriptedKernel,
) -> AsyncIterator[TestSite]:
    """A server that is up, with an API token of its owner; its wall clock starts `ahead_us` ahead."""
    clock, pool = Clock(), ScriptedPool(kernel)
    clock.ahead_us = ahead_us
    store = await Store.open(folder)
    try:
        with listening("127.0.0.1", 0) as tcp:
            port = tcp.getsockname()[1]
            parts = make_parts(
                settings,
                store=store,
                pool=pool,
                folder=folder,
                base_url=settings.public_url or f"http://127.0.0.1:{port}",
                page=page or folder / "no-page",
                wall=clock,
            )
            up = asyncio.Event()
            server = _Quiet(create_app(parts), _setting(up), beat_seconds=settings.heartbeat_seconds)
            serving = asyncio.create_task(server.serve([tcp]))
            await up.wait()
            site = TestSite(parts, pool, port, clock)
            site.api_token = await parts.sign_in.api_token()
            try:
                yield site
            finally:
                server.should_exit = True
                await serving
    finally:
        await store.close()


class _Quiet(Server):
    """Leaves signals to pytest, and does not wait for the next tick to see that it should end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        while not self.should_exit:
            await asyncio.sleep(0.02)


def _setting(up: asyncio.Event) -> Any:
    async def ready() -> None:
        up.set()

    return ready
