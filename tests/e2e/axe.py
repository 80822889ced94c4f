"""axe-core, asked about the page that a person is on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.browser import Person

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RUN = "() => axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations)"


async def serious_findings(person: Person) -> list[str]:
    if not await person.page.evaluate("'axe' in globalThis"):
        await person.page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(_serious(await person.page.evaluate(RUN)))


def _serious(violations: list[dict[str, Any]]) -> Iterator[str]:
    for violation in violations:
        if violation["impact"] in ("serious", "critical"):
            for node in violation["nodes"]:
                yield f"{violation['id']}: {node['html'][:200]}: {node.get('failureSummary', '')}"
