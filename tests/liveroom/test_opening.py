"""A room that is opened by way of its checkpoint is the room that its log says, whatever happened in it."""

import base64
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from kernels.outputs import Stream
from kernels.scripted import ScriptedKernel, ScriptedPool
from liveroom import tables
from liveroom.document import _by_client
from liveroom.messages import (
    AddFile,
    Caret,
    DeleteFile,
    Edit,
    ExtendTime,
    Focus,
    Keys,
    RenameFile,
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
        "room": (room.state, room.kernel, room._introduced, room._admitted, room._open),
        "log": (opened.log._heads, opened.last_at_us),
    }


async def both(store: Store) -> tuple[Opened, Opened]:
    """The room by way of its checkpoint, and from all of its events."""
    stored = await store.room(ROOM)
    assert stored is not None
    by_checkpoint = await open_room(store, stored, facts())
    assert by_checkpoint.checkpoint_seq > 0
    async with store.database.writing() as db:
        await db.execute(delete(tables.checkpoint).where(tables.checkpoint.c.room == ROOM))
    return by_checkpoint, await open_room(store, stored, facts())


async def keep(site: Site) -> None:
    host = await site.rooms.host(ROOM)
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
    live = host.room.document.texts()
    by_checkpoint, whole = await both(here.store)
    assert told(by_checkpoint) == told(whole)
    assert by_checkpoint.room.document.texts() == live
