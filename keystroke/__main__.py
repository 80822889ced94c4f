"""The command line: `python -m keystroke profile|compare|evaluate`."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from keystroke.codec import typing_in
from keystroke.evaluate import table
from keystroke.profile_file import Enrolled, ProfileError, encode, make
from keystroke.report import report
from keystroke.timeline import TimelineError
from keystroke.timing import usable


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        print(options.run(options))
    except (TimelineError, ProfileError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m keystroke", description="Compare how people typed.")
    commands = parser.add_subparsers(required=True, metavar="profile|compare|evaluate")

    one = commands.add_parser("profile", help="print the statistics of one typist's timelines as JSON")
    one.add_argument("timelines", nargs="+", type=Path)
    one.add_argument("--participant", help="whose keys, where several people typed")
    one.set_defaults(run=_profile)

    two = commands.add_parser("compare", help="compare one timeline with the profile of others")
    two.add_argument("--profile", nargs="+", action="extend", type=Path, required=True, metavar="TIMELINE")
    two.add_argument("--questioned", type=Path, required=True, metavar="TIMELINE")
    two.add_argument("--participant", help="whose keys, where several people typed")
    two.add_argument("--json", action="store_true", help="print the whole report as JSON")
    two.set_defaults(run=_compare)

    three = commands.add_parser("evaluate", help="measure error rates on data sets with known answers")
    three.add_argument("--data", type=Path, required=True, metavar="DIR")
    three.set_defaults(run=lambda options: table(options.data))
    return parser


def _profile(options: argparse.Namespace) -> str:
    sessions = [Enrolled(usable(typing_in([path], options.participant))) for path in options.timelines]
    return encode(make(sessions, today=datetime.now(UTC).date())).decode().rstrip()


def _compare(options: argparse.Namespace) -> str:
    found = report(
        [typing_in([path], options.participant) for path in options.profile],
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
            *(rate["sentence"] for rate in found["base_rates"]),
        ]
    lines += [flag["sentence"] for flag in found["flags"]]
    lines.append(
        f"{found['n_profile']} keys in the profile, {found['n_questioned']} questioned, "
        f"{found['shared_digraphs']} kinds of key pairs shared. Cohort: {found['cohort']}."
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
