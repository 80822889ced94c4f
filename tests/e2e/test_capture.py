"""What a browser's keys and changes are on the timeline: all of them, once, as they were, and where each came from."""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from typing import Any

import pytest
from playwright.async_api import CDPSession, expect

from keystroke.timeline import Event, SetUp, key_events, set_ups
from tests.support.browser import WAIT_MS, People, Person
from tests.support.network import network_to
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

ALL = ("Replay", "Process metrics", "Typing comparison")
BROKEN = "WebSocket connection|ERR_CONNECTION|Failed to load resource"
WATCH = """
addEventListener("DOMContentLoaded", () => {
  for (const type of ["keydown", "keyup"]) {
    addEventListener(type, (event) => {
      if (event.target.closest(".cm-editor")) {
        pressed({ type, code: event.code, t: event.timeStamp, page: performance.timeOrigin });
      }
    }, true);
  }
});
"""
PASTE = """
(element, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}
"""


def events_of(server: Server, made: dict[str, Any]) -> list[Event]:
    with closing(sqlite3.connect(server.folder / "liveroom.db")) as database:
        query = "select line from event where room = ? and chain = 0 order by seq"
        return [Event(*json.loads(line)) for (line,) in database.execute(query, (made["room"],))]


def candidate_in(events: list[Event]) -> str:
    return str(next(e.body["participant"] for e in events if e.body.get("role") == "candidate"))


async def somebody(people: People, url: str | None = None) -> Person:
    person = await people.come(url=url)
    person.excuse(BROKEN)
    return person


async def saved(person: Person) -> None:
    await expect(person.page.get_by_text("Saved", exact=True)).to_be_visible()


async def until(server: Server, made: dict[str, Any], done: Callable[[list[Event]], bool]) -> list[Event]:
    """The timeline, once it is as `done` wants it: keys come a moment after they were pressed."""
    async with asyncio.timeout(WAIT_MS / 1000):
        while not done(events := events_of(server, made)):
            await asyncio.sleep(0.05)
    return events


async def test_no_key_is_lost_doubled_or_moved_by_a_dead_network_a_reload_and_a_killed_server(
    server: Server, people: People
) -> None:
    made = await server.make_room(candidate="Ben")
    truth: list[dict[str, Any]] = []
    async with network_to(server.port) as network:
        ben = await somebody(people, network.url)
        await ben.context.expose_binding("pressed", lambda _, key: truth.append(key))
        await ben.context.add_init_script(WATCH)
        ben.page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
        await ben.agree(made["links"]["candidate"].replace(server.url, network.url), *ALL)
        await ben.is_in_the_room()
        await ben.caret_at_end_of("# %%")
        await ben.page.keyboard.type("before", delay=20)
        network.cut()
        await ben.page.keyboard.type("while the line is dead ", delay=20)
        await ben.sees("Offline")
        network.mend()
        await saved(ben)

        await ben.page.keyboard.press("Home")
        await (
            ben.page.reload()
        )  # at once, and without a question, for no edit waits: these keys are in no batch yet
        await ben.is_in_the_room()
        await ben.caret_at_end_of("while the line")

        network.block_websockets()
        await ben.sees("Offline: connecting again")
        await ben.page.keyboard.type("left in the page", delay=20)
        await ben.page.reload()
        network.let_websockets_pass()
        await ben.is_in_the_room()
        await ben.caret_at_end_of("left in the page")

        typing = asyncio.create_task(ben.page.keyboard.type("while the server dies " * 3, delay=40))
        await ben.line("while the server").wait_for()
        await server.kill()
        await ben.sees("Offline")
        await server.start()
        await typing
        await saved(ben)
        events = await until(server, made, lambda events: len(keys_of(events)) >= len(truth))

    assert len(truth) > 200
    recorded = keys_of(events)
    assert [(key["type"], key["code"]) for key in recorded] == [(key["type"], key["code"]) for key in truth]
    for (before, after), (was, became) in zip(pairwise(recorded), pairwise(truth), strict=True):
        if was["page"] == became["page"]:
            assert after["t"] - before["t"] == pytest.approx(became["t"] - was["t"], abs=0.002)
    numbers: dict[str, list[int]] = {}
    for event in events:
        if "page" in event.body:
            numbers.setdefault(event.body["page"], []).append(event.body["n"])
    assert len(numbers) == 3
    assert all(counted == list(range(1, len(counted) + 1)) for counted in numbers.values())


