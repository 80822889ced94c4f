"""Several files in one room, as two people at real browsers have them."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.support.browser import People, Person
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

BLANK = "# %%\n"
HELPERS = "# %%\ndef double(x):\n    return 2 * x\n\ndouble(21)"
DROP = """([selector, name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  const event = { dataTransfer: data, bubbles: true, cancelable: true };
  for (const type of ["dragover", "drop"])
    document.querySelector(selector).dispatchEvent(new DragEvent(type, event));
}"""


async def two_people(server: Server, people: People) -> tuple[dict[str, Any], Person, Person]:
    made = await server.make_room(candidate="Ben")
    ben, ada = await people.come(), await people.come()
    await ben.agree(made["links"]["candidate"], "Replay", "Process metrics")
    await ada.join(made["links"]["interviewer"], name="Ada Lind")
    for person in (ben, ada):
        await person.is_in_the_room()
    return made, ben, ada


def tab(person: Person, path: str) -> Locator:
    return person.page.get_by_role("tablist", name="Files").get_by_role(
        "tab", name=re.compile(f"^{re.escape(path)}")
    )


async def add(person: Person, path: str) -> None:
    """Make a file and be in it."""
    await person.button("Add a file").click()
    await person.page.get_by_label("Name of the new file").fill(path)
    await person.page.keyboard.press("Enter")
    await is_in(person, path)
    await expect(person.editor).to_be_focused()


async def is_in(person: Person, path: str) -> None:
    await expect(tab(person, path)).to_have_attribute("aria-selected", "true")


async def menu(person: Person, of: str, command: str) -> None:
    await person.button(f"More about {of}").click()
    await person.page.get_by_role("menuitem", name=command).click()


async def test_a_file_is_everybodys_and_its_outputs_lead_back_to_it(server: Server, people: People) -> None:
    _, ben, ada = await two_people(server, people)
    await add(ada, "helpers.py")
    await ada.page.keyboard.insert_text(HELPERS)
    await ada.page.keyboard.press("Control+Enter")
    await expect(tab(ben, "helpers.py")).to_have_accessible_name("helpers.py (Ada Lind is here)")
    await ben.until_text(BLANK)  # nothing of it in the file that he is in
    await expect(ben.page.locator(".other-caret")).to_have_count(0)

    card = ben.page.locator(".run-card")
    await expect(card).to_contain_text("42")
    await card.get_by_role("button", name="helpers.py Cell 1").click()
    await is_in(ben, "helpers.py")
    await ben.until_text(HELPERS)
    await expect(ben.page.locator(".other-caret")).to_have_count(1)
    await expect(ada.page.locator(".other-caret")).to_have_count(1)
    await expect(tab(ada, "helpers.py")).to_have_accessible_name("helpers.py (Ben is here)")
    await expect(tab(ada, "main.py")).to_have_accessible_name("main.py")


async def test_each_file_has_an_undo_a_caret_and_a_place_of_its_own(server: Server, people: People) -> None:
    _, ben, ada = await two_people(server, people)
    lines = "\n".join(f"line_{n} = {n}" for n in range(1, 121))
    await ben.page.keyboard.press("Control+End")
    await ben.page.keyboard.insert_text("typed_in_main")
    await add(ben, "long.py")
    await ben.page.keyboard.insert_text(lines)
    await ben.caret_at_end_of("line_120 = ")
    await tab(ben, "main.py").click()
    await ben.until_text(f"{BLANK}typed_in_main")
    await ada.page.keyboard.insert_text("# Ada\n")
    await tab(ben, "long.py").click()
    await expect(ben.line("line_120 = ")).to_be_in_viewport()
    await ben.page.keyboard.insert_text("!")
    await ada.button("More").click()
    await expect(ben.line("line_120 = 120!")).to_be_visible()

    await tab(ben, "main.py").click()
    await ben.page.keyboard.press("Control+z")
    await ben.until_text(f"# Ada\n{BLANK}")
    await tab(ben, "long.py").click()
    await expect(ben.line("line_120 = 120!")).to_be_visible()
    await ben.page.keyboard.press("Control+z")
    await expect(ben.line("line_120 = 120!")).to_have_count(0)


async def test_a_name_that_is_taken_is_refused_where_it_was_asked_for(server: Server, people: People) -> None:
    _, ben, ada = await two_people(server, people)
    await add(ben, "model.py")
    await tab(ben, "model.py").focus()
    await ben.page.keyboard.press("F2")
    name = ben.page.get_by_label("New name of model.py")
    await name.fill("Main.py")
    await ben.page.keyboard.press("Enter")
    await ben.sees(re.compile("There is a file Main.py already"))
    await expect(name).to_have_attribute("aria-invalid", "true")
    await name.fill("data.py")
    await ben.page.keyboard.press("Enter")
    await expect(tab(ada, "data.py")).to_be_visible()
    await expect(name).to_have_count(0)
    await menu(ada, "main.py", "Rename")
    await ada.page.get_by_label("New name of main.py").fill("interview.py")
    await ada.page.keyboard.press("Enter")
    await expect(tab(ben, "interview.py")).to_be_visible()
    await expect(ben.page.get_by_role("alert")).to_have_count(0)


async def test_a_deleted_file_can_be_brought_back_and_nobody_is_left_in_it(
    server: Server, people: People
) -> None:
    _, ben, ada = await two_people(server, people)
    await add(ben, "notes.md")
    await ben.page.keyboard.insert_text("# Plan\n1. look at the data")
    await ben.sees("Saved")
    await tab(ada, "notes.md").click()
    await ada.until_text("# Plan\n1. look at the data")
    await menu(ada, "notes.md", "Delete")
    dialog = ada.page.get_by_role("dialog", name="Delete notes.md?")
    await dialog.get_by_role("button", name="Delete").click()
    await is_in(ben, "main.py")
    await ben.sees("Ada Lind deleted notes.md, so main.py is shown.")
    await is_in(ada, "main.py")
    await expect(ada.page.get_by_text("so main.py is shown")).to_have_count(0)
    await ada.button("Undo").click()
    await is_in(ada, "notes.md")
    await ada.until_text("# Plan\n1. look at the data")
    await expect(tab(ben, "notes.md")).to_be_visible()
    await ada.button("More about notes.md").click()
    await expect(ada.page.get_by_role("menuitem", name="Delete")).to_be_visible()
    await ada.page.keyboard.press("Escape")
    await tab(ada, "main.py").click()
    await ada.button("More about main.py").click()
    await expect(ada.page.get_by_role("menuitem")).to_have_text(["Rename", "Download"])


async def test_a_dropped_text_is_a_file_and_the_plain_editor_has_it_too(
    server: Server, people: People
) -> None:
    _, ben, ada = await two_people(server, people)
    await ben.page.evaluate(DROP, [".file-strip", "paper.txt", "one\r\ntwo"])
    await is_in(ben, "paper.txt")
    await ben.until_text("one\ntwo")
    await ben.page.keyboard.press("Control+Enter")
    await ben.sees("paper.txt is plain text: only Python files (.py) run.")
    await expect(ben.page.locator(".cell-run")).to_have_count(0)
    await ben.page.evaluate(DROP, [".file-strip", "photo.png", "x"])
    await ben.sees(re.compile(r"photo\.png is no text that the room can hold"))

    await ada.button("Settings").click()
    await ada.page.get_by_label("Editor", exact=True).select_option("Plain text field")
    await ada.page.keyboard.press("Escape")
    await tab(ada, "paper.txt").click()
    plain = ada.page.get_by_role("textbox", name=re.compile("^Code"))
    await expect(plain).to_have_value("one\ntwo")
    await plain.press("Control+End")
    await ada.page.keyboard.type("!")
    await ben.until_text("one\ntwo!")
    await tab(ada, "main.py").click()
    await expect(plain).to_have_value(BLANK)
    await plain.press("Control+z")  # nothing was written here
    await expect(plain).to_have_value(BLANK)
    await ben.until_text("one\ntwo!")


async def test_who_follows_goes_along_into_another_file(server: Server, people: People) -> None:
    _, ben, ada = await two_people(server, people)
    await ada.button("Follow Ben, candidate").click()
    following = ada.page.locator(".follow-banner", has_text="Following Ben")
    await expect(following).to_be_visible()
    await add(ben, "away.py")
    await ben.page.keyboard.insert_text("over_here = 1")
    await is_in(ada, "away.py")
    await ada.until_text("over_here = 1")
    await tab(ada, "main.py").click()
    await expect(following).to_have_count(0)
    await ben.page.keyboard.insert_text("2")
    await ada.until_text(BLANK)


async def test_files_by_the_keyboard_alone_and_after_a_reload(server: Server, people: People) -> None:
    made, ben, _ = await two_people(server, people)
    press = ben.page.keyboard.press
    await add(ben, "a.py")
    await add(ben, "b.py")
    await ben.page.keyboard.insert_text("b = 2")
    await press("Escape")
    await press("Shift+Tab")  # More about b.py
    await press("Shift+Tab")  # Add a file
    await press("Shift+Tab")
    await expect(tab(ben, "b.py")).to_be_focused()
    await press("Home")
    await expect(tab(ben, "main.py")).to_be_focused()
    await press("ArrowRight")
    await is_in(ben, "b.py")  # arrows alone open nothing
    await press("Enter")
    await is_in(ben, "a.py")
    await expect(ben.editor).to_be_focused()
    await ben.page.keyboard.insert_text("a = 1")
    await ben.sees("Saved")
    await ben.page.reload()
    await ben.is_in_the_room()
    await is_in(ben, "main.py")
    await tab(ben, "a.py").click()
    await ben.until_text("a = 1")
    await tab(ben, "b.py").click()
    await ben.until_text("b = 2")
    assert made["room"] in ben.page.url


async def test_the_replay_shows_the_file_that_was_written_in(server: Server, people: People) -> None:
    _, ben, ada = await two_people(server, people)
    await add(ben, "second.py")
    await ben.page.keyboard.insert_text("in_the_second = 1")
    await ben.sees("Saved")
    await ada.button("End").click()
    await ada.button("End for everyone").click()
    await expect(ada.page).to_have_url(re.compile("/replay$"))
    await ada.button(re.compile("Added second.py")).click()
    await ada.button(re.compile("Ended the room")).click()
    await is_in(ada, "second.py")
    await ada.until_text("in_the_second = 1")
    await tab(ada, "main.py").click()
    await ada.until_text(BLANK)
