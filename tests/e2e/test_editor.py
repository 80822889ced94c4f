"""The editor as each person likes it, what comes in from elsewhere, and looking where somebody else looks."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.axe import serious_findings
from tests.support.browser import WAIT_MS, People, Person, variants
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

MARK = "# %%\n"
"""A blank room's text: the mark of its one cell."""
LONG = "".join(f"line_{number} = {number}\n" for number in range(1, 201))
SAVED = re.compile(r'"type":"saved".*?"n":(\d+)')
DROPPED = "def area(r):\r\n    return 3.14 * r ** 2\r"


async def ada_and_ben(server: Server, people: People) -> tuple[dict[str, Any], Person, Person]:
    """An interviewer and a candidate in a blank room."""
    made = await server.make_room(candidate="Ben Osei", kind="live")
    ada, ben = await people.come(), await people.come()
    await ada.join(made["links"]["interviewer"], name="Ada Lind")
    await ben.agree(made["links"]["candidate"], "Replay")
    for person in (ada, ben):
        await person.is_in_the_room()
        await person.until_text(MARK)
    return made, ada, ben


async def candidate_alone(server: Server, people: People) -> tuple[dict[str, Any], Person]:
    made = await server.make_room(candidate="Ben Osei", kind="live")
    ben = await people.come()
    await ben.agree(made["links"]["candidate"], "Replay")
    await ben.is_in_the_room()
    return made, ben


async def choose(person: Person, **settings: str) -> None:
    """In the dialog, reached by its keys; labels are given with `_` for a blank."""
    await person.page.keyboard.press("Control+,")
    for label, value in settings.items():
        await person.page.get_by_label(label.replace("_", " "), exact=True).select_option(label=value)
    await person.page.keyboard.press("Escape")


async def goes_to_the_end(person: Person) -> None:
    await person.editor.click()
    await person.page.keyboard.press("Control+End")


def code_on_the_server(server: Server, made: dict[str, Any]) -> str:
    return server.get(f"/api/rooms/{made['room']}/code", token=made["tokens"]["interviewer"]).decode()


def plain_editor(person: Person) -> Locator:
    return person.page.locator(".plain-editor")


async def test_settings_take_effect_at_once_and_are_remembered(server: Server, people: People) -> None:
    _, ben = await candidate_alone(server, people)
    page = ben.page
    await goes_to_the_end(ben)
    await ben.page.keyboard.type("value = 1")
    await page.keyboard.press("ArrowLeft")

    await page.keyboard.press("Control+,")
    await page.get_by_label("Theme").select_option(label="Dark")
    await page.get_by_label("Font size of code").select_option(label="20 px")
    await page.get_by_label("Indentation").select_option(label="2 spaces")
    await page.get_by_role("switch", name="Suggest names while typing").click()
    await page.get_by_role("switch", name="Wrap long lines").click()
    await page.keyboard.press("Escape")
    await looks_as_chosen(ben)

    # The caret and the way back are as they were.
    await expect(ben.editor).to_be_focused()
    await page.keyboard.type("23")
    await ben.until_text(f"{MARK}value = 231")
    await undo_and_redo(ben, before=MARK, after=f"{MARK}value = 231")
    await page.keyboard.press("End")
    await page.keyboard.type("\nif value:\nprint(val")
    await ben.until_text(f"{MARK}value = 231\nif value:\n  print(val)")
    await expect(page.locator(".cm-tooltip-autocomplete")).to_have_count(0)

    await page.reload()
    await ben.is_in_the_room()
    await looks_as_chosen(ben)
    made = await server.make_room(candidate="Ben Osei", kind="live")
    await ben.agree(made["links"]["candidate"])
    await ben.is_in_the_room()
    await looks_as_chosen(ben)


async def undo_and_redo(person: Person, *, before: str, after: str) -> None:
    """All of what was done in two goes, which are one step when they were within 600 ms."""
    for key, text in (("Control+z", before), ("Control+y", after)):
        await person.page.keyboard.press(key)
        await person.page.keyboard.press(key)
        await person.until_text(text)


