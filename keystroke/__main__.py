"""The command line: `python -m keystroke profile|compare|simulate|evaluate|recalibrate`."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from keystroke.comparison import INCOMPATIBLE, WIDENING
from keystroke.evaluation.answers import LENGTHS, learned_folds, rotate, transfer
from keystroke.evaluation.datasets import load
from keystroke.evaluation.figures import figures, table
from keystroke.evaluation.simulate import SIMULATIONS, splice
from keystroke.evaluation.trials import how_split
from keystroke.files.sessions import sessions_in, set_ups_in, write_timeline
from keystroke.population import Population, read_population, shipped, write_population
from keystroke.population.recalibrate import PEOPLE_MIN, TooFew, recalibrate
from keystroke.profile_file import (
    DAYS,
    DAYS_MAX,
    Enrolled,
    ProfileFile,
    class_of,
    decode,
    encode,
    is_profile,
    make,
)
from keystroke.report import file_quality, report, report_from_file
from keystroke.timeline import KeyEvent, one_after_another
from keystroke.timing import usable

FOLDS_PEOPLE_MIN = 60
"""Of fewer people, the two thirds that are not tested are too few to learn a population from."""

SPLICE = "splice"

_FILES = """\
A FILE is a timeline as liveroom exports it (JSON lines), or a table in one of the formats that `evaluate --help` lists.
Of a table with several people, FILE::SUBJECT is one of them and FILE::SUBJECT::SESSION one of their sessions.
"""

_PROFILE = f"""\
Write the profile of one person's typing: statistics by key and pair of keys, without text and without order.
It expires; how good it is is said on stderr.

{_FILES}"""

_COMPARE = f"""\
Say how much more likely the questioned timing is if the person of the profile typed it than if another one did, or why
that cannot be said. It is never a verdict. A profile is a file that `profile` wrote, or FILEs to make one of.

{_FILES}"""

_SIMULATE = f"""\
Write the timeline that a program, a replay or a broken clock would leave, made from somebody's recorded typing:

{chr(10).join(f"  {name:<22}{simulation.says}" for name, simulation in SIMULATIONS.items())}
  {SPLICE:<22}the first half of FILE, then the second half of another one: two people in one room

