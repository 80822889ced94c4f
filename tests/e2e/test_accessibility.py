"""axe-core finds nothing serious on any page, light or dark, wide or narrow."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.tour import tour
from tests.support.browser import People, Person, variants
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RUN = "() => axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations)"
PAGES = {
    *("consent", "practice", "lobby", "waiting", "room", "room-candidate", "files", "focus-time"),
    *("dashboard", "new-room", "thanks", "replay", "report"),
}
MANY_TIMES_LIFE = 20


async def test_no_page_has_a_serious_finding(server: Server, people: People) -> None:
    findings: list[str] = []
    looked_at: set[str] = set()

    async def look(name: str, person: Person) -> None:
        looked_at.add(name)
        if not await person.page.evaluate("'axe' in globalThis"):
            await person.page.evaluate(AXE.read_text(encoding="utf-8"))
        async for variant in variants(person):
            found = await person.page.evaluate(RUN)
            findings.extend(f"{name} {variant}: {finding}" for finding in serious(found))

    await tour(server, people, look, speed=MANY_TIMES_LIFE)
    assert findings == []
    assert looked_at == PAGES


def serious(violations: list[dict[str, Any]]) -> Iterator[str]:
    for violation in violations:
        if violation["impact"] in ("serious", "critical"):
            for node in violation["nodes"]:
                yield f"{violation['id']}: {node['html'][:200]}: {node.get('failureSummary', '')}"
