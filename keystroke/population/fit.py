"""Estimate the two-level model from people who each typed several sessions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keystroke.evidence import FAMILIES, WITH_OFFSET, OffsetVariances, Spread, Variances, kind_of
from keystroke.profile import Profile
from keystroke.timing import Floats

Indices = NDArray[np.intp]
People = Sequence[Sequence[Profile]]
"""By person, by session."""

PEOPLE_MIN = 8
_ROUNDS = 4
_PRIOR_PRESSES, _PRIOR_PAIRS = 40.0, 20.0
"""How many presses, and pairs of sessions, a kind's own statistics are worth beside a feature's."""


@dataclass
class _Feature:
    """Every session's mean of one feature. `row` numbers the sessions of all people through."""

    name: str
    row: Indices
    person: Indices
    n: Floats
    mean: Floats
    m2: float
    presses_free: float
    centre: float = 0.0
    people: int = 0
    v_person: float = 0.0
    v_session: float = 0.0
    v_press: float = 0.0

    def residual(self, offsets: Floats) -> Floats:
        return self.mean - self.centre - offsets[self.row]


def fit(people: People) -> Spread:
    features = _collect(people)
    rows = sum(len(sessions) for sessions in people)
    row_person: Indices = np.repeat(np.arange(len(people)), [len(sessions) for sessions in people])
    result: dict[str, OffsetVariances] = {}
    for family in FAMILIES:
        members = [f for f in features if f.name.startswith(f"{family} ")]
        _press_variances(members)
        offsets = np.zeros(rows)
        for _ in range(_ROUNDS):
            _centres(members, offsets)
            _level_variances(members, offsets)
            if family in WITH_OFFSET:
                offsets, chance = _offsets(members, rows)
        if family in WITH_OFFSET:
            _centres(members, offsets)
            _level_variances(members, offsets)
            result[family] = OffsetVariances(*_two_levels(offsets, chance, row_person))
    return Spread(
        {
            f.name: Variances(
                f.centre, (f.v_person + f.v_session) / f.people, f.v_person, f.v_session, f.v_press
            )
            for f in features
            if f.people >= PEOPLE_MIN
        },
        result,
    )


def _collect(people: People) -> list[_Feature]:
    found: dict[str, list[tuple[int, int, int, float, float]]] = defaultdict(list)
    row = 0
    for person, sessions in enumerate(people):
        for session in sessions:
            for name, (n, mean, m2) in session.features.items():
                found[name].append((row, person, n, mean, m2))
            row += 1
    features = []
    for name, entries in found.items():
        table = np.array(entries, dtype=float)  # (sessions, 5)
        rows, persons = table[:, 0].astype(np.intp), table[:, 1].astype(np.intp)
        n, mean, m2 = table[:, 2:].T
        people_here = len(np.unique(persons))
        features.append(
            _Feature(name, rows, persons, n, mean, m2.sum(), n.sum() - len(n), people=people_here)
        )
    return [feature for feature in features if feature.people >= 2]


def _by_kind(features: Sequence[_Feature]) -> dict[str, list[_Feature]]:
    groups: dict[str, list[_Feature]] = defaultdict(list)
    for feature in features:
        groups[kind_of(feature.name)].append(feature)
    return groups


def _press_variances(features: Sequence[_Feature]) -> None:
    for group in _by_kind(features).values():
        common = sum(f.m2 for f in group) / max(1.0, sum(f.presses_free for f in group))
        common = max(common, 1e-4)
        for f in group:
            f.v_press = (f.m2 + _PRIOR_PRESSES * common) / (f.presses_free + _PRIOR_PRESSES)


def _centres(features: Sequence[_Feature], offsets: Floats) -> None:
    for f in features:
        weight = 1 / (f.v_person + f.v_session + f.v_press / f.n)
        f.centre = float((weight * (f.mean - offsets[f.row])).sum() / weight.sum())


def _level_variances(features: Sequence[_Feature], offsets: Floats) -> None:
    """Products of one person's residuals in different sessions average to the variance between people."""
    for group in _by_kind(features).values():
        sums = [_products(f, f.residual(offsets)) for f in group]
        across, across_n, total, total_n = np.array(sums).sum(axis=0)
        all_levels = max(total / max(total_n, 1e-9), 1e-4)
        person = min(max(across / max(across_n, 1e-9), 0.1 * all_levels), 0.9 * all_levels)
        for f, (a, a_n, t, t_n) in zip(group, sums, strict=True):
            f_person = (a + _PRIOR_PAIRS * person) / (a_n + _PRIOR_PAIRS)
            f_all = (t + _PRIOR_PAIRS * all_levels) / (t_n + _PRIOR_PAIRS)
            f.v_person = max(f_person, 0.2 * person)
            f.v_session = max(f_all - f.v_person, 0.2 * (all_levels - person))


def _products(f: _Feature, residual: Floats) -> tuple[float, float, float, float]:
    """Across sessions: sum and its weight. In all: squares less chance, and their weight. Few presses weigh little."""
    weight = f.n / (f.n + 4)
    size = int(f.person.max()) + 1
    s_wr = np.bincount(f.person, weight * residual, size)
    s_w = np.bincount(f.person, weight, size)
    s_wr2 = np.bincount(f.person, (weight * residual) ** 2, size)
    s_w2 = np.bincount(f.person, weight**2, size)
    across, across_w = (s_wr**2 - s_wr2) / 2, (s_w**2 - s_w2) / 2
    # Each person counts about once however many sessions they typed.
    sessions = np.maximum(np.bincount(f.person, minlength=size), 1)
    total = np.bincount(f.person, weight * (residual**2 - f.v_press / f.n), size) / sessions
    pairs = np.maximum(sessions * (sessions - 1) / 2, 1)
    return (
        float((across / pairs).sum()),
        float((across_w / pairs).sum()),
        float(total.sum()),
        float((s_w / sessions).sum()),
    )


def _offsets(features: Sequence[_Feature], rows: int) -> tuple[Floats, Floats]:
    top, bottom = np.zeros(rows), np.full(rows, 1e-9)
    for f in features:
        weight = 1 / (f.v_person + f.v_session + f.v_press / f.n)
        np.add.at(top, f.row, weight * (f.mean - f.centre))
        np.add.at(bottom, f.row, weight)
    offsets = top / bottom
    return offsets - offsets.mean(), 1 / bottom


def _two_levels(values: Floats, chance: Floats, person: Indices) -> tuple[float, float]:
    size = int(person.max()) + 1
    total = np.bincount(person, values, size)
    squares = np.bincount(person, values**2, size)
    sessions = np.bincount(person, minlength=size)
    several = sessions > 1
    pairs = sessions[several] * (sessions[several] - 1)
    between = float(((total[several] ** 2 - squares[several]) / pairs).mean())
    everything = float((squares / sessions).mean() - chance.mean())
    between = max(between, 0.1 * everything)
    return between, max(everything - between, 0.05 * everything)
