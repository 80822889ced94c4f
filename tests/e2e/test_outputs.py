"""What runs put out, as people see it: folded, redrawn in place, timed, queued, and stopped when it must be."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.e2e.axe import serious_findings
from tests.support.browser import People, Person, variants
from tests.support.server import Server, serving

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

BARS = """import sys
for outer in range(3):
    for inner in range(50):
        sys.stderr.write(f"\\router {outer + 1}/3\\n\\rinner {inner + 1}/50\\x1b[A")
        sys.stderr.flush()
print("\\n", file=sys.stderr)
"""
UNHEEDING = """import time
while True:
    try:
        time.sleep(0.1)
    except KeyboardInterrupt:
        pass
"""
DEAF = "import itertools; sum(itertools.repeat(0))"
"""It does not leave C, so that nothing can be raised in it."""
SHOWCASE = """import sys
import pandas as pd
import matplotlib.pyplot as plt
from IPython.display import display
print("\\x1b[1mbold\\x1b[0m \\x1b[31mred\\x1b[0m \\x1b[38;5;28mgreen\\x1b[0m", end=" ")
print("\\x1b[7minverse\\x1b[0m \\x1b[9mstruck\\x1b[0m")
print("wide " * 200)
print("to stderr", file=sys.stderr)
display(pd.DataFrame({f"column_{n}": [n, 2.5 * n] * 40 for n in range(12)}).assign(city="Aveling"))
plt.figure(figsize=(5, 3))
plt.plot([1, 3, 2])
plt.show()
for n in range(60):
    print("line", n)
def deeper(n):
    return deeper(n - 1) if n else 1 / 0
def a(): return b()
def b(): return c()
def c(): return deeper(4)
a()
"""
KERNEL_MS = 120_000
"""The server's first kernel waits for everything to be imported."""
PROBLEM = {"code": "broken", "error": "The kernel host does not answer; try again in a minute."}


async def candidate_alone(server: Server, people: People) -> tuple[dict[str, Any], Person]:
    made = await server.make_room(candidate="Ben Osei", kind="live")
    ben = await people.come()
    await ben.agree(made["links"]["candidate"], "Replay")
    await ben.is_in_the_room()
    return made, ben


async def writes(person: Person, *cells: str) -> None:
    """These cells, and nothing else, with the caret in the last, once there is a kernel to run them."""
    await expect(person.page.get_by_text("Kernel ready")).to_be_visible(timeout=KERNEL_MS)
    await person.editor.click()
    await person.page.keyboard.press("Control+a")
    await person.page.keyboard.insert_text("\n".join(f"# %%\n{cell}" for cell in cells))


async def runs(person: Person, cell: str) -> Locator:
    """Run one cell to its end; returns its card."""
    await writes(person, cell)
    await person.page.keyboard.press("Control+Enter")
    card = person.page.locator(".run-card")
    await expect(card.locator("> .run-head .run-status")).to_have_text(re.compile("(in|after) "))
    return card


def status(person: Person, cell: int) -> Locator:
    card = person.page.get_by_role("article", name=f"Outputs of Cell {cell}", exact=True)
    return card.locator("> .run-head .run-status")


async def findings_of(person: Person, *, panel: str) -> list[str]:
    """Wide and narrow, light and dark; `panel` is the one that is shown where there is room for one."""
    findings: list[str] = []
    async for variant in variants(person):
        if variant.startswith("390"):
            await person.page.get_by_role("tab", name=panel).first.click()
        findings += [f"{variant}: {finding}" for finding in await serious_findings(person)]
    return findings


async def test_long_text_folds_and_unfolds_by_the_keyboard(server: Server, people: People) -> None:
    _, ben = await candidate_alone(server, people)
    card = await runs(ben, "print('\\n'.join(f'line {n}' for n in range(20_000)))")
    await expect(card.get_by_text("line 19", exact=False).first).to_be_visible()
    await expect(card.locator(".terminal")).to_have_count(2)
    await expect(card.locator(".terminal").first).to_have_text(re.compile("^line 0\n.*\nline 19$", re.S))
    await expect(card.locator(".terminal").last).to_have_text(
        re.compile("^line 19990\n.*\nline 19999$", re.S)
    )

    keyboard = ben.page.keyboard
    await ben.button("Show all 20,000 lines").press("Enter")
    box = ben.page.get_by_role("region", name="20,000 lines of Cell 1")
    await expect(box).to_be_focused()
    await keyboard.press("End")
    await expect(box).to_contain_text("line 19999")
    assert len((await box.inner_text()).splitlines()) < 200  # the others are not on the page
    await keyboard.press("Home")
    await expect(box).to_contain_text("line 0\n")

    await ben.page.reload()
    await ben.is_in_the_room()
    await expect(box).to_be_visible()  # it is remembered
    await ben.button("Fold 20,000 lines").press("Space")
    await expect(ben.button("Show all 20,000 lines")).to_be_focused()
    await expect(box).to_have_count(0)

    async with ben.page.expect_download() as downloading:
        await ben.button("Download this text").click()
    path = await (await downloading.value).path()
    assert path.read_text() == "".join(f"line {n}\n" for n in range(20_000))


