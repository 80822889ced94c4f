"""axe-core finds nothing serious on any page, light or dark, wide or narrow."""

import pytest

from tests.e2e.axe import serious_findings
from tests.e2e.tour import tour
from tests.support.browser import People, Person, variants
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

PAGES = {
    *("consent", "practice", "lobby", "waiting", "room", "room-candidate", "files", "focus-time"),
    *("question", "variables"),
    *("dashboard", "new-room", "thanks", "own-typing", "replay", "report", "comparison"),
}
MANY_TIMES_LIFE = 20


async def test_no_page_has_a_serious_finding(server: Server, people: People) -> None:
    findings: list[str] = []
    looked_at: set[str] = set()

    async def look(name: str, person: Person) -> None:
        looked_at.add(name)
        async for variant in variants(person):
            findings.extend(f"{name} {variant}: {finding}" for finding in await serious_findings(person))

    await tour(server, people, look, speed=MANY_TIMES_LIFE)
    assert findings == []
    assert looked_at == PAGES
