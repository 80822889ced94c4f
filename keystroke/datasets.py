"""People with known answers, from files: tables of any known format, or a folder of timelines for each person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from keystroke.codec import read_timeline, typist_of
from keystroke.population.corpora import people_in
from keystroke.population.pairs import Person
from keystroke.tables import Table, read_table
from keystroke.timeline import TimelineError, key_events
from keystroke.timing import Typing, usable

_HALVES_KEYS_MIN = 200
_TABLES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")


@dataclass(frozen=True)
class Dataset:
    """`notes` are sentences on what these people's typing cannot tell."""

    name: str
    people: list[Person]
    notes: list[str]


def load(paths: Sequence[Path], *, people_max: int | None = None) -> list[Dataset]:
    """Each table is a set; Aalto's tables of one person each, and timelines of one folder, are one set together.

    Of large sets only the first `people_max` people by name are read into typing.
    """
    return [dataset for path in paths for dataset in _load(path, people_max)]


def _load(path: Path, people_max: int | None) -> Iterator[Dataset]:
    if not path.is_dir():
        if path.suffix == ".jsonl":
            raise TimelineError(
                f"{path}: It is one person's timeline. Put each person's timelines into a folder of their own, "
                "and name the folder that holds those."
            )
        yield _of_table(_name(path), read_table(path), people_max)
        return
    people = sorted(folder for folder in path.iterdir() if folder.is_dir() and any(folder.glob("*.jsonl")))
    tables = sorted(file for file in path.iterdir() if file.is_file() and file.name.endswith(_TABLES))
    if not people and not tables:
        raise TimelineError(f"{path}: It holds neither tables of typing nor folders of timelines.")
    if people:
        sessions = {folder.name: _timelines(folder) for folder in people[:people_max]}
        yield _dataset(path.name, sessions, [])
    apart = [file for file in tables if not file.name.endswith("_keystrokes.txt")]
    together = [file for file in tables if file.name.endswith("_keystrokes.txt")]
    for file in apart:
        yield _of_table(_name(file), read_table(file), people_max)
    if together:
        read = [read_table(file) for file in together[:people_max]]
        merged = {subject: named for table in read for subject, named in table.sessions.items()}
        yield _of_table(path.name, Table(read[0].format, read[0].note, merged), people_max)


def _name(path: Path) -> str:
    return path.name.partition(".")[0]


def _timelines(folder: Path) -> list[Typing]:
    """A person's sessions, in the order in which their rooms were made."""
    timelines = sorted((read_timeline(file) for file in folder.glob("*.jsonl")), key=lambda t: t.header.made)
    sessions = []
    for timeline in timelines:
        typist = typist_of(timeline)
        sessions.append(usable(key_events(timeline.events, typist) if typist else []))
    return sessions


def _of_table(name: str, table: Table, people_max: int | None) -> Dataset:
    chosen = list(table.sessions.items())[:people_max]
    sessions = {
        subject: [usable(presses.events()) for presses in named.values()] for subject, named in chosen
    }
    return _dataset(name, sessions, [table.note] if table.note else [])


def _dataset(name: str, sessions: dict[str, list[Typing]], notes: list[str]) -> Dataset:
    """Those who typed once are their two halves, where that is long enough."""
    split = {}
    halved = 0
    for subject, typed in sessions.items():
        whole = [session for session in typed if len(session)]
        if whole and people_in(name, {subject: whole}):
            split[subject] = whole
        elif whole and len(whole[0]) >= _HALVES_KEYS_MIN:
            middle = len(whole[0]) // 2
            split[subject] = [whole[0].part(0, middle), whole[0].part(middle, len(whole[0]))]
            halved += 1
    notes = list(notes)
    if halved:
        notes.append(
            f"{halved} of {len(split)} people typed in one sitting alone, and are the two halves of it: "
            "two sittings differ more than that."
        )
    if left := len(sessions) - len(split):
        notes.append(f"{left} people typed too little, or once and too little to halve, and are left out.")
    return Dataset(name, people_in(name, split), notes)
