"""`compare`: one session against a profile."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from keystroke.commands.arguments import FILES, population_named, today
from keystroke.comparison import INCOMPATIBLE, WIDENING
from keystroke.files.sessions import sessions_in
from keystroke.profile_file import ProfileFile, decode, is_profile
from keystroke.report import report, report_from_file
from keystroke.timeline import one_after_another

SAYS = "compare one session with a profile"
DESCRIPTION = f"""\
Say how much more likely the questioned timing is if the person of the profile typed it than if another one did, or why
that cannot be said. It is never a verdict. A profile is a file that `profile` wrote, or FILEs to make one of.

{FILES}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", nargs="+", action="extend", required=True, metavar="FILE")
    parser.add_argument("--questioned", required=True, metavar="FILE")
    parser.add_argument("--participant", help="whose keys, where several people typed")
    parser.add_argument(
        "--condition",
        action="append",
        default=[],
        choices=[*INCOMPATIBLE, *WIDENING],
        help="what is known to differ between the sessions; may be given several times",
    )
    parser.add_argument(
        "--population", metavar="FILE", help="one that `recalibrate` wrote, in place of the shipped one"
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def run(options: argparse.Namespace) -> str:
    conditions = dict.fromkeys(options.condition, True)
    questioned = one_after_another(sessions_in(options.questioned, options.participant))
    population = population_named(options.population)
    if (kept := _kept_profile(options.profile)) is None:
        found = report(
            [session for name in options.profile for session in sessions_in(name, options.participant)],
            questioned,
            conditions=conditions,
            population=population,
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
        return decode(paths[0].read_bytes(), today=today())
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
