"""Find the styles that move many features together, from sessions that each lack some: factor analysis.

By expectation maximisation (Rubin and Thayer 1982). A loading leans on those of its kind and its keys, so that a rare
pair of keys moves as its keys do elsewhere.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from keystroke.features import keys_of, kind_of
from keystroke.population.moments import SessionMoments
from keystroke.timing import Floats

STYLES = 12
"""How many numbers a typist's style has. 8 to 18 do alike on people left out; 32 learn the people by heart."""

PRIOR_SESSIONS = 20.0
"""As if so many sessions had been seen with the variance of a feature's kind."""

SHARE_OF_KIND_MIN = 0.2
"""No feature's variance between people or sessions is taken to be less than this share of its kind's."""

_FEATURES_A_STYLE, _PEOPLE_A_STYLE = 20, 4
_ROUNDS, _LEVEL_ROUNDS = 12, 15
_FEW = 4.0
"""A mean of so many presses counts half as much as one of very many."""

_FIRST_VARIANCE = 0.02
"""Of what is left of a log time once its mean is known, to begin with: a standard deviation of 14 %."""

_FIRST_PERSON = 0.7
"""The share of a style that is the person's, to begin with; a style's variance is 1."""

_KIND_RIDGE, _KEY_RIDGE = 1e-3, 1.0
"""Kinds explain loadings freely, keys only as far as many features of theirs agree."""


class Factors(NamedTuple):
    mean: Floats  # (features,)
    loadings: Floats  # (features, styles)
    residual: Floats  # (sessions, features) what sessions differ from mean and style, 0 where they lack it
    variance: Floats  # (features,) of that, without chance


class _Expectation(NamedTuple):
    """Each session's style, scaled so that the styles' second moment is 1, and the turn that does so to loadings."""

    style: Floats  # (sessions, styles)
    square: Floats  # (sessions, styles, styles)
    turn: Floats  # (styles, styles)


def session_weight(moments: SessionMoments) -> Floats:
    """(sessions, features) how much a session's mean counts beside others, by how many presses it is of."""
    weight: Floats = moments.n / (moments.n + _FEW)
    return weight


def factors(moments: SessionMoments, chance: Floats, moved: NDArray[np.bool_]) -> Factors:
    """`chance`, (sessions, features), is the variance of each mean by chance; styles move the features `moved`."""
    here = moments.n > 0
    share = 1 / np.bincount(moments.person)[moments.person]  # everyone counts once, whatever they typed
    share = share * len(share) / share.sum()
    variance = np.full(len(moments.names), _FIRST_VARIANCE)
    weight = np.where(here, 1 / (variance + chance), 0.0)
    mean: Floats = (weight * moments.mean).sum(axis=0) / weight.sum(axis=0)
    scaled = np.where(here, moments.mean - mean, 0.0) * np.sqrt(weight) * moved
    loadings = _first_loadings(scaled, weight, _styles_for(moments))
    lean = _Lean(moments)
    counted = session_weight(moments) * share[:, None]
    residual = np.zeros_like(chance)
    for _ in range(_ROUNDS):
        weight = np.where(here, 1 / (variance + chance), 0.0)
        difference = np.where(here, moments.mean - mean, 0.0)
        expected = _expectation(difference, weight, loadings, share)
        around = lean.around(loadings @ expected.turn, weight.sum(axis=0))
        loadings = _maximised(difference, weight * share[:, None], expected, *around)
        loadings[~moved] = 0
        residual = np.where(here, difference - expected.style @ loadings.T, 0.0)
        step = (weight * residual).sum(axis=0) / weight.sum(axis=0)
        mean += step
        residual = np.where(here, residual - step, 0.0)
        variance = moments.shrunk(
            (counted * (residual**2 - chance)).sum(axis=0),
            counted.sum(axis=0),
            prior=PRIOR_SESSIONS,
            least=SHARE_OF_KIND_MIN,
        )
    return Factors(mean, loadings, residual, variance)


