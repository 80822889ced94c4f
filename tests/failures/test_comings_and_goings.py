"""Rows 4, 8 and 10: many come at once, rooms close and open again, and nothing of them is left behind."""

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from liveroom.messages import DataFile
from tests.failures.conftest import FEW_KERNELS
from tests.support.live import Site, add_room, site
from tests.support.record import exported
from tests.support.server import Server, serving
from tests.support.wire import lasting_page_of, page_of, stock_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


# --- row 4: synced with an empty document, because everybody came at once


async def test_fifty_who_come_at_once_to_a_cold_room_of_a_megabyte_all_get_all_of_it(mortal: Server) -> None:
    made = await mortal.make_room(candidate="Cleo")
    async with page_of(mortal, made, "interviewer") as ivy:
        for _ in range(2):
            await ivy.until_saved(await ivy.write("0123456\n" * 62_000))
        text = str(ivy.client)
    await mortal.stop()
    await mortal.start()
    roles = ("interviewer", "owner", "observer")
    clients = [
        page_of(mortal, made, roles[at % 3], name=f"page-{at}")
        if at % 2
        else stock_of(mortal, made, roles[at % 3])
        for at in range(50)
    ]
    await asyncio.gather(*(client.open() for client in clients))
    assert {str(client.client) for client in clients} == {text}
    await asyncio.gather(*(client.close() for client in clients))


# --- row 8: rooms that close while somebody comes, and rooms that were deleted


async def test_people_who_come_and_go_around_the_rooms_closing_lose_nothing(tmp_path: Path) -> None:
    idle_s = 0.1
    async with serving(tmp_path, *FEW_KERNELS, "--set", f"room_idle_seconds={idle_s}") as server:
        made = await server.make_room(candidate="Cleo")
        server.consent(made)
        roles = ("candidate", "interviewer", "owner")
        await asyncio.gather(*(come_and_go(server, made, role, idle_s) for role in roles))
        record = await exported(server, made)
        async with page_of(server, made, "observer") as olaf:
            assert str(olaf.client) == record.text
        for role in roles:
            mine = [line for line in record.text.splitlines() if line.startswith(role)]
            assert mine == [f"{role} {turn}" for turn in range(25)]


async def come_and_go(server: Server, made: dict[str, Any], role: str, idle_s: float) -> None:
    chance = random.Random(role)
    page = lasting_page_of(server, made, role)
    for turn in range(25):
        async with asyncio.timeout(10):
            await page.open()
            await page.write(f"{role} {turn}\n")
            if chance.random() < 0.5:
                await page.until_all_saved()
            if chance.random() < 0.5:
                await page.close()
            else:
                page.abort()
        await asyncio.sleep(idle_s * chance.uniform(0.4, 1.8))
    await page.open()
    await page.until_all_saved()
    await page.close()


async def test_a_deleted_room_is_gone_however_often_its_clients_come_back(
    server: Server, room: dict[str, Any]
) -> None:
    token = await server.owner_token()
    (candidate,) = {one["candidateId"] for one in rooms_of(server, token) if one["room"] == room["room"]}
    clients = [stock_of(server, room, "candidate"), page_of(server, room, "interviewer")]
    async with page_of(server, room, "owner") as ada:
        await ada.until_saved(await ada.write("to be deleted\n"))
    deleted = asyncio.Event()
    insisting = [asyncio.create_task(insist(client, deleted)) for client in clients]
    await asyncio.sleep(0.2)
    await asyncio.to_thread(server.post, f"/api/candidates/{candidate}/forget", {}, token=token)
    deleted.set()
    assert await asyncio.gather(*insisting) == [4404, 4404]
    assert room["room"] not in {one["room"] for one in rooms_of(server, token)}
    for client in clients:
        await client.connect()
        assert (await client.closed())[0] == 4404


def rooms_of(server: Server, token: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(server.get("/api/rooms", token=token))
    return found


async def insist(client: Any, deleted: asyncio.Event) -> int:
    """Come back whenever the connection ends, and type; returns the code that ended it after the deletion."""
    while True:
        late = deleted.is_set()
        try:
            await client.open()
            while True:
                await client.socket.send(b"\x03")
                await asyncio.sleep(0.005)
        except ConnectionClosed as closed:
            if late and closed.rcvd is not None:
                return closed.rcvd.code


# --- row 10: what is left of rooms that were open once


@pytest.mark.parametrize(
    "number", [pytest.param(150, id="shortened"), pytest.param(2000, id="in full", marks=pytest.mark.soak)]
)
async def test_rooms_that_were_open_leave_neither_memory_nor_descriptors(tmp_path: Path, number: int) -> None:
    async with serving(tmp_path, *FEW_KERNELS, "--set", "room_idle_seconds=0.2") as server:
        rooms = [await server.make_room(candidate=f"Cleo {at}") for at in range(number)]
        await open_and_close(server, rooms[: number // 3])
        await asyncio.sleep(1)
        memory, descriptors, threads = server.rss_mib(), server.descriptors(), server.threads()
        await open_and_close(server, rooms)
        async with asyncio.timeout(20):
            while server.descriptors() > descriptors:
                await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        print(f"{number} rooms: {memory:.1f} MiB before, {server.rss_mib():.1f} after")
        assert server.rss_mib() < 1.2 * memory
        assert server.threads() <= threads


async def open_and_close(server: Server, rooms: list[dict[str, Any]]) -> None:
    """A few kilobytes typed in each, ten rooms at a time."""

    async def use(made: dict[str, Any]) -> None:
        async with page_of(server, made, "interviewer") as ivy:
            await ivy.until_saved(await ivy.write("x = 1\n" * 1000))

    for first in range(0, len(rooms), 10):
        await asyncio.gather(*(use(made) for made in rooms[first : first + 10]))


async def test_rooms_that_were_open_leave_no_task(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.rooms.close()
        here.rooms = here.serve(idle_seconds=0.02)
        await asyncio.sleep(0.05)
        before = len(asyncio.all_tasks())
        for at in range(2, 42):
            await add_room(here.store, f"room-{at}", tokens=f"-{at}")
            page = await here.page(f"Ivy-{at}", room=f"room-{at}")
            page.write("x")
            page.host.leave(page.connection)
        async with asyncio.timeout(10):
            # A room is not live any more as soon as it begins to close; its last task is that closing.
            while (
                any(here.rooms.live(f"room-{at}") for at in range(2, 42)) or len(asyncio.all_tasks()) > before
            ):
                await asyncio.sleep(0.02)


async def test_a_server_that_ends_does_not_wait_for_a_room_whose_data_is_being_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    making = asyncio.Event()

    async def for_ever(_site: Site, _room: object) -> list[DataFile]:
        making.set()
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(Site, "_no_files", for_ever)
    async with site(tmp_path) as here:
        here.rooms.prepare("room-1")
        await making.wait()
        async with asyncio.timeout(5):
            await here.rooms.close()
