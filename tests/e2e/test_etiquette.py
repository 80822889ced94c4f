"""Being considerate in a room: the lobby, time unwatched, more time, roles that change, and practice beforehand."""

import re

import pytest
from playwright.async_api import expect

from tests.support.browser import People, Person
from tests.support.network import network_to
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

BLANK = "# %%\n"
IN_BRIEF = "courier"
"""A word of the exercise's brief."""
PANELS = ("Brief", "Code", "Outputs")


async def choose(person: Person, command: str | re.Pattern[str], *, menu: str = "More") -> None:
    await person.button(menu).click()
    await person.page.get_by_role("menuitem", name=command).click()


async def is_told(person: Person, words: str) -> None:
    """Read out politely, though not to be seen."""
    await expect(person.page.locator("[aria-live=polite]", has_text=words)).to_be_attached()


async def read_aloud(person: Person) -> str:
    """All that the browser tells a screen reader of the page."""
    devtools = await person.context.new_cdp_session(person.page)
    tree = await devtools.send("Accessibility.getFullAXTree")
    await devtools.detach()
    told = [node["name"]["value"] for node in tree["nodes"] if not node["ignored"] and "name" in node]
    return " ".join(map(str, told))


async def test_a_candidate_waits_in_the_lobby_until_somebody_lets_them_in(
    server: Server, people: People
) -> None:
    made = await server.make_room(candidate="Ben", exercise="category-encoder", lobby=True)
    ben, ada = await people.come(), await people.come()
    await ben.agree(made["links"]["candidate"], "Replay")
    await ben.sees("Your interviewer is not here yet, and will let you in when they are.")
    await ben.sees("Connected")
    await ada.join(made["links"]["interviewer"], name="Ada Lind")
    await ada.is_in_the_room()
    await ben.sees("Ada Lind will let you in.")
    await expect(ada.page).to_have_title(re.compile("^Somebody is waiting"))
    await ben.page.reload()
    await ben.sees("Ada Lind will let you in.")
    assert not ben.heard_anything_of(IN_BRIEF)

    lobby = ada.page.get_by_role("region", name="Lobby")
    await expect(lobby).to_contain_text("Ben is waiting in the lobby")
    await lobby.get_by_role("button", name="Let in").click()
    await ben.is_in_the_room()
    await ben.sees("You are let in: this is the room.")
    assert ben.heard_anything_of(IN_BRIEF)
    await expect(lobby).to_have_count(0)
    await expect(ada.page).to_have_title("Category encoder · liveroom")
    await ben.page.reload()
    await ben.is_in_the_room()


