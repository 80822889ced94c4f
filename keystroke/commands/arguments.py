"""What several commands take, and how they say what they are about."""

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from keystroke.population import Population, read_population, shipped

FILES = """\
A FILE is a timeline as liveroom exports it (JSON lines), or a table in one of the formats that `evaluate --help` lists.
Of a table with several people, FILE::SUBJECT is one of them and FILE::SUBJECT::SESSION one of their sessions.
"""

DATASETS = """\
A DATASET is a table, or a folder of tables, in one of these formats, gzipped or not, told by the header:
  subject,session,key,t_down,t_up   milliseconds, KeyboardEvent.code, an empty t_up for a release not seen
  ProgSnap2                         MainTable.csv with File.Edit or X-Keystroke events; it has no releases
  CMU                               DSL-StrongPasswordData.csv
  Aalto                             *_keystrokes.txt
or a folder that holds a folder for each person, with that person's timelines (*.jsonl) in it, one a session.
"""


def count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 1_000_000):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to a million")
    return int(text)


def progress(said: str) -> None:
    print(f"{said} …", file=sys.stderr, flush=True)


def population_named(name: str | None) -> Population:
    return shipped() if name in (None, "shipped") else read_population(Path(name))


def today() -> date:
    return datetime.now(UTC).date()
