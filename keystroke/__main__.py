"""The command line: `python -m keystroke profile|compare|evaluate|recalibrate`."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from keystroke.codec import typing_in
from keystroke.datasets import load
from keystroke.evaluate import LENGTHS, figures, learned_folds, rotate, table, transfer
from keystroke.population import read_population, shipped
from keystroke.profile import profile
from keystroke.recalibrate import PEOPLE_MIN, TooFew, recalibrate
from keystroke.report import report
from keystroke.trials import how_split

FOLDS_PEOPLE_MIN = 60
"""Of fewer people, the two thirds that are not tested are too few to learn a population from."""

_DATASETS = """\
A DATASET is a table, or a folder of tables, in one of these formats, gzipped or not, told by the header:
  subject,session,key,t_down,t_up   milliseconds, KeyboardEvent.code, an empty t_up for a release not seen
  ProgSnap2                         MainTable.csv with File.Edit or X-Keystroke events; it has no releases
  CMU                               DSL-StrongPasswordData.csv
  Aalto                             *_keystrokes.txt
or a folder that holds a folder for each person, with that person's timelines (*.jsonl) in it, one a session.
"""

_EVALUATE = f"""\
Measure how well comparisons do on typing with known answers, and print a table.

{_DATASETS}
Where people typed several sessions, one enrols and the others are questioned; short ones enrol and are questioned by
halves of all; one long sitting is cut in two. Everybody is tested once against a population that was learned on the
other two thirds of the people of all sets named, or against the shipped one, which knows villani_free and
bbmas_desktop and nobody else.
"""

_RECALIBRATE = f"""\
Learn how much the evidence counts from your own people, each of whom typed two sessions or more, and write a
population file. It takes at least {PEOPLE_MIN} people, and says what it changes for people it was not learned from.
Sessions must be as far apart, and as different, as a take-home and an interview are: from one sitting it would learn
to be too sure.

{_DATASETS}"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        print(options.run(options))
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m keystroke", description="Compare how people typed.")
    commands = parser.add_subparsers(required=True, metavar="profile|compare|evaluate|recalibrate")

    def command(
        name: str, run: Callable[[argparse.Namespace], str], says: str, description: str | None = None
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name,
            help=says,
            description=description or says,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(run=run)
        return added

    one = command("profile", _profile, "print the statistics of one typist's timelines as JSON")
    one.add_argument("timelines", nargs="+", type=Path)
    one.add_argument("--participant", help="whose keys, where several people typed")

    two = command("compare", _compare, "compare one timeline with the profile of others")
    two.add_argument("--profile", nargs="+", action="extend", type=Path, required=True, metavar="TIMELINE")
    two.add_argument("--questioned", type=Path, required=True, metavar="TIMELINE")
    two.add_argument("--participant", help="whose keys, where several people typed")
    two.add_argument("--json", action="store_true", help="print the whole report as JSON")

    three = command("evaluate", _evaluate, "measure error rates on typing with known answers", _EVALUATE)
    three.add_argument("datasets", nargs="+", type=Path, metavar="DATASET")
    three.add_argument(
        "--profile-keys", type=_count, metavar="N", help="keys that enrol (a session's, at most 1000)"
    )
    three.add_argument(
        "--lengths",
        type=_count,
        nargs="+",
        default=LENGTHS,
        metavar="N",
        help="keys questioned (100 200 500)",
    )
    three.add_argument(
        "--people", type=_count, default=400, metavar="N", help="of each set at most so many (400)"
    )
    three.add_argument(
        "--population",
        metavar="folds|shipped|FILE",
        help=f"what ratios rest on; without it folds from {FOLDS_PEOPLE_MIN} people on, else shipped",
    )

    four = command("recalibrate", _recalibrate, "learn a population from your own people", _RECALIBRATE)
    four.add_argument("datasets", nargs="+", type=Path, metavar="DATASET")
    four.add_argument("-o", type=Path, required=True, metavar="FILE", help="where to write the population")
    four.add_argument(
        "--refit", action="store_true", help="learn the statistics, too: takes about a hundred people"
    )
    return parser


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 1_000_000):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to a million")
    return int(text)


def _progress(said: str) -> None:
    print(f"{said} …", file=sys.stderr, flush=True)


def _profile(options: argparse.Namespace) -> str:
    return json.dumps(profile(typing_in(options.timelines, options.participant)).to_dict())


def _compare(options: argparse.Namespace) -> str:
    found = report(
        typing_in(options.profile, options.participant),
        typing_in([options.questioned], options.participant),
    )
    return json.dumps(found) if options.json else _in_words(found)


def _in_words(found: dict[str, Any]) -> str:
    lines = [*found["reasons"]]
    if found["log10_lr"] is None:
        lines.insert(0, f"No ratio: {found['status'].replace('_', ' ')}.")
    else:
        low, high = found["interval90"]
        lines += [
            found["sentence"],
            f"log10 LR {found['log10_lr']:+.2f} (90 % interval {low:+.2f} to {high:+.2f}): {found['verbal']}.",
            *found["base_rates"],
        ]
    lines.append(
        f"{found['n_profile']} keys in the profile, {found['n_questioned']} questioned, "
        f"{found['shared_digraphs']} kinds of key pairs shared. Cohort: {found['cohort']['name']}."
    )
    return "\n".join(lines)


def _evaluate(options: argparse.Namespace) -> str:
    _progress("reading")
    sets = [found for found in load(options.datasets, people_max=options.people) if found.people]
    people = [person for found in sets for person in found.people]
    if not people:
        raise TooFew("Nobody in these files typed enough to be both enrolled and questioned.")
    measured = {"lengths": options.lengths, "profile_keys": options.profile_keys, "progress": _progress}
    way = options.population or ("folds" if len(people) >= FOLDS_PEOPLE_MIN else "shipped")
    if way == "folds":
        answers = rotate(learned_folds(people, progress=_progress), **measured)
        rests_on = "a population learned on the other two thirds of these people"
    else:
        population = shipped() if way == "shipped" else read_population(Path(way))
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


def _recalibrate(options: argparse.Namespace) -> str:
    _progress("reading")
    people = [person for found in load(options.datasets, halve=False) for person in found.people]
    population, changes = recalibrate(people, refit=options.refit, progress=_progress)
    options.o.write_text(json.dumps(population.to_dict(), separators=(",", ":")) + "\n", encoding="utf-8")
    return f"{population.cohort['name']}: {options.o}\n{changes}"


if __name__ == "__main__":
    sys.exit(main())
