"""`simulate`: what a program, a replay or a broken clock would have sent."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from keystroke.commands.arguments import FILES, count
from keystroke.evaluation.simulate import SIMULATIONS, splice
from keystroke.files.sessions import sessions_in, write_timeline
from keystroke.timeline import one_after_another

SPLICE = "splice"

SAYS = "write what a program or a broken clock would leave"
DESCRIPTION = f"""\
Write the timeline that a program, a replay or a broken clock would leave, made from somebody's recorded typing:

{chr(10).join(f"  {name:<22}{simulation.says}" for name, simulation in SIMULATIONS.items())}
  {SPLICE:<22}the first half of FILE, then the second half of another one: two people in one room

{FILES}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("attack", choices=[*SIMULATIONS, SPLICE], metavar="ATTACK")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--participant", help="whose keys, where several people typed")
    parser.add_argument(
        "--seed", type=count, default=1, metavar="N", help="another one draws other times (1)"
    )
    parser.add_argument("-o", type=Path, required=True, metavar="FILE", help="where to write the timeline")


def run(options: argparse.Namespace) -> str:
    if len(options.files) != (expected := 2 if options.attack == SPLICE else 1):
        raise ValueError(f"{options.attack} is made of {expected} recording{'s' if expected > 1 else ''}.")
    recordings = [one_after_another(sessions_in(name, options.participant)) for name in options.files]
    if options.attack == SPLICE:
        sent = splice(*recordings)
    else:
        sent = SIMULATIONS[options.attack].run(recordings[0], np.random.default_rng(options.seed))
    write_timeline(options.o, sent, made=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    return f"{options.attack}, {len(sent)} key events: {options.o}"
