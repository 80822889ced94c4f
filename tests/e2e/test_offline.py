"""Nothing typed is lost or doubled: through a dead network, a reload, a crash, a kill -9 of the server."""

import asyncio
import contextlib
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from itertools import pairwise
from typing import Any

import pytest
from playwright.async_api import Dialog, Error, expect

from tests.support.browser import People, Person
from tests.support.network import Network, network_to
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

ALL = ("Replay", "Process metrics", "Typing comparison")
BROKEN = "WebSocket connection|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|Failed to load resource"
KEY_DELAY_MS = 40
LATE_US = 3_000_000
NOTICED_S = 10
"""A connection that only falls silent is known to be dead after this long."""


PASTE = """
(element, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}
"""


_DATABASE = """
const database = await new Promise((resolve) => {
  const request = indexedDB.open("liveroom");
  request.onsuccess = () => resolve(request.result);
});
"""
LEAVE = f"""
async ([page, ageMs]) => {{
  {_DATABASE}
  const kept = {{ page, room: "another", participant: "p9", client: 1, history: null, text: "" }};
  const changing = database.transaction("pages", "readwrite");
  changing.objectStore("pages").put({{ ...kept, keptMs: Date.now() - ageMs }});
  await new Promise((resolve) => {{ changing.oncomplete = resolve; }});
  database.close();
}}
"""
KEPT = f"""
async (count) => {{
  {_DATABASE}
  for (;;) {{
    const request = database.transaction("pages").objectStore("pages").getAllKeys();
    await new Promise((resolve) => {{ request.onsuccess = resolve; }});
    if (request.result.length === count) {{
      database.close();
      return request.result;
    }}
  }}
}}
"""


@asynccontextmanager
async def candidate_over(
    people: People, server: Server, made: dict[str, Any]
) -> AsyncIterator[tuple[Person, Network]]:
    """Ben in the room, by a network that can be broken."""
    async with network_to(server.port) as network:
        ben = await people.come(url=network.url)
        ben.excuse(BROKEN)
        await ben.agree(made["links"]["candidate"].replace(server.url, network.url), *ALL)
        await ben.is_in_the_room()
        yield ben, network


def accept_dialogs(person: Person) -> list[str]:
    """Leave pages that ask whether to; returns what kinds of questions there will have been."""
    asked: list[str] = []

    async def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.accept()

    person.page.on("dialog", accept)
    return asked


async def types(person: Person, text: str, *, after: str = "", delay_ms: int = KEY_DELAY_MS) -> None:
    if after:
        await person.caret_at_end_of(after)
    await person.page.keyboard.type(text, delay=delay_ms)


async def crash(person: Person) -> None:
    """End the tab's process as it stands."""
    crashed = asyncio.Event()
    person.page.on("crash", lambda _: crashed.set())
    with contextlib.suppress(Error):
        await person.page.goto("chrome://crash")
    await asyncio.wait_for(crashed.wait(), 10)
    await person.page.close()


async def saved(person: Person) -> None:
    await expect(person.page.get_by_text("Saved", exact=True)).to_be_visible()


async def kept_pages(person: Person, count: int) -> list[str]:
    """The loads of the page of which the browser's disk holds something, once there are so many."""
    pages: list[str] = await asyncio.wait_for(person.page.evaluate(KEPT, count), 10)
    return pages


def code(server: Server, made: dict[str, Any]) -> str:
    return server.get(f"/api/rooms/{made['room']}/code", token=made["tokens"]["interviewer"]).decode()


def timeline(server: Server, made: dict[str, Any]) -> list[dict[str, Any]]:
    """The room's events as they are stored, the bodies' fields beside the others."""
    with closing(sqlite3.connect(server.folder / "liveroom.db")) as database:
        query = "select line from event where room = ? and chain = 0 order by seq"
        lines = [json.loads(line) for (line,) in database.execute(query, (made["room"],))]
    assert [line[0] for line in lines] == list(range(1, len(lines) + 1)), "a sequence without gaps"
    names = ("seq", "at_us", "participant", "kind", "audience")
    return [dict(zip(names, line[:5], strict=True)) | line[5] for line in lines]


def presses(events: list[dict[str, Any]]) -> list[str]:
    """The keys that went down, in the order of the browser's times; letters and digits alone."""
    keys = [key for event in events if event["kind"] == "keys" for key in event["keys"]]
    downs = sorted((at, name) for at, way, name, *_ in keys if way == "down")
    return [name[-1].lower() for _, name in downs if re.fullmatch("(Key|Digit).", name)]


def is_counted_without_gaps(events: list[dict[str, Any]]) -> bool:
    """Each page's numbers are 1, 2, 3 … over all kinds of frames."""
    numbers: dict[str, list[int]] = {}
    for event in events:
        if "page" in event and "n" in event:
            numbers.setdefault(event["page"], []).append(event["n"])
    return all(sorted(counted) == list(range(1, len(counted) + 1)) for counted in numbers.values())