async def looks_as_chosen(person: Person) -> None:
    await expect(person.page.locator("html")).to_have_class("dark")
    await expect(person.page.locator(".cm-scroller")).to_have_css("font-size", "20px")
    await expect(person.editor).to_have_css("tab-size", "2")
    await expect(person.editor).not_to_have_class(re.compile("cm-lineWrapping"))


async def test_what_is_stored_and_no_longer_offered_is_the_usual(server: Server, people: People) -> None:
    """Completion among it, which comes until it is turned off."""
    _, ben = await candidate_alone(server, people)
    stale = {
        "keymap": "emacs",
        "code-size": "7",
        "tab-width": "x",
        "wrap": "",
        "theme": "sepia",
        "editor": "ed",
    }
    await ben.page.evaluate(
        "(stale) => Object.entries(stale).forEach(([name, value]) => localStorage.setItem(`liveroom.${name}`, value))",
        stale,
    )
    await ben.page.reload()
    await ben.is_in_the_room()
    await expect(ben.page.locator(".cm-scroller")).to_have_css("font-size", "14px")
    await expect(ben.editor).to_have_css("tab-size", "4")
    await expect(ben.editor).to_have_class(re.compile("cm-lineWrapping"))
    offered = ben.page.locator(".cm-tooltip-autocomplete")
    await goes_to_the_end(ben)
    await ben.page.keyboard.type("ran", delay=30)
    await expect(offered).to_be_visible()

    await ben.page.keyboard.press("Escape")
    await ben.page.keyboard.press("Control+,")
    await ben.page.get_by_role("switch", name="Suggest names while typing").click()
    await ben.page.keyboard.press("Escape")
    await expect(ben.page.get_by_role("dialog")).to_have_count(0)
    # The editor looks at its focus some 10 ms after it is back.
    await expect(ben.page.locator(".cm-editor.cm-focused")).to_be_visible()
    await ben.page.keyboard.press("Control+Space")
    await ben.page.keyboard.type("ge", delay=30)
    await ben.until_text(f"{MARK}range")
    await expect(offered).to_have_count(0)


async def test_vim_on_a_shared_text(server: Server, people: People) -> None:
    _, ada, ben = await ada_and_ben(server, people)
    keyboard, mode = ben.page.keyboard, ben.page.get_by_text("Vim: ")
    await goes_to_the_end(ben)
    await choose(ben, Keys="Vim")
    await expect(mode).to_have_text("Vim: normal")

    await keyboard.type("ihello")
    await expect(mode).to_have_text("Vim: insert")
    await keyboard.press("Escape")
    await expect(mode).to_have_text("Vim: normal")
    await ada.until_text(f"{MARK}hello")
    await keyboard.type("owho")
    await keyboard.press("Escape")
    await ada.until_text(f"{MARK}hello\nwho")
    await ada.caret_at_end_of("hello")
    await ada.page.keyboard.type(" there")
    await ben.until_text(f"{MARK}hello there\nwho")

    await keyboard.press("u")
    await ada.until_text(f"{MARK}hello there")
    await keyboard.press("u")
    await ada.until_text(f"{MARK} there")
    await keyboard.press("Control+r")
    await ada.until_text(f"{MARK}hello there")
    await keyboard.type(":redo\n")
    await ada.until_text(f"{MARK}hello there\nwho")

    await keyboard.press(":")
    line = ben.page.get_by_role("textbox", name="Vim's command line")
    await expect(line).to_be_focused()
    await keyboard.type("s/who/where/\n")
    await ada.until_text(f"{MARK}hello there\nwhere")
    await keyboard.type(":undo\n")
    await ada.until_text(f"{MARK}hello there\nwho")
    await keyboard.type("ddp")
    await ada.until_text(f"{MARK}hello there\nwho")
    assert origins(ben)[-2:] == ["command", "command"]

    # The room's own keys are the room's, and the editor lets go.
    await keyboard.press("Shift+Enter")
    await ada.until_text(f"{MARK}hello there\nwho\n\n{MARK}")
    await keyboard.press("Escape")
    await keyboard.press("Tab")
    await expect(ben.editor).not_to_be_focused()
    await ben.editor.focus()
    await choose(ben, Keys="Standard")
    await expect(mode).to_have_count(0)


