"""Getting into a room and staying there: dead links, declined questions, broken networks, and the keyboard alone."""

import json
import re
import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest
from playwright.async_api import expect

from liveroom.app import LINKS_SECRET
from liveroom.invites import Invites
from liveroom.rows import StoredLink
from liveroom.tokens import site_secret
from tests.e2e.over_the_wire import hand_in, typed_by
from tests.keystroke.solutions import TAKE_HOME
from tests.support.browser import People, Person
from tests.support.network import network_to
from tests.support.server import Server
from tests.support.typist import CANDIDATE_AT_HOME

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

ALL = ("Replay", "Process metrics", "Typing comparison")
DEAD_LINK = "status of 4(04|10)"
BROKEN_SOCKET = "WebSocket connection"
BLANK = "# %%\n"
"""A blank room's text: the mark of its one cell."""


async def owner_token(server: Server) -> str:
    code, out, errors = await server.command("token", "new")
    assert code == 0, errors
    return out.strip()


async def revoke_links(server: Server, room: str, role: str) -> None:
    token = await owner_token(server)
    for link in json.loads(server.get(f"/api/rooms/{room}", token=token))["links"]:
        if link["role"] == role:
            server.post(f"/api/rooms/{room}/links/{link['serial']}/revoke", {}, token=token)


def let_expire(server: Server, room: str) -> str:
    """Put the end of the candidate's link into the past; returns the link as it would have been given out."""
    past_us = time.time_ns() // 1000 - 1
    with closing(sqlite3.connect(server.folder / "liveroom.db")) as database, database:
        database.row_factory = sqlite3.Row
        where = "room = ? and role = 'candidate'"
        database.execute(f"update link set expires_wall_us = ? where {where}", (past_us, room))
        row = dict(database.execute(f"select * from link where {where}", (room,)).fetchone())
    link = StoredLink(**row | {"revoked": bool(row["revoked"])})
    invites = Invites(site_secret(server.folder, LINKS_SECRET), contact="")
    return invites.shown(link, base_url=server.url, now_wall_us=past_us).url


async def candidate_in(people: People, made: dict[str, Any], *switches: str) -> Person:
    candidate = await people.come()
    await candidate.agree(made["links"]["candidate"], *switches)
    await candidate.is_in_the_room()
    return candidate


async def interviewer_in(people: People, made: dict[str, Any]) -> Person:
    interviewer = await people.come()
    await interviewer.join(made["links"]["interviewer"], name="Ada Lind")
    await interviewer.is_in_the_room()
    return interviewer


async def runs(person: Person, source: str) -> None:
    """Type one cell into an empty room and run it."""
    await person.editor.click()
    await person.page.keyboard.insert_text(source)
    await person.page.keyboard.press("Control+Enter")


async def test_a_dead_link_says_why_and_whom_to_ask(server: Server, people: People) -> None:
    expired, revoked = [await server.make_room(candidate="Ben") for _ in range(2)]
    expired_link = let_expire(server, expired["room"])
    await revoke_links(server, revoked["room"], "candidate")
    ben = await people.come()
    ben.excuse(DEAD_LINK)
    for link, title in (
        (f"{server.url}/join#not-one-of-ours", "This link leads nowhere"),
        (expired_link, "This link has expired"),
        (revoked["links"]["candidate"], "This link was withdrawn"),
    ):
        await ben.open(link)
        await expect(ben.page.get_by_role("heading", name=title)).to_be_visible()
        await ben.sees(re.compile(r"people@larkspur\.example"))


