"""From a key in one browser to its paint in another, what capture takes of it, and what the room's page weighs."""

import asyncio
import gzip
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Response, async_playwright

from tests.bench.load import quantile
from tests.bench.tables import table
from tests.support.server import Server, serving

PAGE = Path(__file__).parents[2] / "frontend" / "dist"
KEYS = 300
EVERY_S = 0.12
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]

_CAPTURE_BATCH_MS = 250
# What capture does at a key, and when a batch is due, by the page's own clock; its listeners alone are passive.
_TAKEN = f"""window.atKeys = []; window.atBatches = [];
  const timed = (work, done) => function (...given) {{
    const began = performance.now(); work.apply(this, given); done(performance.now() - began); }};
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, listener, options) {{
    const captures = /^key(down|up)$/.test(type) && options?.passive && options.capture;
    return listen.call(this, type, captures ? timed(listener, (ms) => atKeys.push(ms)) : listener, options); }};
  const later = setTimeout;
  window.setTimeout = (work, ms, ...given) =>
    later(ms === {_CAPTURE_BATCH_MS} ? timed(work, (ms) => atBatches.push(ms)) : work, ms, ...given);"""

# Both pages' clocks start from the wall clock of the one machine, so their times compare.
_PRESSED = """() => { window.pressed = [];
  addEventListener("keydown", (e) => pressed.push(performance.timeOrigin + e.timeStamp), true); }"""
_PAINTED = """() => { window.painted = []; let before = document.querySelector(".cm-content").textContent.length;
  new MutationObserver(() => { const now = document.querySelector(".cm-content").textContent.length;
    if (now > before) { before = now; requestAnimationFrame(() => { const channel = new MessageChannel();
      channel.port1.onmessage = () => painted.push(performance.timeOrigin + performance.now());
      channel.port2.postMessage(0); }); } }).observe(document.querySelector(".cm-content"),
    { childList: true, characterData: true, subtree: true }); }"""


async def measure() -> str:
    with tempfile.TemporaryDirectory() as folder:
        async with serving(Path(folder) / "data") as server, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
            )
            milliseconds, scripts, capture = await _measured(browser, server)
            await browser.close()
    rows: list[list[object]] = [
        ["key to remote paint, p50 (ms)", quantile(milliseconds, 0.5), ""],
        ["key to remote paint, p95 (ms)", quantile(milliseconds, 0.95), "< 50"],
        ["capture, one press or release, p50 (ms)", quantile(capture.at_keys, 0.5), ""],
        ["capture, one press or release, p99 (ms)", quantile(capture.at_keys, 0.99), ""],
        ["capture, one key with its share of a batch that is sent, p50 (ms)", capture.per_key, "< 0.2"],
        ["the candidate's first load, JavaScript (kB gzipped)", scripts / 1000, "< 220"],
    ]
    return (
        "## The page\n\n"
        f"{KEYS} keys typed into one Chromium context, painted in another, over loopback; both share the machine.\n\n"
        + table(["figure", "measured", "goal"], rows)
    )


@dataclass(frozen=True)
class _Capture:
    """Milliseconds of the page's main thread: at each press and release, and when a batch was due."""

    at_keys: list[float]
    at_batches: list[float]

    @property
    def per_key(self) -> float:
        """Of one key, pressed and released, with its share of a batch; by medians, as others have the processor too."""
        share = len(self.at_batches) / KEYS
        return 2 * quantile(self.at_keys, 0.5) + share * quantile(self.at_batches, 0.5)


async def _measured(browser: Browser, server: Server) -> tuple[list[float], int, _Capture]:
    made = await server.make_room(candidate="Cleo", exercise="category-encoder")
    server.consent(made)
    loaded: list[Response] = []
    cleos = await browser.new_context()
    await cleos.add_init_script(_TAKEN)
    cleo = await _enter(cleos, server, made["links"]["candidate"], loaded)
    ivy = await _enter(await browser.new_context(), server, made["links"]["interviewer"], [])
    scripts = 0
    for address in {urlsplit(response.url).path for response in loaded}:
        if address.endswith(".js"):
            scripts += len(gzip.compress((PAGE / address.lstrip("/")).read_bytes(), 9))
    await cleo.evaluate(_PRESSED)
    await ivy.evaluate(_PAINTED)
    await cleo.locator(".cm-content").click()
    for index in range(KEYS):
        await cleo.keyboard.press("abcdefghij"[index % 10])
        await asyncio.sleep(EVERY_S)
    await asyncio.sleep(1)
    pressed: list[float] = await cleo.evaluate("pressed")
    painted: list[float] = await ivy.evaluate("painted")
    assert len(pressed) == len(painted), (len(pressed), len(painted))
    at_keys: list[float] = await cleo.evaluate("atKeys")
    assert len(at_keys) == 2 * KEYS, len(at_keys)
    capture = _Capture(at_keys, await cleo.evaluate("atBatches"))
    return [after - before for before, after in zip(pressed, painted, strict=True)], scripts, capture


async def _enter(context: BrowserContext, server: Server, link: str, loaded: list[Response]) -> Page:
    page = await context.new_page()
    page.on("response", lambda response: loaded.append(response))
    await page.goto(link)
    name = page.get_by_role("textbox", name="name")
    join = page.get_by_role("button", name="Join")
    await join.or_(page.locator(".cm-content")).first.wait_for()
    if await name.count():
        await name.fill("Ivy")
    if await join.count():
        await join.click()
    await page.locator(".cm-content").wait_for()
    return page
