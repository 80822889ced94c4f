"""The data sets that the population is fitted on, as people with sessions."""

from collections.abc import Mapping
from pathlib import Path

from keystroke.files.tables import read_table
from keystroke.population.pairs import Person
from keystroke.timing import Typing, usable

CROSS_SESSION, TASK_SHIFT = "villani_free", "bbmas_desktop"

LEFT_OUT = frozenset({"v006", "v010", "v052", "v053"})
"""Subjects of villani_free whose typing the project's own tests use: they must meet a population without them."""

VILLANI = (
    "villani_free: collected at Pace University by Villani, Tappert and others, published with Monaco and Tappert, "
    "POHMM (arXiv 1607.03854), repository vmonaco/pohmm-keystroke, BSD-3-Clause."
)
BBMAS = "Belman and others, Insights from BB-MAS (arXiv 1912.02736)."
"""Whom to name with the statistics."""

_COPIED_KEYS, _CHANGE_OF_TASK_KEYS = 1000, 500
WRITTEN_FROM_KEYS = _COPIED_KEYS + _CHANGE_OF_TASK_KEYS
"""In BB-MAS somewhere between the two, copying ends and writing begins: those keys belong to neither."""

_PART_KEYS, _PARTS_MAX = 1000, 4


def people_of(corpus: str, path: Path) -> list[Person]:
    sessions = {
        subject: [usable(presses.events()) for presses in named.values()]
        for subject, named in read_table(path).sessions.items()
    }
    return people_in(corpus, sessions)


def people_in(corpus: str, sessions: Mapping[str, list[Typing]]) -> list[Person]:
    """Those who typed more than once; in BB-MAS the tasks of the one sitting are its sessions."""
    people = []
    for subject, typed in sessions.items():
        if corpus == TASK_SHIFT:
            people.append(Person(subject, corpus, _tasks(typed[0]), task_shift=True))
        else:
            people.append(Person(subject, corpus, typed))
    return [person for person in people if len(person.sessions) > 1]


def _tasks(sitting: Typing) -> list[Typing]:
    """The one long sitting of BB-MAS: sentences copied again and again, then free writing."""
    tasks = [sitting.part(0, _COPIED_KEYS)]
    start = WRITTEN_FROM_KEYS
    while len(sitting) - start >= _PART_KEYS and len(tasks) <= _PARTS_MAX:
        tasks.append(sitting.part(start, start + _PART_KEYS))
        start += _PART_KEYS
    return tasks
