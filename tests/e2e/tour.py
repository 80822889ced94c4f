"""One interview that passes every page of the project, for whoever wants to look at each."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import expect

from tests.e2e.exercise import A_CITY, LAST_GIVEN_LINE, SLUG, presses
from tests.e2e.keyboard import type_keys
from tests.e2e.over_the_wire import hand_in, typed_by
from tests.e2e.own_typing import THE_RATIO, let_the_panel_see_it, read_ones_own_comparison
from tests.keystroke.solutions import TAKE_HOME
from tests.support.browser import SIZES, People, Person
from tests.support.server import Server
from tests.support.typist import CANDIDATE_AT_HOME, CANDIDATE_LIVE

Look = Callable[[str, Person], Awaitable[None]]

QUESTION = "# Ada: what does a courier get who starts tomorrow?"
EDGE_CASES = """# %% A category that fit never saw
new = orders.head(2).assign(courier="Quill")
encoder.transform(new)[["courier", "late"]]
"""
ASKED = "Who starts tomorrow?"
ASKING = f"""# %% Somebody new
courier = input("{ASKED} ")
encoder.transform(new.assign(courier=courier)).mean()
"""
NOTES = (
    "Looked at the data before writing, and found the couriers with a single order.",
    "Asked about the index unprompted: target is matched by position.",
)


async def tour(server: Server, people: People, look: Look, *, speed: float) -> None:
    """Calls `look` with each page's name, and the person who is on it; they may resize and repaint it."""
    take_home = await _take_home(server)
    live = await server.make_room(
        candidate="Ben Osei", exercise=SLUG, continues=take_home["room"], lobby=True, accommodation=25
    )
    await server.make_room(candidate="Cleo Marsh", exercise="training-loop", kind="take-home")
    await server.make_room(candidate="Dana Ito", exercise="leaky-notebook")

    ben = await people.come()
    await ben.open(live["links"]["candidate"])
    await ben.sees("Your choices")
    await ben.page.get_by_role("switch", name="Replay", exact=True).click()
    await look("consent", ben)
    await ben.page.get_by_role("link", name="Try the room first").click()
    await ben.sees("Everything works from here")
    await look("practice", ben)

    ada = await people.come()
    await ada.join(live["links"]["interviewer"], name="Ada Lind")
    await ben.agree(live["links"]["candidate"], "Replay", "Process metrics", "Typing comparison")
    await ben.sees("Ada Lind will let you in.")
    await look("lobby", ben)
    await ada.sees("is waiting in the lobby")
    await look("waiting", ada)
    await ada.button("Let in").click()
    for person in (ada, ben):
        await person.is_in_the_room()
    await _hold_the_interview(ada, ben, speed=speed)
    await look("room", ada)
    await look("room-candidate", ben)
    await _use_a_second_file(ada)
    await look("files", ada)
    await ben.button("More").click()
    await ben.page.get_by_role("menuitem", name="Focus time, 5 minutes").click()
    await ada.sees("works unwatched")
    await look("focus-time", ada)
    await ben.button("End focus time").click()
    await ada.sees("Focus time has ended")
    await _run_what_asks(ada)
    await _shows_when_narrow(ben, re.compile("^Outputs"))
    await look("question", ben)
    await ben.page.get_by_label(ASKED).fill("Quill")
    await ben.page.keyboard.press("Enter")
    await ada.page.get_by_role("tab", name="Variables").click()
    await _shows_when_narrow(ada, "Brief")
    await _ask_what_it_knows(ada)
    await look("variables", ada)

    await _look_at_the_dashboard(server, people, look)

    await ada.button("End").click()
    await ada.button("End for everyone").click()
    await expect(ben.page).to_have_url(re.compile("/thanks$"))
    await ben.sees("Thank you for your time")
    await ben.page.get_by_role("radio", name=re.compile("^No")).wait_for()
    await look("thanks", ben)
    await read_ones_own_comparison(ben)
    await look("own-typing", ben)
    await let_the_panel_see_it(ben)
    await expect(ada.page).to_have_url(re.compile("/replay$"))
    await ada.button(re.compile("Hidden checks: 7 of 7 pass")).last.click()
    await ada.page.get_by_role("region", name="Outputs").get_by_role("img").wait_for()
    await look("replay", ada)
    await ada.page.get_by_role("link", name="Report").click()
    await ada.page.get_by_role("img", name=THE_RATIO).wait_for()
    await look("report", ada)
    await look("comparison", ada)


