"""A comparison of typing on its two pages: the candidate reads and writes first, then the panel does."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.exercise import SLUG, presses
from tests.e2e.over_the_wire import hand_in, typed_by, typing_page
from tests.e2e.own_typing import THE_RATIO, WORDS, let_the_panel_see_it, read_ones_own_comparison
from tests.keystroke.solutions import TAKE_HOME
from tests.support.browser import People, Person
from tests.support.server import Server
from tests.support.typist import CANDIDATE_AT_HOME, CANDIDATE_LIVE

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]


async def a_room_that_was_held(server: Server, *, typing: bool = True) -> dict[str, Any]:
    """It continues a take-home; the candidate typed some hundred keys in both, and the interviewer has ended it."""
    take_home = await server.make_room(kind="take-home", candidate="Ben Osei")
    await hand_in(server, take_home, typed_by(CANDIDATE_AT_HOME, TAKE_HOME, seed=1), text=TAKE_HOME)
    made = await server.make_room(candidate="Ben Osei", exercise=SLUG, continues=take_home["room"])
    server.consent(made, typing=typing)
    async with typing_page(server, made) as page:
        if typing:
            keys = typed_by(CANDIDATE_LIVE, presses(), seed=7)
            await page.until_saved(await page.keys(keys, start_us=page.welcome["nowUs"]))
        await page.until_saved(await page.write("# It began here.\n"))
    server.post(f"/api/rooms/{made['room']}/end", {}, token=made["tokens"]["interviewer"])
    return made


async def comes_back(people: People, made: dict[str, Any]) -> Person:
    """The candidate, by their link, after the room has ended."""
    ben = await people.come()
    await ben.open(made["links"]["candidate"])
    await ben.button("What was kept").click()
    await ben.sees("Thank you for your time")
    return ben


async def reads_the_report(people: People, made: dict[str, Any]) -> Person:
    ada = await people.come()
    await ada.open(made["links"]["interviewer"])
    await ada.page.get_by_label("Your name").fill("Ada Lind")
    await ada.button("Open the replay").click()
    await ada.page.get_by_role("link", name="Report").click()
    await ada.sees("Typing: take-home and live")
    return ada


async def test_the_candidate_reads_and_writes_before_the_panel_reads_and_reviews(
    server: Server, people: People
) -> None:
    made = await a_room_that_was_held(server)
    ada = await reads_the_report(people, made)
    await ada.sees("Not run yet")
    await expect(ada.page.get_by_role("heading", name="What people say beside it")).to_have_count(0)

    ben = await comes_back(people, made)
    await read_ones_own_comparison(ben, differed=True)
    await ada.page.reload()
    await ada.sees("Not run yet")

    await let_the_panel_see_it(ben)
    await ada.page.reload()
    await ada.page.get_by_role("img", name=THE_RATIO).wait_for()
    await ada.sees(WORDS)
    await ada.sees("Answered that the typing set-up or situation was different")

    await ben.page.reload()
    await ben.sees(re.compile("^The panel opened it on "))
    await expect(ben.page.get_by_label("Anything to say beside it?")).to_have_count(0)

    await expect(ada.button("Export as HTML")).to_be_disabled()
    await ada.sees("only with a named reviewer's note")
    await ada.button("Save the note").click()
    await ada.sees("Write your name")
    await ada.page.get_by_label("Your name").fill("Ada Lind")
    await ada.page.get_by_label("Your note").fill("He was on a train; nothing to ask.")
    await ada.button("Save the note").click()
    await ada.sees("Ada Lind, who reviewed it")
    async with ada.page.expect_download() as download:
        await ada.button("Export as HTML").click()
    exported = (await (await download.value).path()).read_text(encoding="utf-8")
    assert WORDS in exported
    assert "He was on a train; nothing to ask." in exported


async def test_a_candidate_who_declined_meets_nothing_about_typing(server: Server, people: People) -> None:
    made = await a_room_that_was_held(server, typing=False)
    ben = await comes_back(people, made)
    await ben.sees("What was kept")
    await expect(ben.page.get_by_role("heading", name="Your typing")).to_have_count(0)
    ada = await reads_the_report(people, made)
    await ada.sees("Not run yet")
