"""`recalibrate`: a population for one site, from its own people."""

import argparse
from pathlib import Path

from keystroke.commands.arguments import DATASETS, progress
from keystroke.evaluation.datasets import load
from keystroke.population import write_population
from keystroke.population.recalibrate import PEOPLE_MIN, recalibrate

SAYS = "learn a population from your own people"
DESCRIPTION = f"""\
Learn how much the evidence counts from your own people, each of whom typed two sessions or more, and write a
population file. It takes at least {PEOPLE_MIN} people, and says what it changes for people it was not learned from.
Sessions must be as far apart, and as different, as a take-home and an interview are: from one sitting it would learn
to be too sure.

{DATASETS}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("datasets", nargs="+", type=Path, metavar="DATASET")
    parser.add_argument("-o", type=Path, required=True, metavar="FILE", help="where to write the population")
    parser.add_argument(
        "--refit", action="store_true", help="learn the statistics, too: takes about a hundred people"
    )


def run(options: argparse.Namespace) -> str:
    progress("reading")
    people = [person for found in load(options.datasets, halve=False) for person in found.people]
    population, changes = recalibrate(people, refit=options.refit, progress=progress)
    write_population(options.o, population)
    return f"{population.cohort['name']}: {options.o}\n{changes}"
