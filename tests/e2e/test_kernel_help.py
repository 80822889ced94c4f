"""What the live kernel tells those who write: names, help, what a run asks for, and variables; by the keyboard."""

import json
import re
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.axe import serious_findings
from tests.e2e.test_outputs import writes
from tests.support.browser import People, Person, variants
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

FLEET = '''class Fleet:
    late_orders = 3

    def longest_route(self, distance_km: float) -> str:
        """The route of the courier who rode furthest, in all of its many stops."""

fleet = Fleet()
'''
ASKS = """from getpass import getpass
name = input("Who are you? ")
token = getpass("Your token: ")
print(f"Hello {name}, {len(token)}")
"""
MANY = "import math\norders = list(range(120))\n" + "".join(f"v{n} = {n}\n" for n in range(12))
SECRET = "s3cret-kestrel"


async def three_people(server: Server, people: People) -> tuple[dict[str, Any], Person, Person, Person]:
    """An interviewer, a candidate and an observer in a blank room."""
    made = await server.make_room(candidate="Ben Osei", kind="live")
    ada, ben, olga = await people.come(), await people.come(), await people.come()
    await ada.join(made["links"]["interviewer"], name="Ada Lind")
    await ben.agree(made["links"]["candidate"], "Replay")
    await olga.join(made["links"]["observer"], name="Olga Petrova")
    for person in (ada, ben, olga):
        await person.is_in_the_room()
    return made, ada, ben, olga


async def candidate_with(server: Server, people: People, *cells: str) -> Person:
    """A candidate alone, whose first cell has run and whose caret is behind the last."""
    made = await server.make_room(candidate="Ben Osei", kind="live")
    ben = await people.come()
    await ben.agree(made["links"]["candidate"], "Replay")
    await ben.is_in_the_room()
    await writes(ben, *cells)
    await ben.line(cells[0].splitlines()[0]).click()
    await ben.page.keyboard.press("Control+Enter")
    await has_run(ben)
    await ben.page.keyboard.press("Control+End")
    return ben


async def has_run(person: Person) -> None:
    await expect(person.page.locator(".run-card .run-status.ok").first).to_be_visible()


def offered(person: Person) -> Locator:
    return person.page.locator(".cm-tooltip-autocomplete li")


def help_on(person: Person, name: str) -> Locator:
    return person.page.get_by_role("region", name=f"What the kernel knows of {name}", exact=True)


def origins(person: Person) -> list[str]:
    """Where the edits that the page sent came from, in order."""
    frames = [json.loads(frame) for frame in person.sent if isinstance(frame, str)]
    return [frame["origin"] for frame in frames if frame["type"] == "edit"]


async def test_both_complete_by_what_one_of_them_ran(server: Server, people: People) -> None:
    _, ada, ben, _olga = await three_people(server, people)
    await writes(ben, FLEET)
    await ben.page.keyboard.press("Control+Enter")
    await has_run(ada)

    # A dot asks by itself; Tab takes the first.
    await ben.page.keyboard.press("Control+End")
    await ben.page.keyboard.type("fleet.", delay=40)
    await expect(offered(ben).first).to_contain_text("late_orders")
    await ben.page.keyboard.type("lon", delay=40)
    await expect(offered(ben)).to_have_count(1)
    await ben.page.keyboard.press("Tab")
    await ada.until_text(f"# %%\n{FLEET}fleet.longest_route")
    assert origins(ben)[-1] == "completed"

    # Tab asks behind a name, as Ctrl+Space does, and indents where there is none.
    keyboard = ada.page.keyboard
    await ada.caret_at_end_of("fleet.longest_route")
    await keyboard.type("\nfleet.la", delay=40)
    await keyboard.press("Escape")
    await expect(offered(ada)).to_have_count(0)
    await keyboard.press("Tab")
    await expect(offered(ada)).to_have_count(1)
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await ben.until_text(f"# %%\n{FLEET}fleet.longest_route\nfleet.late_orders")
    assert origins(ada)[-1] == "completed"
    await keyboard.type("\n")
    await keyboard.press("Tab")
    await keyboard.type("%time")
    await keyboard.press("Tab")
    await expect(offered(ada).filter(has_text=re.compile("^%timeit"))).to_be_visible()
    await ben.until_text(f"# %%\n{FLEET}fleet.longest_route\nfleet.late_orders\n    %time")


