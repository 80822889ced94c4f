"""A room that is opened by way of its checkpoint is the room that its log says, whatever happened in it."""

import asyncio
import base64
import gc
import itertools
import weakref
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text

from kernels.outputs import Stream
from kernels.scripted import ScriptedKernel, ScriptedPool
from liveroom import tables
from liveroom.checkpoints import EVENTS_MAX, EVENTS_MIN, VERSION, BadCheckpoint, Checkpoint, decode, encode
from liveroom.document import _by_client
from liveroom.errors import RoomDamaged
from liveroom.forget import withdraw_typing
from liveroom.host import Host
from liveroom.log import Salts
from liveroom.messages import (
    AddFile,
    Caret,
    DeleteFile,
    Edit,
    ExtendTime,
    Focus,
    Keys,
    RenameFile,
    Saved,
    SetUp,
    StartFocusTime,
    WriteNote,
)
from liveroom.opening import Opened, open_room
from liveroom.store import Store
from liveroom.updates import parse, state_vector
from tests.support.live import Page, Site, add_room, site
from tests.support.rooms import facts

pytestmark = pytest.mark.asyncio

ROOM = "room-1"
ACTIONS = (
    "write",
    "delete",
    "again",
    "with what was there",
    "forge",
    "nothing",
    "keys",
    "caret",
    "focus",
    "run",
    "note",
    "extend",
    "focus-time",
    "file",
    "rename",
    "drop",
    "leave",
)
numbers = itertools.count()


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Site]:
    kernel = ScriptedKernel({"print(1)": [Stream("stdout", "1\n")]})
    async with site(tmp_path, pool=ScriptedPool(lambda: kernel)) as opened:
        yield opened


class Guests:
    """Cleo and Ivy, who come back under a new page when they have left."""

    def __init__(self, here: Site) -> None:
        self._here = here
        self.pages: dict[str, Page] = {}

    async def page(self, name: str) -> Page:
        if name not in self.pages:
            page = f"page-{next(numbers)}"
            self.pages[name] = await self._here.page(name, page=page)
        return self.pages[name]

    async def act(self, name: str, action: str, at: int) -> None:
        page = await self.page(name)
        page.client.apply(page.host.room.document.missing(page.client.doc.get_state()))
        length, files = len(page.client.text), page.host.room.document.files()
        match action:
            case "write":
                page.write("é🌴x\n"[at % 4 :], 0 if at % 2 else length)
            case "delete" if length:
                _edit(page, page.client.delete(0, 1))
            case "again":
                _edit(page, page.client.whole())
            case "with what was there":
                page.client.insert(0, "w")
                _edit(page, page.client.whole())
            case "forge":
                _edit(page, base64.b64decode("AQHSCQAEAQdjb250ZW50AXoA"))
                page.hello()
            case "nothing":
                _edit(page, b"\x00\x00")
            case "keys":
                page.send(Keys(page.name, _next(page), [(5, "down", "KeyA", 0)]))
            case "caret":
                page.send(Caret("main", at, at))
            case "focus":
                page.send(Focus(page.name, _next(page), 5, bool(at % 2)))
            case "run":
                page.run("print(1)")
            case "note":
                page.send(WriteNote(f"n{at}", "A note."))
            case "extend":
                page.send(ExtendTime(5))
            case "focus-time":
                page.send(StartFocusTime(5))
            case "file":
                page.send(AddFile(f"{next(numbers)}.py", "x = 1\n" if at % 2 else ""))
            case "rename":
                page.send(RenameFile(files[at % len(files)].file, f"{next(numbers)}.py"))
            case "drop":
                page.send(DeleteFile(files[at % len(files)].file))
            case "leave":
                page.host.leave(self.pages.pop(name).connection)
        await page.host.settled()


def _edit(page: Page, content: bytes) -> None:
    page.send(Edit(page.name, _next(page), 0, "typed", base64.b64encode(content).decode()))


