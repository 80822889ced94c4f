"""People with known answers, from files: tables of any known format, or a folder of timelines for each person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from keystroke.files.sessions import read_timeline, typist_of
from keystroke.files.tables import Table, read_table
from keystroke.population.corpora import people_in
from keystroke.population.pairs import Person
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


def load(paths: Sequence[Path], *, people_max: int | None = None, halve: bool = True) -> list[Dataset]:
    """Each table is a set; Aalto's tables of one person each, and the timelines of one folder, are one together.

    Of large sets the first `people_max` people by name count. Those who typed once are the two halves of that, or
    with `halve` off left out.
    """
    return [
        _dataset(name, sessions, notes, halve=halve)
        for path in paths
        for name, sessions, notes in _read(path, people_max)
    ]


Read = tuple[str, Mapping[str, list[Typing]], list[str]]
"""Name, sessions by subject, notes."""


def _read(path: Path, people_max: int | None) -> Iterator[Read]:
    if path.suffix == ".jsonl":
        raise TimelineError(
            f"{path}: It is one person's timeline. Put each person's timelines into a folder of their own, "
            "and name the folder that holds those."
        )
    if not path.is_dir():
        yield _of_table(_name(path), read_table(path), people_max)
        return
    people = sorted(folder for folder in path.iterdir() if folder.is_dir() and any(folder.glob("*.jsonl")))
    tables = sorted(file for file in path.iterdir() if file.is_file() and file.name.endswith(_TABLES))
    if not people and not tables:
        raise TimelineError(f"{path}: It holds neither tables of typing nor folders of timelines.")
    if people:
        yield path.name, {folder.name: _timelines(folder) for folder in people[:people_max]}, []
    of_one_person = [file for file in tables if file.name.endswith("_keystrokes.txt")]
    if of_one_person:
        read = [read_table(file) for file in of_one_person[:people_max]]
        subjects = {subject: named for table in read for subject, named in table.sessions.items()}
        yield _of_table(path.name, Table(read[0].format, read[0].note, subjects), people_max)
    for file in tables:
        if file not in of_one_person:
            yield _of_table(_name(file), read_table(file), people_max)


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


def _of_table(name: str, table: Table, people_max: int | None) -> Read:
    sessions = {
        subject: [usable(presses.events()) for presses in named.values()]
        for subject, named in list(table.sessions.items())[:people_max]
    }
    return name, sessions, [table.note] if table.note else []


def _dataset(name: str, sessions: Mapping[str, list[Typing]], notes: list[str], *, halve: bool) -> Dataset:
    typed = {subject: [session for session in read if len(session)] for subject, read in sessions.items()}
    people = people_in(name, {subject: read for subject, read in typed.items() if read})
    if not people and halve:
        people = [
            Person(subject, name, _halves(read[0])) for subject, read in typed.items() if _is_long(read)
        ]
        notes = [
            *notes,
            "Each person typed in one sitting and is the two halves of it: two sittings differ more.",
        ]
    if left := len(sessions) - len(people):
        notes = [
            *notes,
            f"{left} of {len(sessions)} people typed too little, or only once, and are left out.",
        ]
    return Dataset(name, people, notes)


def _is_long(sessions: list[Typing]) -> bool:
    return bool(sessions) and len(sessions[0]) >= _HALVES_KEYS_MIN


def _halves(sitting: Typing) -> list[Typing]:
    middle = len(sitting) // 2
    return [sitting.part(0, middle), sitting.part(middle, len(sitting))]