def _styles_for(moments: SessionMoments) -> int:
    """Fewer where few people or features would be learned by heart."""
    people = len(set(moments.person.tolist()))
    return max(1, min(STYLES, len(moments.names) // _FEATURES_A_STYLE, people // _PEOPLE_A_STYLE))


def _first_loadings(scaled: Floats, weight: Floats, styles: int) -> Floats:
    """The principal directions of `scaled`, (sessions, features), differences in units of their own chance."""
    _, sizes, directions = np.linalg.svd(scaled, full_matrices=False)
    per_session = np.sqrt(np.maximum(weight.mean(axis=0), 1e-9))
    loadings: Floats = (directions[:styles].T / per_session[:, None]) * (
        sizes[:styles] / np.sqrt(len(scaled))
    )
    return loadings


def _expectation(difference: Floats, weight: Floats, loadings: Floats, share: Floats) -> _Expectation:
    covariance = np.linalg.inv(np.eye(loadings.shape[1]) + _precisions(weight, loadings))
    style = np.einsum("skl,sl->sk", covariance, (weight * difference) @ loadings)
    square = covariance + style[:, :, None] * style[:, None, :]
    turn = np.linalg.cholesky(np.einsum("s,skl->kl", share, square) / share.sum())
    back = np.linalg.inv(turn)
    return _Expectation(style @ back.T, back @ square @ back.T, turn)


def _precisions(weight: Floats, loadings: Floats) -> Floats:
    """(sessions, styles, styles) how well each session's features tell its style."""
    outer = (loadings[:, :, None] * loadings[:, None, :]).reshape(len(loadings), -1)
    precisions: Floats = (weight @ outer).reshape(len(weight), loadings.shape[1], -1)
    return precisions


def _maximised(
    difference: Floats, weight: Floats, expected: _Expectation, centre: Floats, belief: Floats
) -> Floats:
    """The loadings that fit best, each believed to lie about `centre` with a precision of `belief`."""
    styles = expected.style.shape[1]
    square = expected.square.reshape(len(weight), -1)
    left = (weight.T @ square).reshape(-1, styles, styles)
    right: Floats = (weight * difference).T @ expected.style
    left[:, range(styles), range(styles)] += belief
    return np.asarray(np.linalg.solve(left, (right + belief * centre)[:, :, None])[:, :, 0], dtype=float)


class _Lean:
    """Where a feature's loadings would be expected from its kind and its keys alone."""

    def __init__(self, moments: SessionMoments) -> None:
        self._kind = moments.kind
        self._design, self._ridge = _design(moments.names)

    def around(self, loadings: Floats, known: Floats) -> tuple[Floats, Floats]:
        """That place, and how surely they lie about it, (features, styles): by how far those of their kind lie off.

        `known`, (features,), is how much was seen of each.
        """
        trust = (known / (known + np.median(known)))[:, None]
        weighted = self._design * trust
        centre = self._design @ np.linalg.solve(
            self._design.T @ weighted + np.diag(self._ridge), weighted.T @ loadings
        )
        off = np.zeros((int(self._kind.max()) + 1, loadings.shape[1]))
        np.add.at(off, self._kind, (loadings - centre) ** 2 * known[:, None])
        belief = 1 / (off / np.bincount(self._kind, known)[:, None] + 1e-5)[self._kind]
        return centre, belief


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
    ridge = np.array([_KIND_RIDGE if column[0] == "kind" else _KEY_RIDGE for column in columns])
    return design, ridge


def style_variances(moments: SessionMoments, found: Factors, weight: Floats) -> tuple[Floats, Floats]:
    """Covariances of styles between people and between one person's sessions, by expectation maximisation.

    `weight`, (sessions, features), is one over the variance that styles leave. People with one session tell nothing.
    """
    precision = _precisions(weight, found.loadings)
    difference = np.where(moments.n > 0, moments.mean - found.mean, 0.0)
    pull = (weight * difference) @ found.loadings
    groups = [np.flatnonzero(moments.person == person) for person in range(int(moments.person.max()) + 1)]
    groups = [group for group in groups if len(group) > 1]
    identity = np.eye(found.loadings.shape[1])
    between, within = _FIRST_PERSON * identity, (1 - _FIRST_PERSON) * identity
    for _ in range(_LEVEL_ROUNDS):
        of_people = [_of_person(precision[group], pull[group], between, within) for group in groups]
        between, within = np.array(of_people).mean(axis=0)
    return between, within


def _of_person(precision: Floats, pull: Floats, between: Floats, within: Floats) -> tuple[Floats, Floats]:
    """The expected square of one person's style, and of how far their sessions' lie from it."""
    within_inverse = np.linalg.inv(within)
    own = np.linalg.inv(within_inverse + precision)  # of each session, were the person's style known
    gain = own @ within_inverse
    information = np.linalg.inv(between) + (within_inverse - within_inverse @ gain).sum(axis=0)
    covariance = np.linalg.inv(information)
    style = covariance @ np.einsum("skl,sk->l", gain, pull)
    away = np.einsum("skl,sl->sk", own, pull) + gain @ style - style
    cross = gain @ covariance
    spread = own + cross @ gain.transpose(0, 2, 1) + covariance
    spread = spread - cross - cross.transpose(0, 2, 1) + away[:, :, None] * away[:, None, :]
    return covariance + np.outer(style, style), spread.mean(axis=0)