def _next(page: Page) -> int:
    page._n += 1
    return page._n


def told(opened: Opened) -> dict[str, Any]:
    """Everything that a room knows."""
    room, document = opened.room, opened.room.document
    return {
        "texts": document.texts(),
        "files": document.files(),
        "state": state_vector(document.state()),
        "deleted": _by_client(parse(document.whole()).deletes),
        "writers": room._writing.writers(),
        "text beginnings": document._texts,
        "pages": room._pages.logged(),
        "recorded": room._pages._recorded,
        "durable": room._pages._durable,
        "people": room.people.views(),
        "runs": room.runs.views(),
        "notes": list(room._notes.shown()),
        "checks": list(room._rounds.shown()),
        "timer": room.timer,
        "focus time": room._timebox.focus_time,
        "room": (room.state, room.kernel.state, room._introduced, room._admitted, room._open),
        "log": (opened.log._heads, opened.last_at_us),
    }


async def both(store: Store) -> tuple[Opened, Opened]:
    """The room by way of its checkpoint, and from all of its events."""
    stored = await store.room(ROOM)
    assert stored is not None
    by_checkpoint = await open_room(store, stored, facts(), salt=Salts())
    assert by_checkpoint.checkpoint_seq > 0
    async with store.database.writing() as db:
        await db.execute(delete(tables.checkpoint).where(tables.checkpoint.c.room == ROOM))
    return by_checkpoint, await open_room(store, stored, facts(), salt=Salts())


async def keep(site: Site) -> None:
    host = await site.rooms.host(ROOM)
    while host.checkpoint_seq == 0:  # the kernel may have said something since
        await host.settled()
        await site.rooms._checkpoint([host])


actions = st.lists(
    st.tuples(st.sampled_from(["Cleo", "Ivy"]), st.sampled_from(ACTIONS), st.integers(0, 9)), max_size=25
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions, actions)
async def test_a_room_opened_by_its_checkpoint_is_the_room_of_its_whole_log(
    here: Site, before: list[tuple[str, str, int]], after: list[tuple[str, str, int]]
) -> None:
    await here.rooms.forget(ROOM)
    await here.store.delete_room(ROOM)
    await add_room(here.store)
    guests = Guests(here)
    await guests.page("Cleo")
    for name, action, at in before:
        await guests.act(name, action, at)
    await keep(here)
    for name, action, at in after:
        await guests.act(name, action, at)
    host = await here.rooms.host(ROOM)
    await host.settled()
    live = host.room
    by_checkpoint, whole = await both(here.store)
    assert told(by_checkpoint) == told(whole)
    assert by_checkpoint.room.document.texts() == live.document.texts()
    assert by_checkpoint.room.checkpoint().writers == live.checkpoint().writers
    assert by_checkpoint.room.checkpoint().pages == live.checkpoint().pages


async def typed(here: Site, texts: int) -> str:
    """Have Cleo type and a checkpoint kept, then type once more; returns the text."""
    cleo = await here.page("Cleo")
    for number in range(texts):
        cleo.write(f"{number}\n")
    await cleo.host.settled()
    await keep(here)
    cleo.write("after\n")
    cleo.write("the end\n")
    await cleo.host.settled()
    return str(cleo.host.room.document)


async def change(store: Store, statement: str, **values: object) -> None:
    async with store.database.writing() as db:
        assert (await db.execute(text(statement), {"room": ROOM, **values})).rowcount == 1


NEWER = zlib.compress(msgspec.msgpack.encode((VERSION + 1, Checkpoint(b"\x00\x00", {}, {}))))
SPOILT = {
    "gone": "DELETE FROM checkpoint WHERE room = :room",
    "of another log": "UPDATE checkpoint SET h = x'00' WHERE room = :room",
    "past the log's end": "UPDATE checkpoint SET seq = 1000000 WHERE room = :room",
    "of a later version": f"UPDATE checkpoint SET state = x'{NEWER.hex()}' WHERE room = :room",
    "damaged": "UPDATE checkpoint SET state = CAST(substr(state, 1, 20) || x'00' || substr(state, 22) AS BLOB) "
    "WHERE room = :room",
}