@pytest.mark.parametrize("more_s", [0, pytest.param(60, marks=pytest.mark.soak)])
async def test_what_both_sides_type_through_a_dead_network_merges_once(
    server: Server, people: People, more_s: int
) -> None:
    made = await server.make_room(candidate="Ben")
    async with (
        candidate_over(people, server, made) as (ben, bens),
        network_to(server.port) as adas,
    ):
        ada = await people.come(url=adas.url)
        ada.excuse(BROKEN)
        await ada.join(made["links"]["interviewer"].replace(server.url, adas.url), name="Ada Lind")
        await ada.is_in_the_room()
        await types(ben, "ben", after="# %%")
        await ada.line("ben").wait_for()
        await types(ada, "\nada", after="ben")
        await ben.line("ada").wait_for()
        for network in (bens, adas):
            network.cut()
        began = asyncio.get_running_loop().time()
        await asyncio.gather(types(ben, "12345", after="ben"), types(ada, "67890", after="ada"))
        for person in (ben, ada):
            # The word comes when the silence was long enough, and typing has gone on meanwhile.
            await person.sees("Offline: 5 edits waiting")
        assert asyncio.get_running_loop().time() - began < NOTICED_S + 5
        await asyncio.sleep(more_s)
        await types(ben, "abc")
        await ben.sees("Offline: 8 edits waiting")
        for network in (bens, adas):
            network.mend()
        text = "# %%ben12345abc\nada67890\n"
        for person in (ben, ada):
            await person.until_text(text)
            await saved(person)
    assert code(server, made) == text
    events = timeline(server, made)
    assert is_counted_without_gaps(events)
    typed = [e for e in events if e["kind"] == "edit" and e.get("page")]
    assert sum(len(op[3]) for e in typed for op in e["ops"]) == len("ben\nada1234567890abc")
    for of in ("12345", "67890"):
        gap = [e for e in typed if e["ops"][0][3] in of]
        assert "".join(e["ops"][0][3] for e in gap) == of
        assert all(e["late"] and e["at_us"] - e["client_at_us"] > LATE_US for e in gap)
        times = [e["client_at_us"] for e in gap]
        assert times == sorted(times)
        assert times[4] - times[0] > 4 * KEY_DELAY_MS * 1000 / 2, (
            "when they were typed, not when they were told"
        )
    assert presses(events) == list("ben12345abc")


async def test_what_was_typed_offline_survives_a_reload_that_finds_no_server(
    server: Server, people: People
) -> None:
    made = await server.make_room(candidate="Ben")
    ben = await people.come()
    ben.excuse(BROKEN)
    asked = accept_dialogs(ben)
    await ben.agree(made["links"]["candidate"], *ALL)
    await ben.is_in_the_room()
    await types(ben, "a1", after="# %%")
    await saved(ben)
    address = ben.page.url
    await ben.context.set_offline(True)
    await expect(ben.page.get_by_text("Offline")).to_be_visible(timeout=3_000)
    await types(ben, "b2c3", delay_ms=1_000)
    await ben.sees("Offline: 4 edits waiting")
    with contextlib.suppress(Error):
        await ben.page.reload()
    assert asked == ["beforeunload"]
    await ben.context.set_offline(False)
    await ben.page.goto(address)
    await ben.is_in_the_room()
    assert await ben.text() == "# %%a1b2c3\n"
    assert code(server, made) == "# %%a1b2c3\n"
    events = timeline(server, made)
    assert is_counted_without_gaps(events)
    assert presses(events) == list("a1b2c3")
    typed = [e for e in events if e["kind"] == "edit" and "page" in e]
    assert [e["ops"][0][3] for e in typed] == list("a1b2c3")
    assert [e.get("late", False) for e in typed[:3]] == [False, False, True]
    times = [e["client_at_us"] for e in typed[2:]]
    for before, after in pairwise(times):
        assert 900_000 < after - before < 2_000_000, "when they were typed, not when they were told"


async def test_what_a_crashed_tab_had_is_told_when_the_link_is_opened_again(
    server: Server, people: People
) -> None:
    made = await server.make_room(candidate="Ben")
    ben = await people.come()
    ben.excuse(BROKEN)
    await ben.agree(made["links"]["candidate"], *ALL)
    await ben.is_in_the_room()
    await ben.context.set_offline(True)
    await types(ben, "kept", after="# %%")
    await ben.sees("Offline: 4 edits waiting")
    await crash(ben)
    await ben.context.set_offline(False)
    ben.page = await ben.context.new_page()
    await ben.agree(made["links"]["candidate"])
    await ben.is_in_the_room()
    assert await ben.text() == "# %%kept\n"
    assert is_counted_without_gaps(timeline(server, made))