async def test_progress_bars_redraw_in_place(server: Server, people: People) -> None:
    _, ben = await candidate_alone(server, people)
    card = await runs(ben, BARS)
    await expect(card.locator(".terminal")).to_have_text("outer 3/3\ninner 50/50")
    card = await runs(ben, "for n in range(3): print(f'\\r{n + 1} of 3', end='', flush=True)")
    await expect(card.locator(".run-body").first.locator(".terminal")).to_have_text("3 of 3")


async def test_runs_tell_their_place_their_time_and_why_they_ended(server: Server, people: People) -> None:
    _, ben = await candidate_alone(server, people)
    card = await runs(ben, "import time; time.sleep(1.2)")
    await expect(card.locator(".run-status")).to_have_text(re.compile(r"^ran in 1\.\d\d s"))
    await writes(ben, "while True: time.sleep(0.1)", "print(2)", "print(3)")
    await ben.button("Run all").click()
    await expect(status(ben, 1)).to_have_text("running 0:01")
    await expect(status(ben, 2)).to_have_text("queued, next")
    await expect(status(ben, 3)).to_have_text("queued, 2nd in line")
    await expect(ben.page.get_by_text("Run queued, 2nd in line")).to_have_count(1)  # read out

    await ben.button("Stop").click()
    await expect(status(ben, 1)).to_have_text(re.compile(r"^interrupted after \d\.\d\d s"))
    await expect(status(ben, 3)).to_have_text("cancelled")
    await ben.sees("It did not run, because what stood before it failed or was stopped.")
    await expect(
        ben.page.get_by_text(re.compile(r"^Run 2: interrupted after .*KeyboardInterrupt"))
    ).to_have_count(1)


async def test_the_replay_tells_the_same_of_a_run(server: Server, people: People) -> None:
    made, ben = await candidate_alone(server, people)
    ada = await people.come()
    await ada.join(made["links"]["interviewer"], name="Ada Lind")
    await ada.is_in_the_room()
    await runs(ben, "for n in range(60): print('line', n)")
    await writes(ben, "for n in range(60): print('line', n)", "1 / 0")
    await ben.button("Run all").click()
    await expect(status(ada, 2)).to_have_text(re.compile("^error after"))
    words = [await status(ada, cell).inner_text() for cell in (1, 2)]
    await ada.button("End").click()
    await ada.button("End for everyone").click()
    await ada.page.get_by_role("slider", name="Time", exact=True).press("End")
    await expect(status(ada, 1)).to_have_text(words[0], use_inner_text=True)
    await expect(status(ada, 2)).to_have_text(words[1], use_inner_text=True)
    await expect(ada.button("Show all 60 lines").first).to_be_visible()


async def test_a_run_that_ignores_an_interrupt_is_interrupted_harder(server: Server, people: People) -> None:
    _, ben = await candidate_alone(server, people)
    await writes(ben, UNHEEDING)
    await ben.page.keyboard.press("Control+Enter")
    await expect(status(ben, 1)).to_have_text("running 0:01")
    await ben.page.keyboard.press("Control+.")
    await expect(ben.button("Stopping")).to_be_visible()
    await ben.page.keyboard.press("Control+.")  # too early to be meant as another
    await expect(ben.button("Interrupt harder")).to_be_visible()
    assert len([frame for frame in ben.sent if "interrupt-run" in str(frame)]) == 1
    await ben.page.keyboard.press("Control+.")
    await expect(status(ben, 1)).to_have_text(re.compile("^interrupted after"))


async def test_a_run_that_nothing_interrupts_is_ended_by_a_restart(server: Server, people: People) -> None:
    _, ben = await candidate_alone(server, people)
    await writes(ben, "print('before')", DEAF)
    await ben.button("Run all").click()
    await expect(status(ben, 2)).to_have_text("running 0:01")
    await ben.button("Stop").click()
    await ben.button("Interrupt harder").click()
    await expect(ben.button("Restart the kernel")).to_be_visible()
    assert await findings_of(ben, panel="Code") == []
    await ben.button("Restart the kernel").click()
    await ben.page.get_by_role("dialog").get_by_role("button", name="Restart").click()
    await expect(status(ben, 2)).to_have_text(re.compile("^kernel died after"))
    await ben.sees("Ben Osei restarted the kernel.")
    await expect(ben.page.get_by_text("Its kernel is gone, and its variables with it.")).to_have_count(2)
    await ben.sees("before")
    await expect(ben.button("Restart the kernel")).to_have_count(0)


