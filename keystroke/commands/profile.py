"""`profile`: write the file that keeps how one person types."""

import argparse
import sys
from pathlib import Path

from keystroke.commands.arguments import FILES, count, today
from keystroke.files.sessions import sessions_in, set_ups_in
from keystroke.population import shipped
from keystroke.profile_file import DAYS, DAYS_MAX, Enrolled, class_of, encode, make
from keystroke.report import file_quality
from keystroke.timing import usable

SAYS = "write the profile of one person's typing"
DESCRIPTION = f"""\
Write the profile of one person's typing: statistics by key and pair of keys, without text and without order.
It expires; how good it is is said on stderr.

{FILES}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--participant", help="whose keys, where several people typed")
    parser.add_argument("-o", type=Path, metavar="FILE", help="where to write it; without it, to stdout")
    parser.add_argument(
        "--days",
        type=count,
        default=DAYS,
        metavar="N",
        help=f"how long it may be used ({DAYS}, at most {DAYS_MAX})",
    )


def run(options: argparse.Namespace) -> str:
    sessions = [
        Enrolled(usable(session), [*map(class_of, set_ups_in(name, options.participant))])
        for name in options.files
        for session in sessions_in(name, options.participant)
    ]
    made = make(sessions, today=today(), days=options.days)
    for said in file_quality(made, shipped()):
        print(said, file=sys.stderr)
    if options.o is None:
        return encode(made).decode().rstrip("\n")
    options.o.write_bytes(encode(made))
    return str(options.o)
