"""Whatever clients, the network and the server's end do together: one text, one record, nothing lost, nothing twice."""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from kernels.scripted import ScriptedPool
from keystroke.timeline import Event, Verified, verify
from liveroom import websocket
from liveroom.effects import ConnectionId
from liveroom.export import timeline_lines
from liveroom.host import Host
from liveroom.rooms import Rooms
from liveroom.store import Store
from liveroom.tokens import digest
from tests.failures.conftest import FEW_KERNELS
from tests.failures.machine import Closed, Frame, Link, RoomMachine, World
from tests.support.live import Closing, Ear, Site, add_room
from tests.support.record import Exported, exported
from tests.support.server import Server, end_kernel_host, free_port
from tests.support.wire import WirePage

NAMES = {"candidate": "Cleo", "interviewer": "Ivy"}


class LinkToHost:
    """A connection to a host in this process."""

    def __init__(self, host: Host, connection: ConnectionId, ear: Ear) -> None:
        self._host, self._connection, self._ear = host, connection, ear

    def send(self, frame: Frame) -> None:
        self._host.receive(self._connection, frame)

    async def heard(self) -> list[Frame]:
        came: list[Frame] = []
        while not self._ear.heard.empty():
            item = self._ear.heard.get_nowait()
            if isinstance(item, Closing):
                raise Closed(item.code)
            opcode, payload = item
            came.append(payload if opcode == websocket.BINARY else payload.decode())
        return came

    async def leave(self) -> None:
        self._host.leave(self._connection)


class RoomsOnDisk:
    """Real rooms on a real store. A kill leaves the old rooms as they are, in the middle of whatever they did."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._site = Site(store, ScriptedPool())
        self._former: list[Rooms] = []

    @classmethod
    async def begin(cls) -> World:
        folder = Path(tempfile.mkdtemp())
        store = await Store.open(folder)
        await add_room(store)
        return cls(folder, store)

    async def connect(self, role: str, *, speaks_text: bool) -> Link:
        ear = Ear()
        token = digest(NAMES[role])
        host, connection = await self._site.rooms.join("room-1", token, ear, speaks_text=speaks_text)
        return LinkToHost(host, connection, ear)

    async def restart(self, *, kill: bool) -> None:
        if kill:
            self._former.append(self._site.rooms)
        else:
            await self._site.rooms.close()
        self._site.rooms = self._site.serve()

    async def record(self) -> Exported:
        if host := self._site.rooms.live("room-1"):
            await host.settled()
        room = await self._store.room("room-1")
        assert room is not None
        rows = await self._store.events("room-1")
        lines = list(timeline_lines(room.header, rows, role="owner", participant="p0"))
        assert isinstance(verify(lines), Verified)
        return Exported([Event(*json.loads(row.line)) for row in rows])

    async def close(self) -> None:
        for rooms in (self._site.rooms, *self._former):
            await rooms.close()
        await self._store.close()
        shutil.rmtree(self._folder)


class LinkToServer:
    """A connection to a server in another process."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._came: list[Frame] = []
        self._closed: Closed | None = None
        self._sending: asyncio.Queue[Frame] = asyncio.Queue()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]

    async def _read(self) -> None:
        try:
            async for frame in self._socket:
                self._came.append(frame)
        except ConnectionClosed:
            pass
        self._closed = Closed(self._socket.close_code or 1006)

    async def _write(self) -> None:
        while True:
            try:
                await self._socket.send(await self._sending.get())
            except ConnectionClosed:
                return

    def send(self, frame: Frame) -> None:
        self._sending.put_nowait(frame)

    async def heard(self) -> list[Frame]:
        await asyncio.sleep(0)
        came, self._came = self._came, []
        if not came and self._closed is not None:
            raise self._closed
        return came

    async def leave(self) -> None:
        self._socket.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class ServerProcess:
    """A real server, killed and started again."""

    def __init__(self, server: Server, made: dict[str, object]) -> None:
        self._server = server
        self._made = made

    @classmethod
    async def begin(cls) -> World:
        server = Server(Path(tempfile.mkdtemp()) / "data", port=free_port(), arguments=FEW_KERNELS)
        await server.start()
        made = await server.make_room(candidate="Cleo")
        server.consent(made)
        return cls(server, made)

    async def connect(self, role: str, *, speaks_text: bool) -> Link:
        token = self._made["tokens"][role]  # type: ignore[index]
        page = WirePage(self._server.url, str(self._made["room"]), token, page="", text_frames=speaks_text)
        await page.connect()
        return LinkToServer(page.socket)

    async def restart(self, *, kill: bool) -> None:
        await (self._server.kill() if kill else self._server.stop())
        await self._server.start()

    async def record(self) -> Exported:
        return await exported(self._server, self._made)

    async def close(self) -> None:
        await self._server.stop()
        end_kernel_host(self._server.folder)
        shutil.rmtree(self._server.folder.parent)


def run(world: type[RoomsOnDisk] | type[ServerProcess], *, examples: int, steps: int) -> None:
    profile = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    class Machine(RoomMachine):
        def __init__(self) -> None:
            super().__init__(world.begin)

    run_state_machine_as_test(Machine, settings=profile)


@pytest.mark.parametrize(
    "examples", [pytest.param(20, id="some"), pytest.param(1000, id="many", marks=pytest.mark.soak)]
)
def test_rooms_on_a_real_store_lose_nothing_and_double_nothing(examples: int) -> None:
    run(RoomsOnDisk, examples=examples, steps=30)


@pytest.mark.soak
def test_a_real_server_over_real_sockets_loses_nothing_and_doubles_nothing() -> None:
    run(ServerProcess, examples=20, steps=25)
