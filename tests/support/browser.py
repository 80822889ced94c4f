"""People at a real Chromium: a context each, and an eye on everything that a page of ours must never do."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    WebError,
    WebSocket,
    async_playwright,
    expect,
)

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, Theme] = ("light", "dark")
SIZES = ((1440, 900), (390, 844))

WAIT_MS = 30_000
"""Long, because a page may wait for a kernel on a busy machine; nothing waits longer than it must."""

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

_REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""

_TEXT = """
() => [...document.querySelectorAll(".cm-content > .cm-line")].map((line) => {
  const plain = line.cloneNode(true);
  plain.querySelectorAll(".other-caret").forEach((caret) => caret.remove());
  return plain.textContent.replaceAll("\\u200b", "");
}).join("\\n")
"""


_AT_REST = """
async () => {
  await document.fonts.ready;
  await new Promise((resolve) => setTimeout(resolve, 200));  // editors measure themselves a while after a resize
  const running = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(running.map((one) => one.finished));
}
"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The browser that $CHROMIUM names, else Debian's."""
    async with async_playwright() as driver:
        path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = await driver.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


class Person:
    """Somebody with a browser of their own. `heard` and `sent` hold every frame of every websocket."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context = context
        self.page = page
        self.url = url
        self.heard: list[str | bytes] = []
        self.sent: list[str | bytes] = []
        self._complaints: list[str] = []
        self._excused: list[str] = []
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        page.on("websocket", self._on_websocket)

    @property
    def complaints(self) -> list[str]:
        """Errors on the console, exceptions, policy violations and requests to strangers, but for the excused."""
        return [said for said in self._complaints if not any(re.search(one, said) for one in self._excused)]

    def excuse(self, pattern: str) -> None:
        """What a test brings about on purpose, such as the console's line for a refused request."""
        self._excused.append(pattern)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self._complaints.append(f"exception: {error.error}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "blob:", "data:")):
            self._complaints.append(f"request to a stranger: {request.url}")

    def _on_websocket(self, socket: WebSocket) -> None:
        # Playwright marks its listeners, which it cannot do to a list's own method.
        socket.on("framereceived", lambda frame: self.heard.append(frame))
        socket.on("framesent", lambda frame: self.sent.append(frame))

    def heard_anything_of(self, words: str) -> bool:
        """Whether any frame from the server holds these words, as text or as bytes."""
        return any(
            words in frame if isinstance(frame, str) else words.encode() in frame for frame in self.heard
        )

    async def open(self, address: str) -> None:
        """Go to a path of the server or to a whole address, anew even if only the fragment differs."""
        await self.page.goto("about:blank")
        await self.page.goto(address if "://" in address else f"{self.url}{address}")

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name, exact=isinstance(name, str))

    async def sees(self, words: str | re.Pattern[str]) -> None:
        await expect(self.page.get_by_text(words).first).to_be_visible()

    async def sign_in(self, link: str) -> None:
        """By the link that the server printed."""
        await self.open(link)
        await expect(self.page.get_by_role("heading", name="Rooms", exact=True)).to_be_visible()

    async def join(self, link: str, *, name: str) -> None:
        """As interviewer or observer."""
        await self.open(link)
        await self.page.get_by_label("Your name").fill(name)
        await self.button("Join").click()

    async def agree(self, link: str, *switches: str) -> None:
        """As the candidate, turning on the switches with these labels."""
        await self.open(link)
        for switch in switches:
            await self.page.get_by_role("switch", name=switch, exact=True).click()
        await self.button(re.compile("^(Join|Start: the clock starts now)")).click()

    async def is_in_the_room(self) -> None:
        await expect(self.editor).to_be_visible()
        await expect(self.page.get_by_text("Saved", exact=True)).to_be_visible()

    @property
    def editor(self) -> Locator:
        return self.page.locator(".cm-content")

    def line(self, words: str) -> Locator:
        return self.page.locator(".cm-line", has_text=words).first

    async def caret_at_end_of(self, words: str) -> None:
        """Put the caret behind the first line that holds these words."""
        await self.line(words).click()
        await self.page.keyboard.press("End")

    async def text(self) -> str:
        """The text in the editor, or in the replay, without the names of other people's carets."""
        text: str = await self.page.evaluate(_TEXT)
        return text

    async def until_text(self, text: str) -> None:
        await self.page.wait_for_function(f"(text) => ({_TEXT})() === text", arg=text)

    async def token(self, room: str) -> str:
        """The participant's own token, as the tab keeps it."""
        script = "(room) => JSON.parse(sessionStorage.getItem(`liveroom.token.${room}`)).token"
        token: str = await self.page.evaluate(script, room)
        return token


class People:
    """Everybody of one test; they all leave when it ends."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._here: list[Person] = []

    async def come(
        self, *, url: str | None = None, width: int = 1440, height: int = 900, theme: Theme = "light"
    ) -> Person:
        """Somebody new, at the server's own address unless another leads to it."""
        context = await self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(WAIT_MS)
        await context.add_init_script(_REPORT_VIOLATIONS)
        person = Person(context, await context.new_page(), url or self._url)
        self._here.append(person)
        return person

    async def leave(self) -> list[str]:
        """Close every window; returns what there is to complain about."""
        for person in self._here:
            await person.context.close()
        return [complaint for person in self._here for complaint in person.complaints]


async def variants(person: Person) -> AsyncIterator[str]:
    """The page wide and narrow, light and dark; each has come to rest when its name is given."""
    for width, height in SIZES:
        await person.page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            await person.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            await person.page.evaluate(_AT_REST)
            yield f"{width}-{theme}"
    await person.page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    await person.page.emulate_media(color_scheme=THEMES[0])


expect.set_options(timeout=WAIT_MS)