async def test_focus_time_hides_the_room_from_those_who_watch(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben", exercise="category-encoder")
    ben, ada, olga = [await people.come() for _ in range(3)]
    await ben.agree(made["links"]["candidate"], "Replay")
    await ada.join(made["links"]["interviewer"], name="Ada Lind")
    await olga.join(made["links"]["observer"], name="Olga")
    for person in (ben, ada, olga):
        await person.is_in_the_room()
    await choose(ben, "Focus time, 5 minutes")
    await ben.sees("Nobody is watching; the room is still recorded.")
    for person in (ada, olga):
        await person.sees("Ben works unwatched; the room is still recorded.")
        for panel in PANELS:
            hidden = person.page.locator(f'[aria-label="{panel}"].panel')
            await expect(hidden).to_have_js_property("inert", True)
            await expect(hidden.locator("> *").first).to_have_css("filter", re.compile("blur"))
        assert IN_BRIEF not in await read_aloud(person)
        await is_told(person, "Focus time has begun")
    clocks = [
        person.page.get_by_role("region", name="Focus time").get_by_role("timer") for person in (ben, ada)
    ]
    for clock in clocks:
        await expect(clock).to_have_text(re.compile(r"^4:\d\d$"))
    await ada.page.reload()
    await ada.sees("Ben works unwatched; the room is still recorded.")
    await expect(ada.page.locator('[aria-label="Code"].panel')).to_have_js_property("inert", True)
    await ada.page.keyboard.press("F6")
    await expect(ada.page.get_by_role("region", name="Private")).to_be_focused()

    await ben.line("# %%").click()
    await ben.page.keyboard.press("Control+Home")
    await ben.page.keyboard.insert_text("# unwatched\n")
    await ben.sees("Saved")
    await expect(olga.button("End focus time")).to_have_count(0)
    await ada.button("End focus time").click()
    for person in (ben, ada, olga):
        await is_told(person, "Focus time has ended")
        assert IN_BRIEF in await read_aloud(person)
        await expect(person.line("# unwatched")).to_be_visible()
        await expect(person.page.get_by_role("region", name="Code", exact=True)).to_have_js_property(
            "inert", False
        )


async def test_more_time_is_said_to_both_and_counted(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben", minutes=60, accommodation=25)
    ada, ben = await people.come(), await people.come()
    await ada.join(made["links"]["interviewer"], name="Ada Lind")
    await ada.is_in_the_room()
    await ada.sees("60 + 15 min")
    await choose(ada, "50 % more time: 60 + 30 min", menu="Time for this candidate")
    await ada.sees("60 + 30 min")
    await ben.agree(made["links"]["candidate"], "Replay")
    await ben.is_in_the_room()
    for person in (ada, ben):
        clock = person.page.get_by_role("banner").get_by_role("timer")
        await expect(clock).to_have_text(re.compile(r"^1:(30:00|29:\d\d) left$"))
    await expect(ada.button("Time for this candidate")).to_have_count(0)


async def test_a_role_that_changes_changes_the_page_at_once(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben", exercise="category-encoder")
    ada, olga = await people.come(), await people.come()
    await ada.join(made["links"]["interviewer"], name="Ada Lind")
    await olga.join(made["links"]["observer"], name="Olga")
    for person in (ada, olga):
        await person.is_in_the_room()
    await expect(olga.button("Run")).to_have_count(0)
    await choose(ada, "People")
    await ada.button("Make Olga interviewer").click()
    await expect(olga.button("Run")).to_be_visible()
    await expect(olga.page.get_by_role("tab", name="Guide")).to_be_visible()
    await olga.line("# %%").click()
    await olga.page.keyboard.press("Control+Home")
    await olga.page.keyboard.insert_text("# Olga\n")
    await expect(ada.line("# Olga")).to_be_visible()
    await ada.button("Make Olga observer").click()
    await expect(olga.button("Run")).to_have_count(0)
    await expect(olga.page.get_by_role("tab", name="Guide")).to_have_count(0)
    before = await olga.text()
    await olga.line("# Olga").click()
    await olga.page.keyboard.type("not taken")
    assert await olga.text() == before
    await expect(ada.button("Make Ada Lind observer")).to_have_count(0)


async def test_practice_checks_the_way_and_keeps_nothing(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben", exercise="category-encoder")
    ben = await people.come()
    await ben.open(made["links"]["candidate"])
    await ben.page.get_by_role("link", name="Try the room first").click()
    await expect(ben.page.get_by_role("heading", name="Everything works from here")).to_be_visible()
    steps = ben.page.get_by_role("listitem")
    await expect(steps).to_have_count(5)
    for step, words in enumerate(
        ("exact to", "Answers in", "websocket is open", "shared text", "Ran a cell in")
    ):
        await expect(steps.nth(step)).to_contain_text(words)
    await ben.button("Open the practice room").click()
    await ben.is_in_the_room()
    await ben.sees("Nothing is kept: what you write here is gone when you leave.")
    await ben.sees("Practice: nothing is recorded")
    await ben.page.keyboard.insert_text("# a try\n")
    await ben.sees("Saved")
    practice = ben.page.url
    await ben.button("Leave practice").click()
    await ben.sees("Your choices")
    assert not ben.heard_anything_of(IN_BRIEF)
    ben.excuse("status of 401")
    await ben.open(practice)
    await expect(ben.page.get_by_text("# a try")).to_have_count(0)


async def test_behind_a_blocking_proxy_practice_says_what_to_ask_for(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben")
    async with network_to(server.port) as network:
        network.block_websockets()
        ben = await people.come(url=network.url)
        ben.excuse("WebSocket connection")
        await ben.open(made["links"]["candidate"].replace(server.url, network.url))
        await ben.page.get_by_role("link", name="Try the room first").click()
        wanted = f"allow websockets (wss) to 127.0.0.1 on port {network.port}"
        await ben.sees(re.compile(f"Ask your IT department to {re.escape(wanted)}"))
        await ben.sees(re.compile("phone's hotspot is a way out"))
        network.let_websockets_pass()
        await expect(ben.page.get_by_role("heading", name="Everything works from here")).to_be_visible()
