"""Estimate the two-level model from people who each typed several sessions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keystroke.evidence import FAMILIES, TIMED, Spread, family_of, keys_of, kind_of, steady_presses
from keystroke.profile import Profile
from keystroke.timing import Floats

Indices = NDArray[np.intp]
People = Sequence[Sequence[Profile]]
"""By person, by session."""

PEOPLE_MIN = 8
STYLES = 12
"""How many numbers a typist's style has. 8 to 18 do alike on people left out; 32 learn the people by heart."""

COHORTS = 0.12
"""How far the means of two populations lie apart, beside the variance between people: measured on the styles of the
two sets that the shipped population is made of. Two people of a third population share its distance from these."""

_FEATURES_A_STYLE, _PEOPLE_A_STYLE = 20, 4
_ROUNDS = 12
_PRIOR_PRESSES, _PRIOR_SESSIONS, _FEW = 40.0, 20.0, 4.0
_SMALLEST = 1e-4


@dataclass
class _Table:
    """Every session's moments, (sessions, features); `n` is 0 and the others are 0 where a session lacks one."""

    names: list[str]
    n: Floats
    mean: Floats
    m2: Floats
    person: Indices  # (sessions,)
    people: Floats  # (features,) how many people have it

    def by_kind(self) -> tuple[Indices, int]:
        kinds = [kind_of(name) for name in self.names]
        order = {kind: i for i, kind in enumerate(dict.fromkeys(kinds))}
        return np.array([order[kind] for kind in kinds], dtype=np.intp), len(order)


def fit(people: People) -> Spread:
    table = _collect(people)
    kind, kinds = table.by_kind()
    family = np.array([family_of(name) for name in table.names], dtype=np.intp)
    press = _press_variances(table, kind, kinds)
    steadiness = np.zeros((len(table.n), len(TIMED), 2))
    presses = np.empty_like(table.n)
    for row in range(len(table.n)):
        presses[row], steadiness[row] = steady_presses(table.n[row], table.m2[row], press, family)
    chance = np.where(table.n > 0, press / np.maximum(presses, 1e-9), 0.0)
    mean, loadings, residual, total = _styles(table, chance, kind, kinds, family < len(TIMED))
    person, session = _split(table, residual, total, kind, kinds)
    weight = np.where(table.n > 0, 1 / (person + session + chance), 0.0)
    style_person, style_session = _style_levels(table, loadings, mean, weight)
    return Spread(
        table.names,
        mean,
        (person + session) / table.people + COHORTS * person,
        person,
        session,
        press,
        loadings,
        COHORTS * style_person,
        style_person,
        style_session,
        np.array(
            [_two_levels(session[:, 0], session[:, 1], table.person) for session in steadiness.swapaxes(0, 1)]
        ),
    )


def _collect(people: People) -> _Table:
    owners: dict[str, int] = {}
    for sessions in people:
        for name in {name for session in sessions for name in session.features}:
            owners[name] = owners.get(name, 0) + 1
    names = sorted(name for name, count in owners.items() if count >= PEOPLE_MIN)
    index = {name: i for i, name in enumerate(names)}
    rows = sum(len(sessions) for sessions in people)
    moments = np.zeros((3, rows, len(names)))
    for row, session in enumerate(session for sessions in people for session in sessions):
        for name, values in session.features.items():
            if name in index:
                moments[:, row, index[name]] = values
    person = np.repeat(np.arange(len(people)), [len(sessions) for sessions in people]).astype(np.intp)
    n, mean, m2 = moments
    return _Table(names, n, mean, m2, person, np.array([owners[name] for name in names], dtype=float))


def _press_variances(table: _Table, kind: Indices, kinds: int) -> Floats:
    free = np.maximum(table.n - 1, 0).sum(axis=0)
    m2 = table.m2.sum(axis=0)
    common = np.bincount(kind, m2, kinds) / np.maximum(np.bincount(kind, free, kinds), 1)
    common = np.maximum(common, _SMALLEST)[kind]
    variances: Floats = (m2 + _PRIOR_PRESSES * common) / (free + _PRIOR_PRESSES)
    return variances