async def test_a_lost_kernel_is_restarted_where_it_is_told(server: Server, people: People) -> None:
    _, ben = await candidate_alone(server, people)
    ben.excuse("(409|503).*/work")  # it may be asked for its files just as it goes
    await ben.page.get_by_role("tab", name="Files").click()
    await runs(ben, "import os; os.kill(os.getpid(), 9)")
    await expect(status(ben, 1)).to_have_text(re.compile("^kernel died after"))
    await ben.sees("Kernel lost")
    await expect(ben.page.get_by_role("region", name="Made by code")).to_contain_text("appear here")
    await ben.button("Restart the kernel").click()
    await ben.sees("Kernel ready")
    await expect(ben.page.locator(".kernel-notice")).to_be_empty()


async def test_files_that_code_writes_are_listed_and_downloaded(server: Server, people: People) -> None:
    _, ben = await candidate_alone(server, people)
    await ben.page.get_by_role("tab", name="Files").click()
    files = ben.page.get_by_role("region", name="Made by code")
    await expect(files).to_contain_text("Files that code writes appear here")
    await runs(ben, "import os; os.makedirs('out'); open('out/result.csv', 'w').write('a,b\\n1,2\\n')")
    await expect(files.get_by_role("listitem")).to_have_text(re.compile(r"^out/result\.csv8 B, \d"))
    async with ben.page.expect_download() as downloading:
        await ben.button("Download out/result.csv").click()
    download = await downloading.value
    assert download.suggested_filename == "result.csv"
    assert (await download.path()).read_text() == "a,b\n1,2\n"
    assert await findings_of(ben, panel="Brief") == []

    await writes(ben, "open('late.txt', 'w').write('x'); import time; time.sleep(60)")
    await ben.page.keyboard.press("Control+Enter")
    await expect(status(ben, 1)).to_have_text("running 0:01")
    await files.get_by_role("button", name="Look again").click()
    await expect(files.get_by_role("listitem")).to_have_count(2)  # also while something runs
    await ben.button("Stop").click()
    await expect(status(ben, 1)).to_have_text(re.compile("^interrupted after"))

    ben.excuse("500")
    await ben.page.route("**/work", lambda route: route.fulfill(status=500, json=PROBLEM))
    await files.get_by_role("button", name="Look again").click()
    await expect(files.get_by_role("alert")).to_have_text(PROBLEM["error"])
    await expect(files.get_by_role("listitem")).to_have_count(2)  # what is known stays
    await ben.page.unroute("**/work")
    await files.get_by_role("button", name="Look again").click()
    await expect(files.get_by_role("alert")).to_have_count(0)


async def test_the_limits_are_one_press_away(server: Server, people: People) -> None:
    _, ben = await candidate_alone(server, people)
    button = ben.button("What the kernel may use")
    await button.press("Enter")
    limits = ben.page.get_by_role("dialog", name="What the kernel may use")
    await expect(limits).to_contain_text(re.compile(r"Memory.* GiB.*Time of one run.* min", re.S))
    await expect(limits).to_be_focused()
    async for variant in variants(ben):
        if not variant.startswith("390"):
            assert await serious_findings(ben) == [], variant
    await ben.page.keyboard.press("Escape")
    await expect(limits).to_be_hidden()
    await expect(button).to_be_focused()


async def test_a_server_without_a_sandbox_says_so_in_every_room(tmp_path: Path, browser: Browser) -> None:
    async with serving(tmp_path / "data", "--unsafe-kernels") as server:
        people = People(browser, server.url)
        made, ben = await candidate_alone(server, people)
        ada = await people.come()
        await ada.join(made["links"]["interviewer"], name="Ada Lind")
        await ada.is_in_the_room()
        for person in (ben, ada):
            banner = person.page.get_by_role("region", name="No sandbox")
            async for variant in variants(person):
                await expect(banner).to_be_in_viewport()
                await expect(banner).to_contain_text("This server runs code without a sandbox.")
                assert await serious_findings(person) == [], variant
        assert await people.leave() == []


async def test_outputs_read_well_in_both_themes(server: Server, people: People) -> None:
    _, ben = await candidate_alone(server, people)
    card = await runs(ben, SHOWCASE)
    await expect(card.locator("img.picture")).to_be_visible()
    await expect(card.get_by_role("cell", name="Aveling").first).to_be_visible()
    await expect(ben.button(re.compile("Show all 60 lines"))).to_be_visible()
    wide = card.locator(".terminal", has_text="wide wide").first
    assert await wide.evaluate("(block) => block.scrollWidth > block.clientWidth && block.tabIndex === 0")
    assert await findings_of(ben, panel="Outputs") == []