async def test_vim_takes_text_from_outside_as_a_paste(server: Server, people: People) -> None:
    _, ben = await candidate_alone(server, people)
    await goes_to_the_end(ben)
    await ben.page.keyboard.type("x")
    await choose(ben, Keys="Vim")
    await ben.sees("Vim: normal")
    await copies(ben, "from\r\noutside")
    await ben.page.keyboard.type('"+p')
    await ben.until_text(f"{MARK}xfrom\noutside")
    assert frames(ben, "paste")[-1]["chars"] == len("from\noutside")
    assert origins(ben)[-1] == "pasted"


async def test_the_keys_of_vs_code(server: Server, people: People) -> None:
    _, ben = await candidate_alone(server, people)
    await goes_to_the_end(ben)
    await ben.page.keyboard.type("one = one")
    async with ben.page.expect_response(re.compile("vscodeKeys")) as fetched:
        await choose(ben, Keys="As in VS Code")
    await ben.page.evaluate("(address) => import(address).then(() => {})", (await fetched.value).url)
    await next_picture(ben)
    keyboard = ben.page.keyboard
    await keyboard.press("Home")
    await keyboard.press("Control+d")
    await keyboard.press("Control+d")
    await keyboard.type("two")
    await ben.until_text(f"{MARK}two = two")
    await undo_and_redo(ben, before=MARK, after=f"{MARK}two = two")


def frames(person: Person, kind: str) -> list[dict[str, Any]]:
    """What the page sent of one kind, in order."""
    texts = [json.loads(frame) for frame in person.sent if isinstance(frame, str)]
    return [frame for frame in texts if frame["type"] == kind]


def origins(person: Person) -> list[str]:
    return [edit["origin"] for edit in frames(person, "edit")]


async def copies(person: Person, text: str) -> None:
    """Somewhere else than in the room."""
    await person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await person.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)