def _styles(
    table: _Table, chance: Floats, kind: Indices, kinds: int, moved: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Factor analysis by expectation maximisation (Rubin and Thayer 1982), where sessions lack features.

    Returns the features' means and loadings, what sessions differ from them, and that difference's variance.
    A loading leans on those of its kind and its keys, so that a rare pair moves as its keys do elsewhere.
    """
    here = table.n > 0
    share = (
        1 / np.bincount(table.person)[table.person]
    )  # everyone counts once, however many sessions they typed
    share = share * len(share) / share.sum()
    total = np.full(len(table.names), 0.02)
    weight = np.where(here, 1 / (total + chance), 0.0)
    mean: Floats = (weight * table.mean).sum(axis=0) / weight.sum(axis=0)
    loadings = _first_loadings(
        np.where(here, table.mean - mean, 0.0) * np.sqrt(weight) * moved, weight, _styles_for(table)
    )
    design, ridge = _design(table.names)
    few = np.where(here, table.n / (table.n + _FEW), 0.0) * share[:, None]
    residual = np.zeros_like(chance)
    for _ in range(_ROUNDS):
        weight = np.where(here, 1 / (total + chance), 0.0)
        difference = np.where(here, table.mean - mean, 0.0)
        style, square, turn = _expected_styles(difference, weight, loadings, share)
        loadings = _loadings(difference, weight, share, style, square, loadings @ turn, kind, design, ridge)
        loadings[~moved] = 0
        residual = np.where(here, difference - style @ loadings.T, 0.0)
        step = (weight * residual).sum(axis=0) / weight.sum(axis=0)
        mean += step
        residual = np.where(here, residual - step, 0.0)
        total = _shrunk(
            (few * (residual**2 - chance)).sum(axis=0), few.sum(axis=0), kind, kinds, _PRIOR_SESSIONS
        )
    return mean, loadings, residual, total


def _styles_for(table: _Table) -> int:
    """Fewer where few people or features would be learned by heart."""
    return max(
        1, min(STYLES, len(table.names) // _FEATURES_A_STYLE, len(set(table.person)) // _PEOPLE_A_STYLE)
    )


def _first_loadings(scaled: Floats, weight: Floats, styles: int) -> Floats:
    _, sizes, directions = np.linalg.svd(scaled, full_matrices=False)
    per_session = np.sqrt(np.maximum(weight.mean(axis=0), 1e-9))
    loadings: Floats = (directions[:styles].T / per_session[:, None]) * (
        sizes[:styles] / np.sqrt(len(scaled))
    )
    return loadings


def _expected_styles(
    difference: Floats, weight: Floats, loadings: Floats, share: Floats
) -> tuple[Floats, Floats, Floats]:
    """Each session's style and its square, scaled to unit variance, and the turn that does so to loadings."""
    precision = _precisions(weight, loadings)
    covariance = np.linalg.inv(np.eye(loadings.shape[1]) + precision)
    style = np.einsum("skl,sl->sk", covariance, (weight * difference) @ loadings)
    square = covariance + style[:, :, None] * style[:, None, :]
    turn = np.linalg.cholesky(np.einsum("s,skl->kl", share, square) / share.sum())
    back = np.linalg.inv(turn)
    return style @ back.T, back @ square @ back.T, turn


def _precisions(weight: Floats, loadings: Floats) -> Floats:
    outer = (loadings[:, :, None] * loadings[:, None, :]).reshape(len(loadings), -1)
    precisions: Floats = (weight @ outer).reshape(len(weight), loadings.shape[1], -1)
    return precisions


def _loadings(
    difference: Floats,
    weight: Floats,
    share: Floats,
    style: Floats,
    square: Floats,
    before: Floats,
    kind: Indices,
    design: Floats,
    ridge: Floats,
) -> Floats:
    styles = before.shape[1]
    weighted = weight * share[:, None]
    left = (weighted.T @ square.reshape(len(square), -1)).reshape(-1, styles, styles)
    right: Floats = (weighted * difference).T @ style
    known = weight.sum(axis=0)
    trust = (known / (known + np.median(known)))[:, None]
    expected = design @ np.linalg.solve(
        design.T @ (design * trust) + np.diag(ridge), (design * trust).T @ before
    )
    away = (before - expected) ** 2 * known[:, None]
    by_kind = np.zeros((int(kind.max()) + 1, styles))
    np.add.at(by_kind, kind, away)
    belief = 1 / (by_kind / np.bincount(kind, known)[:, None] + 1e-5)[kind]
    left[:, range(styles), range(styles)] += belief
    return np.asarray(np.linalg.solve(left, (right + belief * expected)[:, :, None])[:, :, 0], dtype=float)


def _design(names: Sequence[str]) -> tuple[Floats, Floats]:
    """Which kind, first and second key each feature has, (features, columns), and how far a column may go."""
    columns: dict[tuple[str, ...], int] = {}
    rows = []
    for name in names:
        family = name.split(" ", 1)[0]
        own: list[tuple[str, ...]] = [("kind", kind_of(name))]
        keys = keys_of(name)
        if len(keys) == 2:
            own += [("first", family, keys[0]), ("second", family, keys[1])]
        rows.append([columns.setdefault(column, len(columns)) for column in own])
    design = np.zeros((len(names), len(columns)))
    for row, own_columns in zip(design, rows, strict=True):
        row[own_columns] = 1
    return design, np.array([1e-3 if column[0] == "kind" else 1.0 for column in columns])


def _shrunk(sums: Floats, counts: Floats, kind: Indices, kinds: int, prior: float) -> Floats:
    """A variance of each feature that leans on its kind's, and is never much below it."""
    common = np.bincount(kind, sums, kinds) / np.maximum(np.bincount(kind, counts, kinds), 1e-9)
    common = np.maximum(common, _SMALLEST)[kind]
    shrunk: Floats = np.maximum((sums + prior * common) / (counts + prior), 0.2 * common)
    return shrunk


def _split(
    table: _Table, residual: Floats, total: Floats, kind: Indices, kinds: int
) -> tuple[Floats, Floats]:
    """Products of one person's residuals in different sessions average to the variance between people."""
    people = int(table.person.max()) + 1
    member = np.zeros((people, len(table.person)))
    member[table.person, range(len(table.person))] = 1
    weight = table.n / (table.n + _FEW)
    across = (member @ (weight * residual)) ** 2 - member @ (weight * residual) ** 2
    across_weight = (member @ weight) ** 2 - member @ weight**2
    sessions = member.sum(axis=1)
    pairs = np.maximum(sessions * (sessions - 1), 1)[:, None]
    sums, counts = (across / pairs).sum(axis=0), (across_weight / pairs).sum(axis=0)
    common_total = np.bincount(kind, total, kinds) / np.bincount(kind, minlength=kinds)
    common = np.bincount(kind, sums, kinds) / np.maximum(np.bincount(kind, counts, kinds), 1e-9)
    common = np.clip(common, 0.1 * common_total, 0.9 * common_total)
    person = (sums + _PRIOR_SESSIONS * common[kind]) / (counts + _PRIOR_SESSIONS)
    person = np.maximum(person, 0.2 * common[kind])
    return person, np.maximum(total - person, 0.2 * (common_total - common)[kind])


def _style_levels(table: _Table, loadings: Floats, mean: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Variances of styles between people and between sessions, by expectation maximisation."""
    precision = _precisions(weight, loadings)
    pull = (weight * np.where(table.n > 0, table.mean - mean, 0.0)) @ loadings
    groups = [np.flatnonzero(table.person == person) for person in range(int(table.person.max()) + 1)]
    groups = [group for group in groups if len(group) > 1]
    between, within = 0.7 * np.eye(loadings.shape[1]), 0.3 * np.eye(loadings.shape[1])
    for _ in range(15):
        between_inverse, within_inverse = np.linalg.inv(between), np.linalg.inv(within)
        own = np.linalg.inv(within_inverse + precision)  # of each session, were the person's style known
        between_sum, within_sum = np.zeros_like(between), np.zeros_like(within)
        for group in groups:
            gain = own[group] @ within_inverse
            information = between_inverse + (within_inverse - within_inverse @ gain).sum(axis=0)
            covariance = np.linalg.inv(information)
            style = covariance @ np.einsum("skl,sk->l", gain, pull[group])
            between_sum += covariance + np.outer(style, style)
            away = np.einsum("skl,sl->sk", own[group], pull[group]) + gain @ style - style
            cross = gain @ covariance
            spread = own[group] + cross @ gain.transpose(0, 2, 1) + covariance
            spread = spread - cross - cross.transpose(0, 2, 1) + away[:, :, None] * away[:, None, :]
            within_sum += spread.mean(axis=0)
        between, within = between_sum / len(groups), within_sum / len(groups)
    return between, within


def _two_levels(values: Floats, chance: Floats, person: Indices) -> tuple[float, float, float, float]:
    """Mean of one number a session, and its variances between populations, people and sessions."""
    size = int(person.max()) + 1
    sessions = np.bincount(person, minlength=size)
    mean = float((np.bincount(person, values, size) / sessions).mean())
    values = values - mean
    total, squares = np.bincount(person, values, size), np.bincount(person, values**2, size)
    several = sessions > 1
    pairs = sessions[several] * (sessions[several] - 1)
    between = float(((total[several] ** 2 - squares[several]) / pairs).mean())
    everything = float((squares / sessions).mean() - chance.mean())
    between = max(between, 0.1 * everything)
    return mean, COHORTS * between, between, max(everything - between, 0.05 * everything)


assert set(TIMED) == set(FAMILIES[: len(TIMED)])  # `steady_presses` numbers families as FAMILIES does