{_FILES}"""

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
    except OSError as error:
        print(f"{error.filename}: {error.strerror}." if error.filename else error, file=sys.stderr)
        return 1
    except ValueError as error:  # whatever reads a file says so what is wrong with it
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m keystroke", description="Compare how people typed.")
    commands = parser.add_subparsers(required=True, metavar="profile|compare|simulate|evaluate|recalibrate")

    def command(
        name: str, run: Callable[[argparse.Namespace], str], says: str, description: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name, help=says, description=description, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        added.set_defaults(run=run)
        return added

    one = command("profile", _profile, "write the profile of one person's typing", _PROFILE)
    one.add_argument("files", nargs="+", metavar="FILE")
    one.add_argument("--participant", help="whose keys, where several people typed")
    one.add_argument("-o", type=Path, metavar="FILE", help="where to write it; without it, to stdout")
    one.add_argument(
        "--days",
        type=_count,
        default=DAYS,
        metavar="N",
        help=f"how long it may be used ({DAYS}, at most {DAYS_MAX})",
    )

    two = command("compare", _compare, "compare one session with a profile", _COMPARE)
    two.add_argument("--profile", nargs="+", action="extend", required=True, metavar="FILE")
    two.add_argument("--questioned", required=True, metavar="FILE")
    two.add_argument("--participant", help="whose keys, where several people typed")
    two.add_argument(
        "--condition",
        action="append",
        default=[],
        choices=[*INCOMPATIBLE, *WIDENING],
        help="what is known to differ between the sessions; may be given several times",
    )
    two.add_argument(
        "--population", metavar="FILE", help="one that `recalibrate` wrote, in place of the shipped one"
    )
    two.add_argument("--json", action="store_true", help="print everything as JSON")

    three = command("simulate", _simulate, "write what a program or a broken clock would leave", _SIMULATE)
    three.add_argument("attack", choices=[*SIMULATIONS, SPLICE], metavar="ATTACK")
    three.add_argument("files", nargs="+", metavar="FILE")
    three.add_argument("--participant", help="whose keys, where several people typed")
    three.add_argument(
        "--seed", type=_count, default=1, metavar="N", help="another one draws other times (1)"
    )
    three.add_argument("-o", type=Path, required=True, metavar="FILE", help="where to write the timeline")

    four = command("evaluate", _evaluate, "measure error rates on typing with known answers", _EVALUATE)
    four.add_argument("datasets", nargs="+", type=Path, metavar="DATASET")
    four.add_argument(
        "--profile-keys", type=_count, metavar="N", help="keys that enrol (a session's, at most 1000)"
    )
    four.add_argument(
        "--lengths",
        type=_count,
        nargs="+",
        default=LENGTHS,
        metavar="N",
        help="keys questioned (100 200 500)",
    )
    four.add_argument(
        "--people", type=_count, default=400, metavar="N", help="of each set at most so many (400)"
    )
    four.add_argument(
        "--population",
        metavar="folds|shipped|FILE",
        help=f"what ratios rest on; without it folds from {FOLDS_PEOPLE_MIN} people on, else shipped",
    )

    five = command("recalibrate", _recalibrate, "learn a population from your own people", _RECALIBRATE)
    five.add_argument("datasets", nargs="+", type=Path, metavar="DATASET")
    five.add_argument("-o", type=Path, required=True, metavar="FILE", help="where to write the population")
    five.add_argument(
        "--refit", action="store_true", help="learn the statistics, too: takes about a hundred people"
    )
    return parser


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 1_000_000):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to a million")
    return int(text)


def _progress(said: str) -> None:
    print(f"{said} …", file=sys.stderr, flush=True)


def _population(name: str | None) -> Population:
    return shipped() if name in (None, "shipped") else read_population(Path(name))


def _all_sessions(options: argparse.Namespace, names: Sequence[str]) -> list[list[KeyEvent]]:
    return [session for name in names for session in sessions_in(name, options.participant)]


# profile, compare, simulate


def _profile(options: argparse.Namespace) -> str:
    sessions = [
        Enrolled(usable(session), [*map(class_of, set_ups_in(name, options.participant))])
        for name in options.files
        for session in sessions_in(name, options.participant)
    ]
    made = make(sessions, today=_today(), days=options.days)
    for said in file_quality(made, shipped()):
        print(said, file=sys.stderr)
    if options.o is None:
        return encode(made).decode().rstrip("\n")
    options.o.write_bytes(encode(made))
    return str(options.o)


def _compare(options: argparse.Namespace) -> str:
    conditions = dict.fromkeys(options.condition, True)
    questioned = one_after_another(sessions_in(options.questioned, options.participant))
    population = _population(options.population)
    if (kept := _kept_profile(options.profile)) is None:
        found = report(
            _all_sessions(options, options.profile), questioned, conditions=conditions, population=population
        )
    else:
        found = report_from_file(kept, questioned, conditions=conditions, population=population)
    return json.dumps(found) if options.json else _in_words(found)


def _kept_profile(names: Sequence[str]) -> ProfileFile | None:
    """The profile file that was named, None if they are sessions to make a profile of."""
    paths = [Path(name) for name in names]
    if not any(is_profile(path) for path in paths):
        return None
    if len(paths) > 1:
        raise ValueError("Name one profile file, or the files of one person's sessions, not both.")
    try:
        return decode(paths[0].read_bytes(), today=_today())
    except ValueError as error:
        raise ValueError(f"{paths[0]}: {error}") from error


def _in_words(found: dict[str, Any]) -> str:
    lines = [*found["reasons"]]
    if (ratio := found["log10_lr"]) is None:
        lines.insert(0, f"No ratio: {found['status'].replace('_', ' ')}.")
    else:
        low, high = found["interval90"]
        lines += [
            found["sentence"],
            f"log10 LR {ratio:+.2f} (90 % interval {low:+.2f} to {high:+.2f}): {found['verbal']}.",
            *(rate["sentence"] for rate in found["base_rates"]),
            *([found["base_rate_source"]] if found["base_rate_source"] else []),
        ]
    lines += [flag["sentence"] for flag in found["flags"]]
    lines.append(
        f"{found['n_profile']} keys in the profile, {found['n_questioned']} questioned, "
        f"{found['shared_digraphs']} kinds of key pairs shared. Cohort: {found['cohort']}."
    )
    return "\n".join(lines)


def _simulate(options: argparse.Namespace) -> str:
    if len(options.files) != (expected := 2 if options.attack == SPLICE else 1):
        raise ValueError(f"{options.attack} is made of {expected} recording{'s' if expected > 1 else ''}.")
    recordings = [one_after_another(sessions_in(name, options.participant)) for name in options.files]
    if options.attack == SPLICE:
        sent = splice(*recordings)
    else:
        sent = SIMULATIONS[options.attack].run(recordings[0], np.random.default_rng(options.seed))
    write_timeline(options.o, sent, made=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    return f"{options.attack}, {len(sent)} key events: {options.o}"


def _today() -> date:
    return datetime.now(UTC).date()


# evaluate, recalibrate


def _evaluate(options: argparse.Namespace) -> str:
    _progress("reading")
    sets = [found for found in load(options.datasets, people_max=options.people) if found.people]
    people = [person for found in sets for person in found.people]
    if not people:
        raise TooFew("Nobody in these files typed enough to be both enrolled and questioned.")
    measured = {"lengths": options.lengths, "profile_keys": options.profile_keys, "progress": _progress}
    if (options.population or ("folds" if len(people) >= FOLDS_PEOPLE_MIN else "shipped")) == "folds":
        answers = rotate(learned_folds(people, progress=_progress), **measured)
        rests_on = "a population learned on the other two thirds of these people"
    else:
        population = _population(options.population)
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
    write_population(options.o, population)
    return f"{population.cohort['name']}: {options.o}\n{changes}"


if __name__ == "__main__":
    sys.exit(main())
