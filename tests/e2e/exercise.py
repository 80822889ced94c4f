"""The exercise that the interviews of these tests are held on, and what a candidate types to solve it."""

import re
from pathlib import Path

from tests.e2e.keyboard import INDENT, pressed_for

SLUG = "category-encoder"
TITLE = "Category encoder"
_FOLDER = Path(__file__).parents[2] / "exercises" / "catalogue" / SLUG
STARTER = (_FOLDER / "starter.py").read_text(encoding="utf-8")
SOLUTION = (_FOLDER / "solution.py").read_text(encoding="utf-8")

A_CITY = re.compile(r"^(Aveling|Borrow|Carrick|Dunmore)$")
"""What the data's first column holds: each room's rows are drawn anew."""

LAST_GIVEN_LINE = 'as the brief says."""'
"""The candidate writes on below this line of the starter."""


def typed_part() -> str:
    """What the solution has between the starter's last given line and the starter's next cell."""
    before, after = STARTER.split(LAST_GIVEN_LINE)
    start, end = len(before + LAST_GIVEN_LINE), len(SOLUTION) - len(after)
    assert before + LAST_GIVEN_LINE + SOLUTION[start:end] + after == SOLUTION
    return SOLUTION[start:end]


def presses() -> str:
    """The keys that type it, for a `Typist`."""
    return pressed_for(typed_part(), indent=INDENT)
