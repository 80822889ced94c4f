"""Build the shipped population: `python -m keystroke.population.build --data DIR [-o FILE]`.

DIR holds `villani_free.csv.gz` and `bbmas_desktop.csv.gz`, tables as `keystroke.tables.read_table` reads them.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from keystroke.evaluate import figures, learned_folds, rotate
from keystroke.population.corpora import CROSS_SESSION, LEFT_OUT, TASK_SHIFT, people_of
from keystroke.population.learn import learn
from keystroke.population.pairs import Person


def cohort(people: Sequence[Person]) -> dict[str, Any]:
    return {
        "name": f"population 1 ({len(people)} people, prose in English)",
        "people": len(people),
        "description": (
            "Statistics of free text typed in separate sessions (villani_free) and of sentences copied and then free "
            "text written in one sitting (BB-MAS, desktop part). Prose, not code; mostly one keyboard a person."
        ),
        "attribution": [
            "villani_free: collected at Pace University by Villani, Tappert and others, published with Monaco and "
            "Tappert, POHMM (arXiv 1607.03854), repository vmonaco/pohmm-keystroke, BSD-3-Clause.",
            "BB-MAS: Belman and others, Insights from BB-MAS (arXiv 1912.02736).",
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m keystroke.population.build", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the two tables")
    parser.add_argument("-o", type=Path, default=Path(__file__).with_name("population.json"))
    options = parser.parse_args()
    people = [
        person
        for corpus in (CROSS_SESSION, TASK_SHIFT)
        for person in people_of(corpus, options.data / f"{corpus}.csv.gz")
        if person.name not in LEFT_OUT
    ]
    population = replace(
        learn(people, cohort(people)),
        performance=[figures(answers) for answers in rotate(learned_folds(people))],
    )
    options.o.write_text(json.dumps(population.to_dict(), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(people)} people, {options.o.stat().st_size / 1000:.0f} kB: {options.o}")


if __name__ == "__main__":
    main()
