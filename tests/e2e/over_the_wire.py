"""A candidate without a browser: the same frames on a real socket, with a person's exact times, at once."""

from collections.abc import Sequence
from typing import Any

from keystroke.timeline import KeyEvent
from tests.support.server import Server
from tests.support.typist import Typist, recorded
from tests.support.wire import WirePage


def typed_by(person: tuple[str, int], text: str, *, seed: int) -> list[KeyEvent]:
    """The keys of one of the recorded people's sessions, typing `text`."""
    return Typist([recorded(*person)], seed=seed).type(text)


async def hand_in(server: Server, made: dict[str, Any], keys: Sequence[KeyEvent], *, text: str) -> None:
    """Agree to everything, join, type `text` with these keys, and submit once all of it is on disk."""
    server.consent(made)
    async with typing_page(server, made) as page:
        await page.keys(keys, start_us=page.welcome["nowUs"])
        await page.until_saved(await page.write(text))
        await page.send({"type": "end-room"})
        await page.closed()


def typing_page(server: Server, made: dict[str, Any]) -> WirePage:
    return WirePage(server.url, made["room"], made["tokens"]["candidate"], page="candidate-1")
