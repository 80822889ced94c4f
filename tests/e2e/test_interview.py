"""A whole interview: made on the dashboard, held by two people in two browsers, ended, replayed and compared."""

import asyncio
import json
import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.exercise import A_CITY, LAST_GIVEN_LINE, SLUG, SOLUTION, TITLE, presses
from tests.e2e.keyboard import type_keys
from tests.e2e.over_the_wire import hand_in, typed_by, typing_page
from tests.e2e.own_typing import (
    answer_without_a_browser,
    let_the_panel_see_it,
    read_ones_own_comparison,
)
from tests.keystroke.solutions import TAKE_HOME
from tests.support.browser import People, Person
from tests.support.server import Server
from tests.support.typist import CANDIDATE_AT_HOME, CANDIDATE_LIVE, SOMEBODY_ELSE_LIVE

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

COMMENT = "# Which couriers have one order only?"
COMMENTED_LINE = "orders.head()"
AGREED = SOLUTION.replace(f"\n{COMMENTED_LINE}\n", f"\n{COMMENTED_LINE}\n{COMMENT}\n")
NOTE = "Looked at the missing vehicles before writing."
HIDDEN_SENTENCES = ("Two columns of drawn categories", "Missing values have their own mean")


async def take_home_of(server: Server, candidate: str) -> dict[str, Any]:
    made = await server.make_room(kind="take-home", candidate=candidate)
    await hand_in(server, made, typed_by(CANDIDATE_AT_HOME, TAKE_HOME, seed=1), text=TAKE_HOME)
    return made


