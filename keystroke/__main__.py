"""The command line: `python -m keystroke profile|compare|simulate|evaluate|recalibrate`."""

import argparse
import sys
from collections.abc import Sequence

from keystroke.commands import compare, evaluate, profile, recalibrate, simulate

COMMANDS = {
    "profile": profile,
    "compare": compare,
    "simulate": simulate,
    "evaluate": evaluate,
    "recalibrate": recalibrate,
}


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
    subparsers = parser.add_subparsers(required=True, metavar="|".join(COMMANDS))
    for name, command in COMMANDS.items():
        added = subparsers.add_parser(
            name,
            help=command.SAYS,
            description=command.DESCRIPTION,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(added)
        added.set_defaults(run=command.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