def keys_of(events: list[Event]) -> list[dict[str, Any]]:
    return [dict(key) for key in key_events(events, candidate_in(events))]


async def test_the_page_is_isolated_and_tells_what_it_is_typed_on(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben")
    ben = await somebody(people)
    await ben.agree(made["links"]["candidate"], *ALL)
    await ben.is_in_the_room()
    assert await ben.page.evaluate("crossOriginIsolated")
    assert await ben.page.evaluate("[...document.fonts].some((font) => font.status === 'loaded')")
    await ben.editor.click()
    await ben.page.keyboard.type("x = 1\n" * 40)
    events = await until(
        server, made, lambda events: len(told(events)) > 0 and told(events)[-1].tick_us is not None
    )
    first, last = told(events)[0], told(events)[-1]
    assert (first.isolated, first.platform, first.browser, first.touch) == (True, "linux", "chromium", False)
    assert last.tick_us is not None
    assert 1 <= last.tick_us <= 1000


def told(events: list[Event]) -> list[SetUp]:
    return set_ups(events, candidate_in(events))


async def test_who_did_not_agree_to_a_comparison_tells_no_keys_and_no_set_up(
    server: Server, people: People
) -> None:
    made = await server.make_room(candidate="Ben")
    ben = await somebody(people)
    await ben.agree(made["links"]["candidate"], "Replay", "Process metrics")
    await ben.is_in_the_room()
    await ben.editor.click()
    await ben.page.keyboard.type("x = 1")
    await ben.page.evaluate("document.activeElement.blur()")
    await ben.page.reload()  # whatever was gathered would be told now
    await ben.is_in_the_room()
    assert not {event.kind for event in events_of(server, made)} & {"keys", "set-up"}


async def test_keys_say_what_they_were(server: Server, people: People) -> None:
    """Chords, dead keys, an input method, a program's keys, and keys that were down when the focus went."""
    made = await server.make_room(candidate="Ben")
    ben = await somebody(people)
    await ben.agree(made["links"]["candidate"], *ALL)
    await ben.is_in_the_room()
    await ben.caret_at_end_of("# %%")
    devtools = await ben.context.new_cdp_session(ben.page)
    await press(devtools, "KeyA", "a", 65)
    await press(devtools, "BracketLeft", "Dead", 219, text="")
    await press(devtools, "KeyN", "Process", 229, text="")
    await ben.page.keyboard.press("Control+KeyE")
    await ben.editor.evaluate(
        "(element) => element.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyU', key: 'u', bubbles: true }))"
    )
    await ben.page.keyboard.down("KeyZ")
    await ben.page.keyboard.down("KeyZ")  # held: the browser repeats it
    await ben.page.evaluate("document.activeElement.blur()")
    await ben.page.keyboard.up("KeyZ")
    await ben.editor.focus()
    await press(devtools, "KeyB", "b", 66)
    await devtools.detach()
    events = await until(server, made, lambda events: any(key["code"] == "KeyB" for key in keys_of(events)))
    flags = ("repeat", "composing", "chord", "lost")
    said = [
        (key["code"], *(flag for flag in flags if key.get(flag)), *([] if key["trusted"] else ["untrusted"]))
        for key in keys_of(events)
        if key["type"] == "keydown"
    ]
    assert said == [
        ("End",),
        ("KeyA",),
        ("BracketLeft", "composing"),
        ("KeyN", "composing"),
        ("ControlLeft", "chord"),
        ("KeyE", "chord"),
        ("KeyU", "lost", "untrusted"),
        ("KeyZ", "lost"),
        ("KeyZ", "repeat"),
        ("KeyB",),
    ]
    assert [key["code"] for key in keys_of(events) if key["type"] == "keyup"].count("KeyZ") == 0


async def press(devtools: CDPSession, code: str, key: str, virtual: int, *, text: str | None = None) -> None:
    call = {"code": code, "key": key, "windowsVirtualKeyCode": virtual}
    written = {"text": key if text is None else text}
    await devtools.send("Input.dispatchKeyEvent", {"type": "keyDown", **call, **written})
    await devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", **call})


async def test_every_change_of_the_text_says_where_it_came_from(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben")
    ada, ben = await people.come(), await somebody(people)
    await ada.join(made["links"]["interviewer"], name="Ada Lind")
    await ada.is_in_the_room()
    await ben.agree(made["links"]["candidate"], *ALL)
    await ben.is_in_the_room()
    keyboard = ben.page.keyboard
    wrote: list[str] = []

    async def by(origins: list[str], text: str) -> None:
        """These were the origins of what was done since, and the text is this now."""
        wrote.extend(origins)
        await ben.until_text(f"# %%\n{text}")

    await ben.caret_at_end_of("# %%")
    await keyboard.press("ArrowDown")
    await keyboard.type("a")  # brackets close from the first key on, once what closes them is fetched
    await ben.page.wait_for_function(
        "performance.getEntriesByType('resource').some((e) => /assist/.test(e.name))"
    )
    await by(["typed"], "a")
    await keyboard.type("(")
    await by(["auto-closed"], "a()")
    await keyboard.type("b)")
    await by(["typed", "typed"], "a(b)")
    await keyboard.press("Enter")
    await by(["typed"], "a(b)\n")
    await keyboard.type("if a:")
    await keyboard.press("Enter")
    await by(["typed"] * 5 + ["indented"], "a(b)\nif a:\n    ")
    await keyboard.press("Tab")
    await by(["indented"], "a(b)\nif a:\n        ")
    await keyboard.press("Backspace")
    await by(["deleted"], "a(b)\nif a:\n    ")
    await keyboard.type("else:")
    await by(["typed"] * 4 + ["indented"], "a(b)\nif a:\nelse:")
    await keyboard.press("Shift+Home")
    await keyboard.type("[")
    await by(["auto-closed"], "a(b)\nif a:\n[else:]")
    await keyboard.press("Control+a")
    await ben.editor.evaluate(PASTE, "naïve = 1\r\n")
    await ben.until_text("naïve = 1\n")
    wrote.append("pasted")
    await keyboard.press("Control+z")
    await keyboard.press("Control+y")
    await ben.until_text("naïve = 1\n")
    wrote.extend(["undo", "redo"])
    await keyboard.press("Control+End")
    await keyboard.type("na", delay=40)
    await expect(ben.page.locator(".cm-tooltip-autocomplete li", has_text="naïve")).to_be_visible()
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await ben.until_text("naïve = 1\nnaïve")
    wrote.extend(["typed"] * 2 + ["completed"])
    await keyboard.press("Shift+Enter")
    await ben.until_text("naïve = 1\nnaïve\n\n# %%\n")
    wrote.append("command")
    await ada.caret_at_end_of("naïve = 1")
    await ada.page.keyboard.type("2")
    await ben.until_text("naïve = 12\nnaïve\n\n# %%\n")
    await saved(ben)
    events = events_of(server, made)
    candidate = candidate_in(events)
    edits = [event for event in events if event.kind == "edit"]
    assert [event.body["origin"] for event in edits if event.participant == candidate] == wrote
    others = [
        (event.participant is None, event.body["origin"]) for event in edits if event.participant != candidate
    ]
    assert others == [(True, "command"), (False, "typed")]
    [pasted] = [event.body for event in edits if event.body["origin"] == "pasted"]
    whole = "naïve = 1\n"
    assert (pasted["chars"], pasted["sha256"]) == (len(whole), hashlib.sha256(whole.encode()).hexdigest())