@pytest.mark.parametrize("how", SPOILT)
async def test_a_checkpoint_that_cannot_be_used_is_left_out_and_the_log_is_read(here: Site, how: str) -> None:
    live = await typed(here, 5)
    await change(here.store, SPOILT[how])
    stored = await here.store.room(ROOM)
    assert stored is not None
    opened = await open_room(here.store, stored, facts(), salt=Salts())
    assert opened.checkpoint_seq == 0
    assert str(opened.room.document) == live


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE event SET line = x'ff00' WHERE room = :room AND chain = 0 AND seq = :after",
        "DELETE FROM event WHERE room = :room AND chain = 0 AND seq = :after",
        "UPDATE event SET line = CAST(replace(line, 'p3', 'p1') AS BLOB) WHERE room = :room AND kind = 'participant'",
    ],
)
async def test_a_log_that_is_damaged_beside_or_after_the_checkpoint_is_refused(
    here: Site, damage: str
) -> None:
    await typed(here, 5)
    rows = await here.store.events(ROOM)
    after = next(row.seq for row in rows if b"after" in row.line)
    assert rows[-1].seq > after, "an end that is missing could be no damage"
    await change(here.store, damage, **({"after": after} if ":after" in damage else {}))
    stored = await here.store.room(ROOM)
    assert stored is not None
    with pytest.raises(RoomDamaged, match="is damaged at event"):
        await open_room(here.store, stored, facts(), salt=Salts())


async def test_an_owner_that_lost_its_room_keeps_no_checkpoint_of_it(here: Site) -> None:
    await typed(here, 5)
    old = await here.rooms.host(ROOM)
    before = (await here.store.past(ROOM)).checkpoint
    await here.store.take_over(ROOM)
    await here.rooms._checkpoint([old])
    assert (await here.store.past(ROOM)).checkpoint == before
    await here.store.delete_timeline(ROOM, {})
    await here.rooms._checkpoint([old])
    assert (await here.store.past(ROOM)).checkpoint is None


async def test_a_room_that_closes_leaves_a_checkpoint_and_a_short_one_none(here: Site) -> None:
    cleo = await here.page("Cleo")
    cleo.write("x")
    await here.rooms.close()
    assert (await here.store.past(ROOM)).checkpoint is None
    here.rooms = here.serve()
    cleo = await here.page("Cleo", page="page-2")
    for _ in range(EVENTS_MIN):
        cleo.write("x")
    await here.rooms.close()
    kept = (await here.store.past(ROOM)).checkpoint
    assert kept is not None
    assert kept.seq == (await here.store.events(ROOM))[-1].seq
    here.rooms = here.serve()


