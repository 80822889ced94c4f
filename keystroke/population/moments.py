"""Every session's moments in one table, which is what a population is fitted to."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from keystroke.features import family_of, kind_of
from keystroke.profile import Profile
from keystroke.timing import Floats

Indices = NDArray[np.intp]
People = Sequence[Sequence[Profile]]
"""By person, by session."""

PEOPLE_MIN = 8
"""A feature that fewer people have is left out: its variance between people would be a guess."""

_SMALLEST = 1e-4
"""Variances are at least this, a standard deviation of 1 % of a time, so that none comes out as 0 or below."""


@dataclass(frozen=True, eq=False)
class SessionMoments:
    """`n` is 0, and the others are 0, where a session lacks a feature."""

    names: list[str]
    n: Floats  # (sessions, features)
    mean: Floats  # (sessions, features)
    m2: Floats  # (sessions, features)
    person: Indices  # (sessions,) whose
    people: Floats  # (features,) how many people have it

    @cached_property
    def family(self) -> Indices:
        """(features,) by place in FAMILIES."""
        return np.array([family_of(name) for name in self.names], dtype=np.intp)

    @cached_property
    def kind(self) -> Indices:
        """(features,) kinds by number; see `kind_of`."""
        kinds = [kind_of(name) for name in self.names]
        order = {kind: i for i, kind in enumerate(dict.fromkeys(kinds))}
        return np.array([order[kind] for kind in kinds], dtype=np.intp)

    def by_kind(self, values: Floats) -> Floats:
        """(kinds,) sums of (features,)."""
        sums: Floats = np.bincount(self.kind, values, int(self.kind.max()) + 1).astype(float)
        return sums

    def shrunk(self, sums: Floats, counts: Floats, *, prior: float, least: float = 0.0) -> Floats:
        """(features,) variances `sums / counts`, each leaning on its kind's as if that had been seen `prior` times.

        None is below `least` of its kind's, however alike its few values are.
        """
        common = self.by_kind(sums) / np.maximum(self.by_kind(counts), 1e-9)
        common = np.maximum(common, _SMALLEST)[self.kind]
        shrunk: Floats = np.maximum((sums + prior * common) / (counts + prior), least * common)
        return shrunk


def collect(people: People) -> SessionMoments:
    owners: dict[str, int] = {}
    for sessions in people:
        for name in {name for session in sessions for name in session.features}:
            owners[name] = owners.get(name, 0) + 1
    names = sorted(name for name, count in owners.items() if count >= PEOPLE_MIN)
    index = {name: i for i, name in enumerate(names)}
    moments = np.zeros((3, sum(len(sessions) for sessions in people), len(names)))
    for row, session in enumerate(session for sessions in people for session in sessions):
        for name, values in session.features.items():
            if name in index:
                moments[:, row, index[name]] = values
    person = np.repeat(np.arange(len(people)), [len(sessions) for sessions in people]).astype(np.intp)
    n, mean, m2 = moments
    return SessionMoments(names, n, mean, m2, person, np.array([owners[name] for name in names], dtype=float))