async def test_help_on_a_name(server: Server, people: People) -> None:
    ben = await candidate_with(server, people, FLEET, "fleet.longest_route(")
    page, keyboard = ben.page, ben.page.keyboard
    await keyboard.press("Shift+Tab")
    await expect(page.get_by_role("region", name="What the kernel knows of")).to_contain_text("distance_km")
    await keyboard.press("Escape")
    await keyboard.press("ArrowLeft")
    await keyboard.press("ArrowLeft")
    await keyboard.press("Shift+Tab")
    told = help_on(ben, "longest_route")
    await expect(told).to_contain_text("The route of the courier who rode furthest")
    await expect(told.locator("[class*=ansi-]").first).to_be_visible()
    await expect(page.locator(".cm-announced")).to_contain_text("distance_km")  # read out
    await does_not_cover(told, ben.line("fleet.longest_route("))

    await expect(ben.editor).to_be_focused()
    await keyboard.press("Shift+Tab")
    await expect(told).to_be_focused()
    await keyboard.press("Escape")
    await expect(told).to_have_count(0)
    await expect(ben.editor).to_be_focused()

    # The same under a pointer that rests; Escape takes it away without the focus, too.
    await page.get_by_role("tab", name="Brief").focus()
    await rests_on(ben, "fleet.longest_route(")
    await expect(told).to_be_visible()
    await keyboard.press("Escape")
    await expect(told).to_have_count(0)

    await ben.line("fleet = Fleet()").click()
    await keyboard.press("Home")
    await keyboard.press("Shift+Tab")
    assert "    def longest_route" in await ben.text()


async def does_not_cover(tooltip: Locator, line: Locator) -> None:
    above, below = await tooltip.bounding_box(), await line.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"] + 1 or above["y"] >= below["y"] + below["height"] - 1


async def rests_on(person: Person, words: str) -> None:
    """In the middle of what the line's text takes up."""
    box = await person.line(words).evaluate(
        "(line) => { const range = document.createRange(); range.selectNodeContents(line);"
        " const { left, top, width, height } = range.getBoundingClientRect(); return { left, top, width, height }; }"
    )
    x, y = box["left"] + box["width"] / 2, box["top"] + box["height"] / 2
    await person.page.mouse.move(x - 3, y)
    await person.page.mouse.move(x, y)


async def test_what_a_run_asks_for_is_answered_by_the_other(server: Server, people: People) -> None:
    _, ada, ben, olga = await three_people(server, people)
    await writes(ben, ASKS)
    await ben.page.keyboard.press("Control+Enter")
    field = ada.page.get_by_label("Who are you?")
    await expect(field).to_be_visible()
    await expect(ben.page.get_by_label("Who are you?")).to_be_visible()
    await expect(ben.editor).to_be_focused()
    await ben.sees("A run waits for an answer, in the outputs: Who are you?")
    await olga.sees("The run waits for an answer from somebody who can run code.")
    await expect(olga.page.get_by_label("Who are you?")).to_have_count(0)

    # Who comes in between finds it as well.
    await ada.page.reload()
    await ada.is_in_the_room()
    await reaches(ada, field)
    await ada.page.keyboard.type("Ivy")
    await ada.page.keyboard.press("Enter")
    for person in (ada, ben, olga):
        await expect(answers(person)).to_have_text(["Who are you? Ivy - answered by Ada Lind"])

    hidden = ben.page.get_by_label("Your token:")
    await expect(hidden).to_have_attribute("type", "password")
    await reaches(ben, hidden)
    await ben.page.keyboard.type(SECRET)
    await ben.page.keyboard.press("Enter")
    for person in (ada, ben, olga):
        await person.sees(f"Hello Ivy, {len(SECRET)}")
        await expect(answers(person).last).to_have_text("Your token: answer not shown - answered by Ben Osei")
        assert not person.heard_anything_of(SECRET)

    await ada.button("End").click()
    await ada.button("End for everyone").click()
    await expect(ada.page).to_have_url(re.compile("/replay$"))
    await ada.page.get_by_role("slider").press("End")
    await expect(answers(ada)).to_have_count(2)


