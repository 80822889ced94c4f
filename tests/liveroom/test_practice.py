"""Practice rooms: as a room on the wire, and without a trace anywhere else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kernels.kernel import Limits
from kernels.outputs import Display
from kernels.scripted import ScriptedKernel, ScriptedPool
from liveroom.close_codes import GONE
from liveroom.effects import Keep
from liveroom.errors import TooMany, Unavailable
from liveroom.log import Log, start_of
from liveroom.practice import BLOBS_BYTES_MAX, MINUTES, OF_A_LINK_MOST, KeepsNothing, Opened, PracticeRooms
from liveroom.settings import Settings
from liveroom.tokens import digest
from tests.support.live import Ear
from tests.support.site import TestSite, running_site
from tests.support.wire import WirePage

pytestmark = pytest.mark.asyncio

CANARY = "canary-of-the-practice-room"
MINUTE_US = 60_000_000
PICTURE = "A" * 40_000


def link_of(made: Any, role: str) -> str:
    return str(made["links"][role].partition("#")[2])


async def practise(site: TestSite, made: Any, role: str = "candidate") -> Any:
    reply = await site.call("POST", "/api/practice", {"link": link_of(made, role)})
    assert reply.status == 200, reply.content
    return reply.json


def page(site: TestSite, entered: Any, *, name: str = "page-1", text_frames: bool = True) -> WirePage:
    return WirePage(site.base_url, entered["room"], entered["token"], page=name, text_frames=text_frames)


def kept_bytes(folder: Path) -> dict[str, bytes]:
    """Every file of the data folder but SQLite's index of its log, which readers write too."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }


@pytest.mark.parametrize("role", ["candidate", "interviewer", "observer"])
async def test_whoever_has_a_link_may_practise_before_any_consent(tmp_path: Path, role: str) -> None:
    async with running_site(tmp_path) as site:
        entered = await practise(site, await site.new_room(), role)
        assert (entered["role"], entered.get("consentNeeded", False)) == ("candidate", False)
        async with page(site, entered) as me:
            room = me.welcome["room"]
            assert (room["practice"], room["kind"], room["title"]) == (True, "live", "Practice")
            assert (me.welcome["recordKeys"], me.welcome["recordFocus"]) == (False, False)
            assert str(me.client).count("# %%") == 2
            assert "import torch" in str(me.client)
            await me.until_saved(await me.write("x = 1\n"))
            await me.run("x")
            assert (await me.next("output-added"))["output"]["text"] == "x\n"
            await me.next("run-finished")
            async with page(site, entered, name="page-2") as again:
                assert "x = 1" in str(again.client)
                assert again.welcome["timer"]["minutes"] == MINUTES
            async with page(site, entered, text_frames=False) as stock:
                assert "x = 1" in str(stock.client)


async def test_nothing_of_a_practice_room_is_on_the_disk(tmp_path: Path) -> None:
    plots = {"plot": [Display({"image/png": PICTURE})]}
    async with running_site(tmp_path, kernel=lambda: ScriptedKernel(plots)) as site:
        made = await site.new_room()
        await site.owner("GET", f"/api/rooms/{made['room']}/code")  # the room is open, and writes no more
        before = kept_bytes(tmp_path)
        entered = await practise(site, made)
        async with page(site, entered) as me:
            await me.until_saved(await me.write(f"{CANARY} = 1\n"))
            await me.send({"type": "add-file", "path": f"{CANARY}.py"})
            await me.next("files-changed")
            await me.run(f"print('{CANARY}')")
            await me.next("run-finished")
            await me.run("plot")
            blob = (await me.next("output-added"))["output"]["parts"][0]["blob"]
            await me.next("run-finished")
        path = f"/api/rooms/{entered['room']}/blobs/{blob['sha256']}"
        assert len((await site.call("GET", path, token=entered["token"])).content) == blob["size"]
        assert (await site.call("GET", path, token="not-the-token")).status == 401
        assert kept_bytes(tmp_path) == before
    for name, content in kept_bytes(tmp_path).items():
        assert CANARY.encode() not in content, name
        assert entered["room"].encode() not in content, name