async def test_a_server_that_is_killed_while_somebody_types_has_it_all_afterwards(
    server: Server, people: People
) -> None:
    made = await server.make_room(candidate="Ben")
    ben = await people.come()
    ben.excuse(BROKEN)
    await ben.agree(made["links"]["candidate"], *ALL)
    await ben.is_in_the_room()
    text = "abcdefghijklmnopqrstuvwxyz0123456789" * 2
    typing = asyncio.create_task(types(ben, text, after="# %%"))
    await ben.line("abcdefgh").wait_for()
    await server.kill()
    await ben.sees(re.compile("Offline"))
    await server.start()
    await typing
    await saved(ben)
    assert await ben.text() == f"# %%{text}\n"
    assert code(server, made) == f"# %%{text}\n"
    events = timeline(server, made)
    assert is_counted_without_gaps(events)
    assert presses(events) == list(text)


async def test_the_page_asks_before_it_is_left_only_with_unsaved_edits(
    server: Server, people: People
) -> None:
    made = await server.make_room(candidate="Ben")
    async with candidate_over(people, server, made) as (ben, network):
        asked = accept_dialogs(ben)
        await types(ben, "a", after="# %%")
        await saved(ben)
        await ben.page.reload()
        await ben.is_in_the_room()
        assert asked == []
        network.block_websockets()
        await ben.sees("Offline: connecting again")
        await types(ben, "b", after="# %%a")
        await ben.page.reload()
        assert asked == ["beforeunload"]
        network.let_websockets_pass()
        await ben.is_in_the_room()
        assert await ben.text() == "# %%ab\n"


async def test_more_than_any_small_storage_holds_waits_through_a_reload(
    server: Server, people: People
) -> None:
    made = await server.make_room(candidate="Ben")
    async with candidate_over(people, server, made) as (ben, network):
        accept_dialogs(ben)
        network.block_websockets()
        await ben.sees("Offline: connecting again")
        await ben.editor.click()
        page = ("x" * 99 + "\n") * 4_000
        for letter in "abcdefghijklmn":
            await ben.page.keyboard.press("Control+a")
            await ben.editor.evaluate(PASTE, letter + page)
        await ben.sees(re.compile(r"Offline: \d+ edits waiting"))
        await ben.page.reload()
        network.let_websockets_pass()
        await ben.is_in_the_room()
    assert code(server, made) == "n" + page


async def test_a_copy_of_refused_text_stays_through_a_reload_until_it_is_dismissed(
    server: Server, people: People
) -> None:
    made = await server.make_room(candidate="Ben")
    ben = await people.come()
    asked = accept_dialogs(ben)
    await ben.agree(made["links"]["candidate"], *ALL)
    await ben.is_in_the_room()
    await ben.editor.evaluate(PASTE, "q" * 600_000)
    await saved(ben)
    # Into another file: the page itself refuses what its own would not hold, the server what all of them would not.
    await ben.button("Add a file").click()
    await ben.page.get_by_label("Name of the new file").fill("more.py")
    await ben.page.keyboard.press("Enter")
    await ben.until_text("")
    await ben.editor.evaluate(PASTE, "z" * 600_000)
    await ben.sees(re.compile("The room's files may hold 1,000,000 characters.*kept as a download"))
    await ben.page.reload()
    await ben.is_in_the_room()
    async with ben.page.expect_download() as download:
        await ben.button("Download").click()
    copy = (await (await download.value).path()).read_text()
    assert (copy.count("q"), copy.count("z")) == (600_000, 600_000)
    await ben.button("Dismiss").click()
    await ben.page.reload()
    await ben.is_in_the_room()
    await expect(ben.page.get_by_text("kept as a download")).to_have_count(0)
    assert asked == []


async def test_a_browser_that_keeps_nothing_says_so_where_it_matters(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben")
    ben = await people.come()
    ben.excuse(BROKEN)
    await ben.context.add_init_script(
        "IDBFactory.prototype.open = () => { throw new Error('not in private') }"
    )
    await ben.agree(made["links"]["candidate"], *ALL)
    await ben.is_in_the_room()
    await types(ben, "a", after="# %%")
    await saved(ben)
    warning = ben.page.get_by_text("This browser keeps nothing of unsaved edits")
    await expect(warning).to_have_count(0)
    await ben.context.set_offline(True)
    await types(ben, "b")
    await expect(warning).to_be_visible()
    await ben.context.set_offline(False)
    await saved(ben)
    await expect(warning).to_have_count(0)
    assert code(server, made) == "# %%ab\n"


async def test_what_nobody_came_back_for_goes_after_a_month_and_what_is_saved_at_once(
    server: Server, people: People
) -> None:
    made = await server.make_room(candidate="Ben")
    ben = await people.come()
    ben.excuse(BROKEN)
    await ben.agree(made["links"]["candidate"], *ALL)
    await ben.is_in_the_room()
    day_ms = 24 * 3600 * 1000
    for page, days in (("old", 31), ("younger", 29)):
        await ben.page.evaluate(LEAVE, [page, days * day_ms])
    await ben.context.set_offline(True)
    await types(ben, "a", after="# %%")
    await kept_pages(ben, 3)
    await ben.context.set_offline(False)
    await saved(ben)
    assert await kept_pages(ben, 2) == ["old", "younger"]
    await ben.page.reload()
    assert await kept_pages(ben, 1) == ["younger"]