def answers(person: Person) -> Locator:
    return person.page.locator(".answered")


async def reaches(person: Person, field: Locator) -> None:
    """By F6 to the outputs, and on by Tab."""
    outputs = person.page.locator("[data-panel=outputs]")
    for _ in range(6):
        await person.page.keyboard.press("F6")
        if await outputs.evaluate("(panel) => panel === document.activeElement"):
            break
    for _ in range(8):
        await person.page.keyboard.press("Tab")
        if await field.evaluate("(field) => field === document.activeElement"):
            return
    raise AssertionError("The field is not to be reached by the keyboard.")


async def test_a_stopped_run_asks_no_more(server: Server, people: People) -> None:
    ben = await candidate_with(server, people, "pass", "input('Go on? ')")
    await ben.page.keyboard.press("Control+Enter")
    await expect(ben.page.get_by_label("Go on?")).to_be_visible()
    await ben.page.keyboard.press("Control+.")
    await expect(ben.page.locator(".question")).to_have_count(0)


async def test_variables(server: Server, people: People) -> None:
    ben = await candidate_with(server, people, MANY, "mean = sum(orders) / len(orders)")
    page, keyboard = ben.page, ben.page.keyboard
    await page.get_by_role("tab", name="Brief").focus()
    for _ in range(3):
        await keyboard.press("ArrowRight")
        if await page.get_by_role("tab", name="Variables").get_attribute("aria-selected") == "true":
            break
    table = page.get_by_role("table", name="Variables of the kernel")
    rows = table.get_by_role("row")
    await expect(table.get_by_role("columnheader")).to_have_text(["Name", "Type", "Value"])
    await expect(rows.filter(has_text="orders")).to_contain_text("list")
    await keyboard.press("Tab")
    await expect(page.get_by_role("searchbox", name="Filter the variables")).to_be_focused()
    await keyboard.type("V1")
    await expect(rows).to_have_count(1 + 3)  # v1, v10 and v11
    await keyboard.press("Control+a")
    await keyboard.press("Delete")

    await ben.caret_at_end_of("mean = sum")
    await keyboard.press("Control+Enter")
    await expect(rows.filter(has_text="mean")).to_contain_text("59.5")

    await ben.button("Restart").click()
    await page.get_by_role("dialog").get_by_role("button", name="Restart").click()
    await ben.sees("No variables yet: run a cell.")


async def test_nothing_serious_for_axe(server: Server, people: People) -> None:
    ben = await candidate_with(server, people, f"{FLEET}\n{MANY}", "input('Go on? ')\nfleet.longest_route")
    page, keyboard = ben.page, ben.page.keyboard
    await page.get_by_role("tab", name="Variables").click()
    await expect(page.get_by_role("table", name="Variables of the kernel")).to_be_visible()
    await ben.editor.focus()
    findings: list[str] = []

    async def look(what: str, *, panel: str | None = None) -> None:
        async for variant in variants(ben):
            if panel is not None and variant.startswith("390"):
                await page.get_by_role("tab", name=re.compile(f"^{panel}")).click()
            findings.extend(f"{what} {variant}: {finding}" for finding in await serious_findings(ben))

    await keyboard.press("Shift+Tab")
    await expect(help_on(ben, "longest_route")).to_be_visible()
    await look("help")
    await keyboard.press("Escape")
    await keyboard.press("Control+Space")
    await expect(offered(ben).first).to_be_visible()
    await look("names")
    await keyboard.press("Escape")
    await keyboard.press("Control+Enter")
    await expect(page.get_by_label("Go on?")).to_be_visible()
    await look("a question", panel="Outputs")
    assert findings == []