def report(server: Server, room: str, token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(server.get(f"/api/rooms/{room}/report", token=token))
    return found


async def make_the_live_room(owner: Person, *, candidate: str) -> dict[str, str]:
    """In the dashboard's dialog, continuing the candidate's take-home; returns each role's link."""
    page = owner.page
    await owner.button("New room").click()
    await page.get_by_role("radio", name=TITLE).check()
    await page.get_by_role("radio", name="Live").check()
    take_home = page.get_by_label("Continues take-home")
    await take_home.select_option(index=1)
    await expect(page.get_by_label("Candidate", exact=False).last).to_have_value(candidate)
    await page.get_by_label("Time box").select_option("60")
    await owner.button(re.compile("^Make")).click()
    await owner.sees(f"The room for {candidate} is ready")
    return {
        role: await page.get_by_label(f"{role}'s link", exact=True).get_by_role("textbox").input_value()
        for role in ("Candidate", "Interviewer", "Observer")
    }


async def comment_meanwhile(ada: Person) -> None:
    """The interviewer writes a line of their own while the candidate types."""
    await ada.caret_at_end_of(COMMENTED_LINE)
    await ada.page.keyboard.type(f"\n{COMMENT}", delay=60)


async def test_an_interview_from_the_first_link_to_the_comparison(server: Server, people: People) -> None:
    await take_home_of(server, "Ben Osei")
    ada, ben = await people.come(), await people.come()

    await ada.sign_in(server.sign_in)
    links = await make_the_live_room(ada, candidate="Ben Osei")
    await ada.join(links["Interviewer"], name="Ada Lind")
    await ada.is_in_the_room()
    room = ada.page.url.rpartition("/")[2]

    await ben.open(links["Candidate"])
    await ben.sees("What is recorded, and why")
    await ben.sees("Larkspur Robotics")
    await ben.agree(links["Candidate"], "Replay", "Process metrics", "Typing comparison")
    await ben.is_in_the_room()
    assert "#" not in ben.page.url

    await ben.caret_at_end_of(LAST_GIVEN_LINE)
    keys = typed_by(CANDIDATE_LIVE, presses(), seed=7)
    async with asyncio.TaskGroup() as both:
        both.create_task(type_keys(ben.page, keys))
        both.create_task(comment_meanwhile(ada))
        both.create_task(sees_the_caret_of(ben, "Ada Lind"))
        both.create_task(sees_the_caret_of(ada, "Ben Osei"))
    await ben.until_text(AGREED)
    await ada.until_text(AGREED)

    await run_every_cell(ben)
    for person in (ada, ben):
        await sees_plot_and_table(person)

    await write_a_note(ada)
    await run_the_hidden_checks(ada)
    await ada.button("End").click()
    await ada.button("End for everyone").click()
    await expect(ben.page).to_have_url(re.compile("/thanks$"))
    await ben.sees("Thank you for your time")
    nothing_private_reached(ben)
    await read_ones_own_comparison(ben)
    await let_the_panel_see_it(ben)

    await expect(ada.page).to_have_url(re.compile("/replay$"))
    await ada.page.get_by_role("slider", name="Time", exact=True).press("End")
    await ada.until_text(AGREED)
    await expect(ada.line("return result")).to_be_in_viewport()  # it follows the typing
    token = await ada.token(room)
    assert server.get(f"/api/rooms/{room}/code", token=token).decode() == AGREED

    found = report(server, room, token)
    comparison = found["comparison"]
    assert comparison["nQuestioned"] > 600
    assert comparison["log10Lr"] > 0
    assert {check["which"]: (check["passed"], check["total"]) for check in found["checks"]} == {
        "hidden": (7, 7)
    }
    await ada.page.get_by_role("link", name="Report").click()
    picture = ada.page.get_by_role("img", name=f"log10 likelihood ratio +{comparison['log10Lr']:.2f}")
    await expect(picture).to_be_visible()
    await opens_the_replay_from_a_stretch(ada, comparison["windows"])


async def opens_the_replay_from_a_stretch(person: Person, windows: list[dict[str, Any]]) -> None:
    """By the keyboard at the last but one, and by a click on the left edge at the first."""
    assert windows[0]["fromUs"] < windows[-2]["fromUs"] < windows[-1]["fromUs"]
    stretches = person.page.get_by_role("slider", name="Stretch of the room")
    await stretches.press("End")
    await stretches.press("ArrowLeft")
    await expect(stretches).to_have_attribute("aria-valuetext", re.compile("200 key presses, log10 LR "))
    await stretches.press("Enter")
    await is_in_the_replay_at(person, windows[-2]["fromUs"])
    await person.page.go_back()
    await stretches.click(position={"x": 40, "y": 100})
    await is_in_the_replay_at(person, windows[0]["fromUs"])


async def is_in_the_replay_at(person: Person, at_us: int) -> None:
    await expect(person.page).to_have_url(re.compile(rf"/replay\?t={at_us / 1e6:.3f}$"))
    await expect(person.page.get_by_role("slider", name="Time", exact=True)).to_be_visible()


async def sees_the_caret_of(person: Person, name: str) -> None:
    await expect(person.page.locator(".other-caret.named .other-caret-name", has_text=name)).to_be_visible()


async def run_every_cell(person: Person) -> None:
    """Shift+Enter from the first cell of code on; Ctrl+Enter in the last, where moving on would make another."""
    await person.line("import matplotlib").click()
    for _ in range(3):
        await person.page.keyboard.press("Shift+Enter")
    await person.page.keyboard.press("Control+Enter")


async def sees_plot_and_table(person: Person) -> None:
    outputs = person.page.get_by_role("region", name="Outputs", exact=True)
    await expect(outputs.locator("img.picture")).to_be_visible()
    await expect(outputs.get_by_role("cell", name=A_CITY).first).to_be_visible()
    await expect(outputs.get_by_text(re.compile("^ran in "))).to_have_count(4)
    loaded = "(picture) => picture.decode().then(() => picture.naturalWidth > 100)"
    assert await outputs.locator("img.picture").evaluate(loaded)


async def write_a_note(person: Person) -> None:
    await person.page.get_by_label("Add a note").fill(NOTE)
    await person.button("Save note").click()
    await expect(person.page.get_by_role("listitem").filter(has_text=NOTE)).to_be_visible()


async def run_the_hidden_checks(person: Person) -> None:
    await person.page.get_by_role("tab", name="Hidden checks").click()
    await person.button("Run hidden checks").click()
    await person.sees("7 of 7 checks pass")


def nothing_private_reached(candidate: Person) -> None:
    """No frame of the candidate's socket held a note, a hidden check or the guide."""
    assert candidate.heard_anything_of("run-finished")
    for words in (NOTE, "note-changed", *HIDDEN_SENTENCES, '"hidden"', "hasHiddenChecks", "Listen for"):
        assert not candidate.heard_anything_of(words), words


async def test_somebody_elses_typing_in_the_live_room_counts_against_the_same_person(server: Server) -> None:
    take_home = await take_home_of(server, "Cleo Marsh")
    made = await server.make_room(candidate="Cleo Marsh", exercise=SLUG, continues=take_home["room"])
    server.consent(made)
    async with typing_page(server, made) as page:
        keys = typed_by(SOMEBODY_ELSE_LIVE, presses(), seed=7)
        await page.until_saved(await page.keys(keys, start_us=page.welcome["nowUs"]))
    server.post(f"/api/rooms/{made['room']}/end", {}, token=made["tokens"]["interviewer"])
    answer_without_a_browser(server, made)
    comparison = report(server, made["room"], made["tokens"]["interviewer"])["comparison"]
    assert comparison["nQuestioned"] > 600
    assert comparison["log10Lr"] < 0
