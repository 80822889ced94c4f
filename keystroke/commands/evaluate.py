"""`evaluate`: error rates on typing with known answers."""

import argparse
from pathlib import Path

from keystroke.commands.arguments import DATASETS, count, population_named, progress
from keystroke.evaluation.answers import LENGTHS, learned_folds, rotate, transfer
from keystroke.evaluation.datasets import load
from keystroke.evaluation.figures import figures, table
from keystroke.evaluation.trials import how_split
from keystroke.population.recalibrate import TooFew

FOLDS_PEOPLE_MIN = 60
"""Of fewer people, the two thirds that are not tested are too few to learn a population from."""

SAYS = "measure error rates on typing with known answers"
DESCRIPTION = f"""\
Measure how well comparisons do on typing with known answers, and print a table.

{DATASETS}
Where people typed several sessions, one enrols and the others are questioned; short ones enrol and are questioned by
halves of all; one long sitting is cut in two. Everybody is tested once against a population that was learned on the
other two thirds of the people of all sets named, or against the shipped one, which knows villani_free and
bbmas_desktop and nobody else.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("datasets", nargs="+", type=Path, metavar="DATASET")
    parser.add_argument(
        "--profile-keys", type=count, metavar="N", help="keys that enrol (a session's, at most 1000)"
    )
    parser.add_argument(
        "--lengths",
        type=count,
        nargs="+",
        default=LENGTHS,
        metavar="N",
        help="keys questioned (100 200 500)",
    )
    parser.add_argument(
        "--people", type=count, default=400, metavar="N", help="of each set at most so many (400)"
    )
    parser.add_argument(
        "--population",
        metavar="folds|shipped|FILE",
        help=f"what ratios rest on; without it folds from {FOLDS_PEOPLE_MIN} people on, else shipped",
    )


def run(options: argparse.Namespace) -> str:
    progress("reading")
    sets = [found for found in load(options.datasets, people_max=options.people) if found.people]
    people = [person for found in sets for person in found.people]
    if not people:
        raise TooFew("Nobody in these files typed enough to be both enrolled and questioned.")
    measured = {"lengths": options.lengths, "profile_keys": options.profile_keys, "progress": progress}
    if (options.population or ("folds" if len(people) >= FOLDS_PEOPLE_MIN else "shipped")) == "folds":
        answers = rotate(learned_folds(people, progress=progress), **measured)
        rests_on = "a population learned on the other two thirds of these people"
    else:
        population = population_named(options.population)
        answers = transfer(people, population, **measured)
        rests_on = f"{population.cohort['name']}; people who are in it would look better than they are"
    if not answers:
        raise TooFew(f"No session in these files is as long as {min(options.lengths)} usable keys.")
    rows = [figures(found) for found in answers]
    profile_keys = {row["corpus"]: row["profile_keys"] for row in rows}
    notes = [f"Ratios rest on {rests_on}."]
    for found in sets:
        if found.name in profile_keys:
            notes.append(f"{found.name}: {how_split(found.people, profile_keys[found.name])}.")
        notes += [f"{found.name}: {note}" for note in found.notes]
    if not all(row["gated"] for row in rows):
        notes.append("* More than half of these gave no ratio: the figures are of the ratios without gates.")
    return "\n\n".join([table(rows), "\n".join(notes)])
