"""Takes the pictures of docs/images anew, from an interview that is really held: `python -m tests.e2e.screenshots`."""

import asyncio
import tempfile
from pathlib import Path

from tests.e2e.conftest import SITE
from tests.e2e.tour import tour
from tests.support.browser import People, Person, chromium, variants
from tests.support.server import serving

IMAGES = Path(__file__).parents[2] / "docs" / "images"
LARGEST_BYTES = 320_000
TIMES_LIFE = 2
PICTURED = (
    *("dashboard", "new-room", "consent", "practice", "lobby", "room", "files", "focus-time"),
    *("question", "variables"),
    *("replay", "report", "comparison", "thanks", "own-typing"),
)
PARTS = {
    "comparison": {"ratio": "#typing", "stretches": "figure:has(.windows)", "keys": "figure:has(.pair-line)"}
}
"""Of a page that is longer than the window: what each picture begins with."""


async def take_them_all() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="liveroom-pictures-") as folder:
        async with serving(Path(folder) / "data", *SITE) as server, chromium() as browser:
            people = People(browser, server.url)
            await tour(server, people, take, speed=TIMES_LIFE)
            if complaints := await people.leave():
                raise SystemExit("The pictures were taken, but pages complained: " + "; ".join(complaints))


async def take(name: str, person: Person) -> None:
    """The window as it is seen, in its four variants; of a long page, once for each of its parts."""
    if name not in PICTURED:
        return
    async for variant in variants(person):
        for part, begins_with in PARTS.get(name, {}).items():
            await person.page.locator(begins_with).evaluate("(one) => one.scrollIntoView()")
            await _picture(f"{name}-{part}-{variant}", person)
        if name not in PARTS:
            await _picture(f"{name}-{variant}", person)


async def _picture(name: str, person: Person) -> None:
    path = IMAGES / f"{name}.png"
    picture = await person.page.screenshot(path=path, animations="disabled", caret="initial")
    if len(picture) > LARGEST_BYTES:
        raise SystemExit(f"{path} has {len(picture)} bytes; {LARGEST_BYTES} is the most. Show less on it.")
    print(f"{path.name}: {len(picture) // 1000} kB", flush=True)


if __name__ == "__main__":
    asyncio.run(take_them_all())