async def test_a_live_room_gets_its_checkpoint_in_time(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveroom.rooms.CHECKPOINTS_EVERY_SECONDS", 0.01)
    await here.rooms.close()
    here.rooms = here.serve()
    cleo = await here.page("Cleo", page="page-2")
    for _ in range(EVENTS_MAX):
        cleo.write("x")
    async with asyncio.timeout(10):
        while cleo.host.checkpoint_seq == 0:
            await asyncio.sleep(0.01)
    kept = (await here.store.past(ROOM)).checkpoint
    assert kept is not None
    assert decode(kept.state).pages == {"page-2": ("p3", EVENTS_MAX)}


async def test_a_page_goes_on_counting_where_its_typing_was_withdrawn(here: Site) -> None:
    cleo = await here.page("Cleo")
    cleo.send(Keys(cleo.name, _next(cleo), [(5, "down", "KeyA", 0)]))
    cleo.send(
        SetUp(cleo.name, _next(cleo), 5, isolated=True, platform="linux", browser="firefox", touch=False)
    )
    await cleo.host.settled()
    await here.rooms.forget(ROOM)
    await withdraw_typing(here.store, ROOM)
    stored = await here.store.room(ROOM)
    assert stored is not None
    opened = await open_room(here.store, stored, facts(), salt=Salts())
    assert opened.room._pages.last(cleo.name) == cleo._n


async def test_what_a_checkpoint_says_survives_being_stored() -> None:
    checkpoint = Checkpoint(b"\x01\x02", {7: "p1", 9: None}, {"page": ("p1", 3)})
    assert decode(encode(checkpoint)) == checkpoint
    for bad in (b"", b"x", zlib.compress(b"\xc1")):
        with pytest.raises(BadCheckpoint):
            decode(bad)


# --- one host a room, however fast people leave and come


class CountedHost(Host):
    """Counts those that are not fully closed."""

    open = most = opened = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        CountedHost.open += 1
        CountedHost.opened += 1
        CountedHost.most = max(CountedHost.most, CountedHost.open)
        super().__init__(*arguments, **options)

    async def close(self) -> None:
        await super().close()
        await asyncio.sleep(0)  # as a host that still has to write would take its time
        CountedHost.open -= 1


async def test_there_is_one_host_a_room_while_people_leave_and_come_around_its_idle_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liveroom.rooms.Host", CountedHost)
    CountedHost.open = CountedHost.most = CountedHost.opened = 0
    async with site(tmp_path) as here:
        await here.rooms.close()
        here.rooms = here.serve(idle_seconds=0.002)
        for turn in range(60):
            pages = await asyncio.gather(
                *(here.page(name, page=f"{name}-{turn}") for name in ("Cleo", "Ivy", "Ivy"))
            )
            assert len({page.host for page in pages}) == 1
            n = pages[0].write(f"{turn}\n")
            while (await pages[0].next(Saved)).n < n:
                pass
            for page in pages:
                page.host.leave(page.connection)
            await asyncio.sleep(0.001 * (turn % 7))
        text = str((await here.rooms.host(ROOM)).room.document)
        assert sorted(map(int, text.splitlines()[:60])) == list(range(60))
        assert CountedHost.opened > 5
        assert CountedHost.most == 1


async def test_who_comes_while_a_room_closes_waits_for_what_it_still_writes(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleo = await here.page("Cleo")
    cleo.write("last words ")
    cleo.host.leave(cleo.connection)
    closing, goes_on = asyncio.Event(), asyncio.Event()
    close = Host.close

    async def slow(host: Host) -> None:
        closing.set()
        await goes_on.wait()
        await close(host)

    monkeypatch.setattr(Host, "close", slow)
    here.rooms._begin_closing(ROOM, cleo.host)
    await closing.wait()
    coming = asyncio.create_task(here.page("Cleo", page="page-2"))
    await asyncio.sleep(0.05)
    assert here.rooms.live(ROOM) is None
    goes_on.set()
    again = await coming
    assert again.host is not cleo.host
    assert str(again.host.room.document).startswith("last words ")


async def test_the_texts_of_a_closed_room_do_not_stay_in_memory(here: Site) -> None:
    cleo = await here.page("Cleo")
    cleo.send(AddFile("more.py", "x = 1\n"))
    await cleo.host.settled()
    document = cleo.host.room.document
    mirrors = [weakref.ref(mirror) for mirror in document._mirrors.values()]
    assert len(mirrors) == 2
    cleo.send(DeleteFile(document.files()[-1].file))
    await cleo.host.settled()
    host = cleo.host
    host.leave(cleo.connection)
    await asyncio.wait({here.rooms._begin_closing(ROOM, host)})
    del cleo, document, host
    async with asyncio.timeout(5):
        while any(mirror() for mirror in mirrors):
            await asyncio.sleep(0.05)  # what waited for the disk is called back still
            gc.collect()