async def test_it_is_not_among_the_owners_rooms_and_has_no_other_route(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        made = await site.new_room()
        entered = await practise(site, made)
        async with page(site, entered):
            rooms = (await site.owner("GET", "/api/rooms")).json
            assert [room["room"] for room in rooms] == [made["room"]]
            base = f"/api/rooms/{entered['room']}"
            for route in ("", "/code", "/replay", "/report", "/export"):
                assert (await site.owner("GET", base + route)).status == 404, route
            for route in ("/code", "/consent", "/kept", "/export"):
                assert (await site.call("GET", base + route, token=entered["token"])).status == 404, route
            other = await site.call("GET", f"/api/rooms/{made['room']}/code", token=entered["token"])
            assert other.status == 401


async def test_a_practice_token_opens_its_own_room_alone_and_no_other_opens_it(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        made = await site.new_room()
        first, second = await practise(site, made), await practise(site, made)
        assert first["room"] != second["room"]
        stranger = page(site, {"room": first["room"], "token": second["token"]})
        await stranger.connect()
        assert (await stranger.closed())[0] == 4401
        lost = page(site, {"room": "practice-none", "token": first["token"]})
        await lost.connect()
        assert (await lost.closed())[0] == 4404


async def test_a_link_that_does_not_open_gives_no_practice(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        made = await site.new_room()
        link = link_of(made, "candidate")
        assert (await site.call("POST", "/api/practice", {"link": link + "x"})).status == 404
        site.clock.ahead_us = 15 * 24 * 60 * MINUTE_US
        assert (await site.call("POST", "/api/practice", {"link": link})).status == 410


async def test_attempts_are_limited(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        codes = [(await site.call("POST", "/api/practice", {"link": "x"})).status for _ in range(21)]
        assert codes == [404] * 20 + [429]


@pytest.mark.parametrize(
    ("most", "sentence"), [(1, "All practice rooms are in use"), (0, "There are no practice")]
)
async def test_when_there_is_none_a_sentence_says_so(tmp_path: Path, most: int, sentence: str) -> None:
    async with running_site(tmp_path, Settings(practice_rooms_most=most)) as site:
        made = await site.new_room()
        for _ in range(most):
            await practise(site, made)
        reply = await site.call("POST", "/api/practice", {"link": link_of(made, "candidate")})
        assert (reply.status, reply.json["code"]) == (503, "unavailable")
        assert sentence in reply.json["error"]


class Clock:
    """Time that stands until it is told; in microseconds."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


@asynccontextmanager
async def practice_rooms(pool: ScriptedPool, clock: Clock, *, most: int = 8) -> AsyncIterator[PracticeRooms]:
    rooms = PracticeRooms(pool, limits=Limits(), monotonic=clock, wall=clock, most=most, linger_seconds=0.02)
    yield rooms
    await rooms.close()


async def test_one_link_cannot_take_them_all() -> None:
    async with practice_rooms(ScriptedPool(), Clock()) as rooms:
        for _ in range(OF_A_LINK_MOST):
            await rooms.open("link-1")
        with pytest.raises(TooMany, match="This link has as many"):
            await rooms.open("link-1")
        assert await rooms.open("link-2")


async def test_two_who_ask_at_once_do_not_share_a_kernel() -> None:
    pool = ScriptedPool()
    async with practice_rooms(pool, Clock(), most=2) as rooms:
        asked = await asyncio.gather(*(rooms.open(f"link-{n}") for n in range(3)), return_exceptions=True)
        assert [type(one) for one in asked].count(Unavailable) == 1
        for opened in asked:
            if isinstance(opened, Opened):
                host, _ = rooms.join(opened.room, digest(opened.token), Ear(), speaks_text=False)
                await host.settled()
        assert set(pool.leased) == {"practice:0", "practice:1"}


async def test_it_lasts_while_somebody_is_there_and_ends_soon_after() -> None:
    pool, clock = Released(), Clock()
    async with practice_rooms(pool, clock, most=1) as rooms:
        opened = await rooms.open("link-1")
        host, connection = rooms.join(opened.room, digest(opened.token), Ear(), speaks_text=False)
        await host.settled()
        assert set(pool.leased) == {"practice:0"}
        pool.released.clear()
        clock.now = 10 * MINUTE_US
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(pool.released.wait(), 0.2)
        host.leave(connection)
        clock.now = 12 * MINUTE_US
        await asyncio.wait_for(pool.released.wait(), 10)
        assert not rooms.has(opened.room)
        assert not pool.leased
        assert (await rooms.open("link-1")).room != opened.room, "the place is free again"


async def test_nobody_stays_beyond_its_time() -> None:
    pool, clock = Released(), Clock()
    async with practice_rooms(pool, clock) as rooms:
        opened = await rooms.open("link-1")
        ear = Ear()
        host, _ = rooms.join(opened.room, digest(opened.token), ear, speaks_text=False)
        await host.settled()
        pool.released.clear()
        clock.now = (MINUTES + 1) * MINUTE_US
        await asyncio.wait_for(pool.released.wait(), 10)
        assert (await ear.closed()).code == GONE


class Released(ScriptedPool):
    """Says when a kernel was released."""

    def __init__(self) -> None:
        super().__init__()
        self.released = asyncio.Event()

    async def release(self, room: str) -> None:
        await super().release(room)
        self.released.set()


async def test_a_kernel_that_a_killed_server_left_is_not_given_to_the_next() -> None:
    pool = ScriptedPool()
    left = await pool.lease("practice:0")
    async with practice_rooms(pool, Clock()) as rooms:
        opened = await rooms.open("link-1")
        host, _ = rooms.join(opened.room, digest(opened.token), Ear(), speaks_text=False)
        await host.settled()
        assert (await pool.lease("practice:0")) is not left


async def test_large_outputs_in_memory_have_a_bound_and_the_latest_stay() -> None:
    kept = KeepsNothing()
    log = Log("practice", 0, dict.fromkeys((0, 1), start_of(b"")), salt=lambda: b"")
    half = b"x" * (BLOBS_BYTES_MAX // 2)
    for name in ("first", "second", "third"):
        batch, _ = log.batch([], [Keep(name, "image/png", half)])
        kept.append_now([batch])
    assert kept.blob("first") is None
    assert kept.blob("second") is not None
    assert kept.blob("third") is not None
