"""Build the cohort of process metrics: `python -m keystroke.process.build --data DIR [-o FILE]`.

DIR holds `villani_free.csv.gz` and `bbmas_desktop.csv.gz`, tables as `read_table` reads them.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from keystroke.files.tables import read_table
from keystroke.population.corpora import (
    BBMAS,
    CROSS_SESSION,
    LEFT_OUT,
    TASK_SHIFT,
    VILLANI,
    WRITTEN_FROM_KEYS,
)
from keystroke.process.cohort import LEVELS, Cohort, measures
from keystroke.process.trace import Edit, trace
from keystroke.timing import Typing, join, usable

ATTRIBUTION = [VILLANI, f"BB-MAS, desktop part, what was written freely: {BBMAS}"]

_MODIFIERS = ("Shift", "CapsLock")
_TAKES_BACK = {"Backspace": 1, "Delete": 0}


def edits_of(typing: Typing) -> Iterator[Edit]:
    """What keys would have written into an empty text, a character each.

    A caret that the mouse moved is not seen, and text that was selected counts as one character.
    """
    caret = 0
    for code, down, follows in zip(typing.codes, typing.down.tolist(), typing.follows.tolist(), strict=True):
        if not follows:
            caret += 2  # an arrow or the like was left out: elsewhere, nobody knows where
        if code.startswith(_MODIFIERS):
            continue
        if code in _TAKES_BACK:
            caret = max(caret - _TAKES_BACK[code], 0)
            yield Edit(down, "typed", caret, 1, 0)
        else:
            yield Edit(down, "typed", caret, 0, 1)
            caret += 1


def build(people: Sequence[Sequence[Typing]], *, attribution: list[str]) -> Cohort:
    """The cohort of these people, each with one or several sessions; who typed too little is left out."""
    found = [
        measured
        for sessions in people
        # Each session's clock begins anew, and a step back in time counts as none.
        if (measured := measures(trace(list(edits_of(join(sessions))))))
    ]
    quantiles = {
        measure: [round(x, 4) for x in np.percentile([one[measure] for one in found], LEVELS).tolist()]
        for measure in found[0]
    }
    return Cohort(f"{len(found)} people who wrote prose", len(found), attribution, quantiles)


def _people(data: Path) -> Iterator[list[Typing]]:
    for corpus in (CROSS_SESSION, TASK_SHIFT):
        for subject, sessions in read_table(data / f"{corpus}.csv.gz").events().items():
            typed = [usable(events) for events in sessions]
            if corpus == TASK_SHIFT:
                typed = [session.part(WRITTEN_FROM_KEYS, len(session)) for session in typed]
            if subject not in LEFT_OUT:
                yield typed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m keystroke.process.build", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the two tables")
    parser.add_argument("-o", type=Path, default=Path(__file__).with_name("cohort.json"))
    options = parser.parse_args()
    cohort = build(list(_people(options.data)), attribution=ATTRIBUTION)
    options.o.write_text(json.dumps(asdict(cohort), indent=1) + "\n", encoding="utf-8")
    print(f"{cohort.name}: {options.o}")


if __name__ == "__main__":
    main()