async def drops(
    person: Person, onto: Locator, *, text: str | None = None, files: list[Path] | None = None
) -> None:
    """Let go of text or files from another window in the middle of something."""
    box = await onto.bounding_box()
    assert box is not None
    data: dict[str, Any] = {"items": [], "dragOperationsMask": 1}
    if text is not None:
        data["items"] = [{"mimeType": "text/plain", "data": text}]
    if files is not None:
        data["files"] = [str(file) for file in files]
    devtools = await person.context.new_cdp_session(person.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        await devtools.send("Input.dispatchDragEvent", {"type": kind, "data": data} | at)
    await devtools.detach()


async def test_lines_from_elsewhere_end_as_ours_do(server: Server, people: People, tmp_path: Path) -> None:
    made, ada, ben = await ada_and_ben(server, people)
    script = tmp_path / "area.py"
    script.write_bytes(DROPPED.encode())
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    keyboard = ben.page.keyboard

    for kind, place in (("Full editor", ben.editor), ("Plain text field", plain_editor(ben))):
        await choose(ben, Editor=kind)
        await place.click()
        await keyboard.press("Control+a")
        await copies(ben, "a\r\nb\rc\u2028d")
        await keyboard.press("Control+v")
        await ada.until_text("a\nb\nc\nd")
        assert code_on_the_server(server, made) == "a\nb\nc\nd"
        assert origins(ben)[-1] == "pasted"

        await keyboard.press("Control+a")
        await keyboard.press("Delete")
        await drops(ben, place, text="x\r\ny\r")
        await ada.until_text("x\ny\n")
        assert code_on_the_server(server, made) == "x\ny\n"
        assert origins(ben)[-1] == "dropped"

        await keyboard.press("Control+a")
        await keyboard.press("Delete")
        await drops(ben, place, files=[script])
        await ada.until_text("def area(r):\n    return 3.14 * r ** 2\n")
        assert origins(ben)[-1] == "dropped"
        assert frames(ben, "paste")[-1]["lines"] == 3

        await drops(ben, place, files=[picture])
        await ben.sees("picture.png cannot be read as UTF-8 text")
        await ben.button("Dismiss").click()
        await drops(ben, ben.page.locator(".top-bar"), files=[script])  # and the page stays
    await expect(plain_editor(ben)).to_be_visible()
    assert code_on_the_server(server, made) == "def area(r):\n    return 3.14 * r ** 2\n"


async def test_what_has_no_room_is_refused_in_the_page(server: Server, people: People) -> None:
    made, ben = await candidate_alone(server, people)
    most = ("x" * 99 + "\n") * 10_000
    await ben.editor.click()
    await ben.page.keyboard.press("Control+a")
    await pastes(ben, most[: -len(MARK)])  # in several edits: no frame could carry it at once
    await is_saved(ben, edits=4)
    assert len(code_on_the_server(server, made)) == len(most) - len(MARK)
    await ben.page.keyboard.press("Control+End")
    for kind, place in (("Full editor", ben.editor), ("Plain text field", plain_editor(ben))):
        await choose(ben, Editor=kind)
        await place.focus()
        await pastes(ben, "y" * (len(MARK) + 1))
        await ben.sees("Nothing was inserted: the document may hold 1,000,000 characters")
        await ben.button("Dismiss").click()
    assert len(frames(ben, "edit")) == 4
    await plain_editor(ben).focus()
    await pastes(ben, "z" * len(MARK))
    await is_saved(ben, edits=5)
    assert sorted(code_on_the_server(server, made)) == sorted(most[: -len(MARK)] + "z" * len(MARK))
    assert not ben.heard_anything_of("start-over")


async def pastes(person: Person, text: str) -> None:
    await copies(person, text)
    await person.page.keyboard.press("Control+v")


async def is_saved(person: Person, *, edits: int) -> None:
    """So many edits were made, and the server has acknowledged them all."""

    def last_saved() -> int:
        return max((int(n) for frame in person.heard for n in SAVED.findall(str(frame))), default=0)

    async with asyncio.timeout(WAIT_MS / 1000):
        while len(made := frames(person, "edit")) < edits or last_saved() < made[-1]["n"]:
            await next_picture(person)


async def next_picture(person: Person) -> None:
    await person.page.evaluate("() => new Promise(requestAnimationFrame)")


async def test_following_somebody(server: Server, people: People) -> None:
    _, ada, ben = await ada_and_ben(server, people)
    await goes_to_the_end(ben)
    await ben.page.keyboard.insert_text(LONG)
    await ada.line("line_3 =").wait_for()
    banner = ada.page.locator(".follow-banner", has_text="Following Ben Osei")
    follow = ada.button("Follow Ben Osei, candidate")

    await follow.click()
    await expect(banner).to_be_visible()
    await expect(ada.line("line_200 = ")).to_be_in_viewport()  # where his caret is
    await scrolls(ben, -1500)
    await until_they_see_the_same(ada, ben)
    await ada.page.set_viewport_size({"width": 1000, "height": 500})
    await until_they_see_the_same(ada, ben)
    await scrolls(ben, -600)
    await until_they_see_the_same(ada, ben)

    await ada.page.keyboard.press("Escape")
    await expect(banner).to_have_count(0)
    await stays_when_the_other_scrolls(ada, ben)
    endings: list[Callable[[], Awaitable[None]]] = [
        lambda: ada.page.mouse.wheel(0, 300),
        lambda: ada.page.keyboard.press("x"),
        lambda: ada.button("Stop following").click(),
    ]
    for ends in endings:
        await follow.click()
        await expect(banner).to_be_visible()
        await until_they_see_the_same(ada, ben)
        await hovers_over_code(ada)
        await ada.editor.evaluate("(editor) => editor.focus({ preventScroll: true })")
        await ends()
        await expect(banner).to_have_count(0)

    await follow.click()
    await ben.page.keyboard.press("Control+End")
    await expect(ada.page.locator(".other-caret-name", has_text="Ben Osei")).to_have_count(1)
    await ben.context.close()
    await expect(banner).to_have_count(0)
    await expect(ada.page.locator(".other-caret")).to_have_count(0)


async def test_an_observer_follows_in_the_plain_editor(server: Server, people: People) -> None:
    made, ben = await candidate_alone(server, people)
    await goes_to_the_end(ben)
    await ben.page.keyboard.insert_text(LONG)
    olga = await people.come()
    await olga.join(made["links"]["observer"], name="Olga Petrova")
    await olga.is_in_the_room()
    await expect(olga.page.locator(".other-caret-name", has_text="Ben Osei")).to_have_count(
        0
    )  # he is further down
    await olga.button("Follow Ben Osei, candidate").click()
    await expect(olga.page.locator(".other-caret-name", has_text="Ben Osei")).to_have_count(1)
    await choose(olga, Editor="Plain text field")
    await expect(plain_editor(olga)).to_be_visible()
    await scrolls(ben, -1500)
    line = int((await top_line(ben)).partition(" =")[0].removeprefix("line_"))
    at_top = "([line, height]) => document.querySelector('.plain-editor').scrollTop === line * height"
    await olga.page.wait_for_function(at_top, arg=[line, 21])


async def hovers_over_code(person: Person) -> None:
    box = await person.page.locator(".cm-scroller").bounding_box()
    assert box is not None
    await person.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


async def scrolls(person: Person, by: int) -> None:
    """With the wheel, and waits until the view has come to rest somewhere else."""
    await hovers_over_code(person)
    before = await top_line(person)
    await person.page.mouse.wheel(0, by)
    await person.page.wait_for_function(f"(line) => ({_TOP_LINE})() !== line", arg=before)


_TOP_LINE = """
() => {
  const { top } = document.querySelector(".cm-scroller").getBoundingClientRect();
  const lines = [...document.querySelectorAll(".cm-line")];
  return lines.find((line) => line.getBoundingClientRect().bottom > top + 2)?.textContent;
}
"""


async def top_line(person: Person) -> str:
    line: str = await person.page.evaluate(_TOP_LINE)
    return line


async def until_they_see_the_same(follower: Person, followed: Person) -> None:
    async with asyncio.timeout(WAIT_MS / 1000):
        while await top_line(follower) != await top_line(followed):
            await next_picture(follower)


async def stays_when_the_other_scrolls(person: Person, other: Person) -> None:
    before, heard = await top_line(person), len(person.heard)
    await scrolls(other, 300)
    async with asyncio.timeout(WAIT_MS / 1000):
        while len(person.heard) == heard:
            await next_picture(person)
    assert await top_line(person) == before


async def test_nothing_serious_for_axe(server: Server, people: People) -> None:
    _, ada, _ben = await ada_and_ben(server, people)
    await choose(ada, Keys="Vim")
    await ada.button("Follow Ben Osei, candidate").click()
    await ada.sees("Vim: normal")
    await ada.sees("Following")
    findings = [f"following with Vim: {found}" async for found in findings_of(ada)]
    await ada.button("Settings").click()
    findings += [f"settings: {found}" async for found in findings_of(ada)]
    assert findings == []


async def findings_of(person: Person) -> AsyncIterator[str]:
    async for variant in variants(person):
        for finding in await serious_findings(person):
            yield f"{variant}: {finding}"