async def _take_home(server: Server) -> dict[str, Any]:
    made = await server.make_room(kind="take-home", candidate="Ben Osei", exercise="training-loop")
    await hand_in(server, made, typed_by(CANDIDATE_AT_HOME, TAKE_HOME, seed=1), text=TAKE_HOME)
    return made


async def _hold_the_interview(ada: Person, ben: Person, *, speed: float) -> None:
    """The candidate looks at the data, writes and runs; the interviewer asks, takes notes and runs the checks."""
    await ben.line("import matplotlib").click()
    await ben.page.keyboard.press("Shift+Enter")
    await ben.page.keyboard.press("Shift+Enter")
    await ben.line("encoder.fit(").click()
    await ben.page.keyboard.press("Control+Enter")  # too early: an error
    await ben.caret_at_end_of(LAST_GIVEN_LINE)
    await type_keys(ben.page, typed_by(CANDIDATE_LIVE, presses(), seed=7), speed=speed)
    await ben.page.keyboard.press("Control+Enter")
    await ben.line("encoder.fit(").click()
    await ben.page.keyboard.press("Control+Enter")
    await ada.page.get_by_role("cell", name=A_CITY).first.wait_for()

    for note in NOTES:
        await ada.page.get_by_label("Add a note").fill(note)
        await ada.button("Save note").click()
        await expect(ada.page.get_by_role("listitem").filter(has_text=note)).to_be_visible()
    await ada.page.get_by_role("tab", name="Hidden checks").click()
    await ada.button("Run hidden checks").click()
    await ada.sees("7 of 7 checks pass")
    await ada.page.get_by_role("tab", name="Notes").click()
    await ada.caret_at_end_of("return self")
    await ada.page.keyboard.type(f"\n{QUESTION}", delay=5)
    await expect(ada.page.locator("img.picture")).to_be_visible()
    await expect(ada.page.locator(".run-card > .run-head .run-status.ok")).to_have_count(4)


async def _use_a_second_file(ada: Person) -> None:
    await ada.button("Add a file").click()
    await ada.page.get_by_label("Name of the new file").fill("edge_cases.py")
    await ada.page.keyboard.press("Enter")
    await expect(ada.page.get_by_role("tab", name="edge_cases.py")).to_have_attribute("aria-selected", "true")
    await ada.page.keyboard.insert_text(EDGE_CASES)
    await ada.page.keyboard.press("Control+Enter")
    await expect(ada.page.locator(".run-card > .run-head .run-status.ok")).to_have_count(5)


async def _run_what_asks(ada: Person) -> None:
    await ada.editor.click()
    await ada.page.keyboard.press("Control+End")
    await ada.page.keyboard.insert_text(ASKING)
    await ada.page.keyboard.press("Control+Enter")
    await ada.page.get_by_label(ASKED).wait_for()


async def _ask_what_it_knows(ada: Person) -> None:
    variables = ada.page.get_by_role("table", name="Variables of the kernel")
    await variables.get_by_text("courier", exact=True).wait_for()
    await ada.caret_at_end_of("encoder.transform(new.assign")
    await ada.page.keyboard.press("Home")
    await ada.page.keyboard.press("Shift+Tab")
    await ada.page.get_by_role("region", name="What the kernel knows of encoder").wait_for()


async def _shows_when_narrow(person: Person, panel: str | re.Pattern[str]) -> None:
    """Where there is room for one panel only."""
    (wide, narrow) = SIZES
    await person.page.set_viewport_size({"width": narrow[0], "height": narrow[1]})
    await person.page.get_by_role("tablist", name="Panels").get_by_role("tab", name=panel).click()
    await person.page.set_viewport_size({"width": wide[0], "height": wide[1]})


async def _look_at_the_dashboard(server: Server, people: People, look: Look) -> None:
    owner = await people.come()
    await owner.sign_in((await server.command("sign-in"))[1].strip())
    await owner.sees("2 people here")
    await look("dashboard", owner)
    await owner.button("New room").click()
    await expect(owner.page.get_by_role("radio", name="Live")).to_be_visible()
    await look("new-room", owner)
