"""What programs, replays and broken clocks get: the ratio of each, and whether a flag tells."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keystroke.comparison import compare_profiles
from keystroke.evaluate import Fold
from keystroke.population import Population
from keystroke.profile import profile
from keystroke.provenance import flags
from keystroke.simulate import SIMULATIONS
from keystroke.trials import Enrolment, enrolments, trials, usual_profile_keys
from tests.bench.alterations import events_of

_ACCIDENTS = ("clock-", "batches-", "tick-")
"""These happen to the person's own live session; everything else is made from a copy of their take-home."""

PEOPLE = 20
"""Of each set: two dozen attacks on each of them take a while."""


@dataclass(frozen=True)
class Attacked:
    """Shares are of `sessions`; `median` is of the log10 ratios that were given, None if none was."""

    name: str
    says: str
    sessions: int
    median: float | None
    no_ratio: float
    flagged: float
    noticed: float
    """Flagged, without a ratio, or with one below 1."""


def attacked(folds: Sequence[Fold]) -> list[Attacked]:
    found: dict[str, list[tuple[float | None, bool]]] = {name: [] for name in SIMULATIONS}
    for number, (enrolment, population) in enumerate(_victims(folds)):
        enrolled = events_of(enrolment.profile.typing)
        live = events_of(enrolment.questioned[0])
        for name, simulation in SIMULATIONS.items():
            recording = live if name.startswith(_ACCIDENTS) else enrolled
            sent = simulation.run(recording, np.random.default_rng(number))
            comparison = compare_profiles(enrolment.profile.profile, profile(sent), population=population)
            found[name].append((comparison.log10_lr, bool(flags([enrolled], sent))))
    return [_row(name, rows) for name, rows in found.items()]


def _victims(folds: Sequence[Fold]) -> list[tuple[Enrolment, Population]]:
    """The first people of each set by name, with their first enrolment and a population without them."""
    found = []
    for corpus in sorted({person.corpus for fold in folds for person in fold.tested}):
        of_set = [
            (person, fold.population) for fold in folds for person in fold.tested if person.corpus == corpus
        ]
        chosen = sorted(of_set, key=lambda one: one[0].name)[:PEOPLE]
        keys = usual_profile_keys([person for person, _ in chosen])
        found += [(enrolments([person], keys)[0], population) for person, population in chosen]
    return found


def _row(name: str, rows: Sequence[tuple[float | None, bool]]) -> Attacked:
    given = [ratio for ratio, _ in rows if ratio is not None]
    return Attacked(
        name,
        SIMULATIONS[name].says,
        len(rows),
        float(np.median(given)) if given else None,
        1 - len(given) / len(rows),
        float(np.mean([flagged for _, flagged in rows])),
        float(np.mean([flagged or ratio is None or ratio < 0 for ratio, flagged in rows])),
    )


def false_flags(folds: Sequence[Fold], keys: int) -> dict[str, tuple[int, Counter[str]]]:
    """By set: how many sessions that people typed themselves were looked at, and how many got each kind of flag."""
    found: dict[str, tuple[int, Counter[str]]] = {}
    for corpus in sorted({person.corpus for fold in folds for person in fold.tested}):
        looked_at, kinds = 0, Counter[str]()
        for fold in folds:
            members = [person for person in fold.tested if person.corpus == corpus]
            for trial in trials(enrolments(members, usual_profile_keys(members)), keys) if members else []:
                if trial.same:
                    looked_at += 1
                    raised = flags([events_of(trial.profile.typing)], events_of(trial.questioned.typing))
                    kinds.update({flag.kind for flag in raised})
        found[corpus] = (looked_at, kinds)
    return found
