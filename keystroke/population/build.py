"""Build the shipped population: `python -m keystroke.population.build --data DIR [-o FILE]`.

DIR holds `villani_free.csv.gz` and `bbmas_desktop.csv.gz`, tables as `read_table` reads them.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from keystroke.evaluation.answers import LENGTHS, Answers, learned_folds, rotate
from keystroke.evaluation.figures import figures
from keystroke.population import Densities, write_population
from keystroke.population.corpora import BBMAS, CROSS_SESSION, LEFT_OUT, TASK_SHIFT, VILLANI, people_of
from keystroke.population.learn import learn
from keystroke.population.pairs import Person

_REACH, _BANDWIDTH = 10, 0.2
"""In log10."""


def cohort(people: Sequence[Person]) -> dict[str, Any]:
    return {
        "name": f"population 2 ({len(people)} people, prose in English)",
        "people": len(people),
        "description": (
            "Statistics of free text typed in separate sessions (villani_free) and of sentences copied and then free "
            "text written in one sitting (BB-MAS, desktop part). Prose, not code; mostly one keyboard a person."
        ),
        "attribution": [VILLANI, f"BB-MAS: {BBMAS}"],
    }


def _densities(keys: int, answers: Sequence[Answers]) -> Densities:
    """Gaussian kernels over the ratios without cap, each set weighing the same."""
    grid = np.linspace(-_REACH, _REACH, 12 * _REACH + 1)
    sides = {}
    for same in (True, False):
        ratios = [np.clip(each.raw[each.same == same] / np.log(10), -_REACH, _REACH) for each in answers]
        heights = [
            np.exp(-0.5 * ((grid[:, None] - values) / _BANDWIDTH) ** 2).mean(axis=1) for values in ratios
        ]
        density = np.mean(heights, axis=0) / (_BANDWIDTH * np.sqrt(2 * np.pi))
        sides[same] = [round(float(height), 4) for height in density]
    return Densities(keys, [round(float(at), 2) for at in grid], sides[True], sides[False])


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
    answers = rotate(learned_folds(people))
    population = replace(
        learn(people, cohort(people)),
        # Without the time it took, so that whoever builds it gets the same file.
        performance=[
            {name: value for name, value in figures(each).items() if name != "ms"} for each in answers
        ],
        densities=[_densities(keys, [each for each in answers if each.keys == keys]) for keys in LENGTHS],
    )
    write_population(options.o, population)
    print(f"{len(people)} people, {options.o.stat().st_size / 1000:.0f} kB: {options.o}")


if __name__ == "__main__":
    main()
