"""What a candidate does about the comparison of their typing once the room has ended, in their own browser."""

import re
from typing import Any

from playwright.async_api import expect

from tests.support.browser import Person
from tests.support.server import Server

THE_RATIO = re.compile("^log10 likelihood ratio")
WORDS = "I typed the take-home at my desk, and this on a laptop in a train."


async def read_ones_own_comparison(candidate: Person, *, differed: bool = False) -> None:
    """From the last page on: the question, then the result, which nobody else sees yet."""
    await candidate.page.get_by_role("radio", name=re.compile("^Yes" if differed else "^No")).check()
    await candidate.button("Answer and see the result").click()
    await expect(candidate.page).to_have_url(re.compile("/typing$"))
    await candidate.page.get_by_role("img", name=THE_RATIO).wait_for()
    await candidate.sees("Only you can see this")


async def let_the_panel_see_it(candidate: Person, words: str = WORDS) -> None:
    await candidate.page.get_by_label("Anything to say beside it?").fill(words)
    await candidate.button("Let the panel see it").click()
    await candidate.sees("The panel can see it, and has not opened it")


def answer_without_a_browser(server: Server, made: dict[str, Any], *, differed: bool = False) -> None:
    """The same two steps, for tests about something else; the room has ended."""
    path, token = f"/api/rooms/{made['room']}/typing", made["tokens"]["candidate"]
    server.post(f"{path}/situation", {"differed": differed}, token=token)
    server.post(f"{path}/note", {"text": ""}, token=token)