async def test_revoking_a_link_ends_the_rooms_page_with_a_reason(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben")
    ben = await candidate_in(people, made, *ALL)
    await revoke_links(server, made["room"], "candidate")
    await ben.sees(re.compile("the link was revoked or has expired. Ask the person who invited you"))


async def test_declining_the_typing_comparison_changes_nothing_that_anybody_sees(
    server: Server, people: People
) -> None:
    take_home = await server.make_room(kind="take-home", candidate="Ben")
    await hand_in(server, take_home, typed_by(CANDIDATE_AT_HOME, TAKE_HOME, seed=1), text=TAKE_HOME)
    made = await server.make_room(candidate="Ben", continues=take_home["room"])
    ben = await candidate_in(people, made, "Replay", "Process metrics")
    await ben.editor.click()
    await ben.page.keyboard.type("print(6 * 7)")
    await ben.page.keyboard.press("Control+Enter")
    await expect(ben.page.locator(".run-card")).to_contain_text("42")
    assert [frame for frame in ben.sent if isinstance(frame, str) and '"keys"' in frame] == []

    olga = await people.come()
    await olga.join(made["links"]["observer"], name="Olga")
    await olga.is_in_the_room()
    await olga.open(f"/room/{made['room']}/report")
    await expect(olga.page.get_by_role("heading", name="Not run")).to_be_visible()


async def test_an_observers_link_shows_the_replay_after_the_end(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben")
    ben = await candidate_in(people, made, *ALL)
    await ben.editor.click()
    await ben.page.keyboard.type("answer = 42")
    ada = await interviewer_in(people, made)
    await ada.until_text(f"{BLANK}answer = 42")
    await ada.button("End").click()
    await ada.button("End for everyone").click()
    await expect(ben.page).to_have_url(re.compile("/thanks$"))

    olga = await people.come()
    await olga.open(made["links"]["observer"])
    await olga.page.get_by_label("Your name").fill("Olga")
    await olga.button("Open the replay").click()
    await olga.page.get_by_role("slider", name="Time", exact=True).press("End")
    await olga.until_text(f"{BLANK}answer = 42")


async def test_a_blocked_websocket_is_explained(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben")
    async with network_to(server.port) as network:
        network.block_websockets()
        ben = await people.come(url=network.url)
        ben.excuse(BROKEN_SOCKET)
        await ben.agree(made["links"]["candidate"].replace(server.url, network.url), *ALL)
        await ben.sees(re.compile("A proxy between you and the server blocks websockets"))
        network.let_websockets_pass()
        await ben.is_in_the_room()
        await expect(ben.page.get_by_text("A proxy between you")).to_have_count(0)


async def test_the_whole_way_in_and_through_the_panels_by_keyboard(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben")
    ben = await people.come()
    press = ben.page.keyboard.press
    await ben.open(made["links"]["candidate"])
    await ben.sees("Your choices")
    for switch in ALL:
        await tab_to(ben, switch)
        await press("Space")
        await expect(ben.page.get_by_role("switch", name=switch)).to_be_checked()
    await tab_to(ben, "Join")
    await press("Enter")
    await ben.is_in_the_room()

    await expect(ben.editor).to_be_focused()
    await ben.page.keyboard.type("print('by hand')")
    await press("Control+Enter")
    await expect(ben.page.locator(".run-card")).to_contain_text("by hand")
    await press("Tab")
    await expect(ben.editor).to_be_focused()
    await press("Escape")
    await press("Tab")
    await expect(ben.editor).not_to_be_focused()
    await ben.editor.focus()
    for panel in ("Outputs", "Brief"):
        await press("F6")
        await expect(ben.page.get_by_role("region", name=panel, exact=True)).to_be_focused()
    await press("F6")
    await expect(ben.editor).to_be_focused()


FOCUSED = """() => {
  const focused = document.activeElement;
  const label = document.getElementById(focused.getAttribute("aria-labelledby"));
  return (label ?? focused).innerText.trim();
}"""


async def tab_to(person: Person, name: str) -> None:
    passed: list[str] = []
    while (name_here := await person.page.evaluate(FOCUSED)) != name:
        assert len(passed) < 40, f"Tab went by {passed}, never {name}."
        passed.append(name_here)
        await person.page.keyboard.press("Tab")


async def test_who_joins_late_sees_what_ran_before(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben")
    ben = await candidate_in(people, made, *ALL)
    await runs(ben, "import pandas as pd\nprint('early')\npd.DataFrame({'tree': ['larch']})")
    await expect(ben.page.get_by_role("cell", name="larch")).to_be_visible()
    olga = await people.come()
    await olga.join(made["links"]["observer"], name="Olga")
    card = olga.page.locator(".run-card")
    await expect(card).to_contain_text("early")
    await expect(card.get_by_role("cell", name="larch")).to_be_visible()
    await expect(card).to_contain_text("Ben")


async def test_the_other_person_can_interrupt_a_loop_without_an_end(server: Server, people: People) -> None:
    made = await server.make_room(candidate="Ben")
    ben, ada = await candidate_in(people, made, *ALL), await interviewer_in(people, made)
    await runs(ben, "print('round and round', flush=True)\nwhile True:\n    pass")
    await expect(ada.page.locator(".run-card")).to_contain_text("round and round")
    await ada.button("Stop").click()
    for person in (ada, ben):
        await expect(person.page.locator(".run-status")).to_contain_text("interrupted")


async def test_the_dark_theme_stays_after_a_reload(server: Server, people: People) -> None:
    ada = await people.come()
    await ada.sign_in((await server.command("sign-in"))[1].strip())
    await ada.button("Theme: as the system").click()
    await ada.page.get_by_role("menuitem", name="Dark").click()
    await expect(ada.page.locator("html.dark")).to_be_attached()
    await ada.page.reload()
    await expect(ada.page.locator("html.dark")).to_be_attached()
    await expect(ada.button("Theme: dark")).to_be_visible()
