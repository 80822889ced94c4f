"""What two profiles say about each other: the two-level model of people and their sessions.

A feature's mean in one session is

    population + loading · style + the person's own part + the session's part + chance

where a *style* is a few numbers that move many features together: overall speed, how long keys are held, how hands
alternate. A style has a person's and a session's share too. If one person typed both sessions, these share the
person's parts; if two people did, they share the population's alone. The ratio of the two densities is the
evidence. It is that of probabilistic linear discriminant analysis (Ioffe 2006; Prince and Elder 2007) where few
presses make a mean uncertain, and what styles leave over is compared feature by feature.

Styles carry over to keys that only one of the sessions has, and a typist's overall speed is counted once and not
once a digraph. Everything is a sum over features, so that every part of a comparison can be shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keystroke.profile import Profile
from keystroke.timing import Floats

FAMILIES = ("hold", "DD", "UD", "rhythm")
TIMED = ("hold", "DD", "UD")
"""The families that are times: those that styles move, and whose spread within a session tells how steady it is."""

PARTS = ("style", *FAMILIES, *(f"{family} steadiness" for family in TIMED))

CLIP = 3.0
"""No single feature may say more than this, in natural log: one odd digraph must not decide."""

_PART_CLIP = 50.0
_STEADY_PRESSES, _STEADY_RANGE = 40.0, 6.0
"""How many presses of average steadiness a session is thought to begin with, and how far from it one may be."""


@dataclass(frozen=True)
class Spread:
    """The reference population's statistics. What too few of its people typed is not in it and never compared.

    Arrays follow `names`. `unknown` is how far another population's mean may be from this one's, the others are
    variances of a feature's mean between people and between sessions, and of a single press. Styles have the same
    three. `steadiness` holds, by family of TIMED, the mean of the log of a session's press variance beside the
    population's, and its variances (unknown, person, session).
    """

    names: list[str]
    mean: Floats  # (features,)
    unknown: Floats
    person: Floats
    session: Floats
    press: Floats
    loadings: Floats  # (features, styles)
    style_unknown: Floats  # (styles, styles)
    style_person: Floats
    style_session: Floats
    steadiness: Floats  # (timed families, 4)

    @cached_property
    def index(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.names)}

    @cached_property
    def family(self) -> NDArray[np.intp]:
        return np.array([family_of(name) for name in self.names], dtype=np.intp)

    def to_dict(self) -> dict[str, Any]:
        columns = np.column_stack(
            [self.mean, self.unknown, self.person, self.session, self.press, self.loadings]
        )
        return {
            "features": {
                name: [_short(row[0], 5), *(_short(x) for x in row[1:])]
                for name, row in zip(self.names, columns.tolist(), strict=True)
            },
            **{
                name: [[_short(x) for x in row] for row in getattr(self, name).tolist()] for name in _MATRICES
            },
        }


def spread_from_dict(data: Mapping[str, Any]) -> Spread:
    columns = np.array(list(data["features"].values()), dtype=float)
    mean, unknown, person, session, press = columns[:, :5].T
    matrices = {name: np.array(data[name], dtype=float) for name in _MATRICES}
    styles = columns.shape[1] - 5
    shapes = [(styles, styles)] * 3 + [(len(TIMED), 4)]
    if [matrix.shape for matrix in matrices.values()] != shapes:
        raise ValueError(f"With {styles} loadings a feature, the matrices of styles are of the wrong size.")
    return Spread(list(data["features"]), mean, unknown, person, session, press, columns[:, 5:], **matrices)


_MATRICES = ("style_unknown", "style_person", "style_session", "steadiness")


def _short(value: float, digits: int = 3) -> float:
    return float(f"{value:.{digits}g}")


@dataclass(frozen=True)
class Reading:
    """One profile as the population sees it. Arrays follow `rows`, the population's features that it has."""

    rows: NDArray[np.intp]
    values: Floats
    presses: Floats  # how many average presses a mean is worth: fewer of an unsteady typist
    residual: Floats  # from the population's mean
    pull: Floats  # (features, styles): what each feature says about the style
    precision: Floats  # (styles, styles) of all of it
    left_over: Floats  # what the style does not explain
    steadiness: Floats  # (timed families, 2): log variance beside the population's, and the chance in it
    pairs: Mapping[str, int]  # how often each pair of keys was typed, also those that the population lacks


def read(profile: Profile, spread: Spread) -> Reading:
    index = spread.index
    found = sorted((index[name], *moments) for name, moments in profile.features.items() if name in index)
    table = np.array(found, dtype=float).reshape(-1, 4)
    rows = table[:, 0].astype(np.intp)
    n, values, m2 = table[:, 1:].T
    presses, steadiness = steady_presses(n, m2, spread.press[rows], spread.family[rows])
    residual = values - spread.mean[rows]
    loadings = spread.loadings[rows]
    weight = 1 / (spread.person[rows] + spread.session[rows] + spread.press[rows] / presses)
    weighted = loadings * weight[:, None]
    pull, precision = weighted * residual[:, None], weighted.T @ loadings
    prior = np.linalg.inv(spread.style_unknown + spread.style_person + spread.style_session)
    style = np.linalg.solve(prior + precision, pull.sum(axis=0))
    return Reading(
        rows,
        values,
        presses,
        residual,
        pull,
        precision,
        residual - loadings @ style,
        steadiness,
        {name: moments.n for name, moments in profile.features.items() if name.startswith("DD ")},
    )


def steady_presses(n: Floats, m2: Floats, press: Floats, family: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """How many average presses the n of each feature are worth, given how much this session's scatter."""
    steadiness = np.zeros((len(TIMED), 2))
    worth = n.copy()
    for timed in range(len(TIMED)):
        here = family == timed
        scatter, free = float((m2[here] / press[here]).sum()), float(np.maximum(n[here] - 1, 0).sum())
        ratio = (_STEADY_PRESSES + scatter) / (_STEADY_PRESSES + free)
        worth[here] /= np.clip(ratio, 1 / _STEADY_RANGE, _STEADY_RANGE)
        steadiness[timed] = np.log((scatter + 1) / (free + 1)), 2 / (free + 1)
    return worth, steadiness


@dataclass(frozen=True)
class Evidence:
    """Natural logs. `parts` follows PARTS; the arrays follow `features`, those that both profiles have.

    `overlap`, from 0 to 1, is how much of each side's pairs of keys the other typed too, on average: where it is
    little, two texts or tasks differ, and less can be said.
    `ratios` is each one's own evidence, a share of its family's part. `style_shares` is its share of the part
    "style"; the rest of that part is of features that only one has, and `style_start`, which no feature decides.
    """

    parts: Floats
    features: list[str]
    ratios: Floats  # clipped
    style_shares: Floats
    style_start: float
    overlap: float
    profile_means: Floats
    questioned_means: Floats


def evidence(profile: Profile, questioned: Profile, spread: Spread) -> Evidence:
    return evidence_of(read(profile, spread), read(questioned, spread), spread)


def evidence_of(x: Reading, y: Reading, spread: Spread) -> Evidence:
    shared, in_x, in_y = np.intersect1d(x.rows, y.rows, assume_unique=True, return_indices=True)
    ratios = log_ratio(
        x.left_over[in_x],
        y.left_over[in_y],
        spread.unknown[shared],
        spread.person[shared],
        spread.session[shared] + spread.press[shared] / x.presses[in_x],
        spread.session[shared] + spread.press[shared] / y.presses[in_y],
    )
    ratios = np.clip(ratios, -CLIP, CLIP)
    start, shares_x, shares_y = _style(x, y, spread)
    style = start + shares_x.sum() + shares_y.sum()
    mean, unknown, person, session = spread.steadiness.T
    steadiness = log_ratio(
        x.steadiness[:, 0] - mean,
        y.steadiness[:, 0] - mean,
        unknown,
        person,
        session + x.steadiness[:, 1],
        session + y.steadiness[:, 1],
    )
    parts = np.concatenate(
        [[style], np.bincount(spread.family[shared], ratios, len(FAMILIES)), np.clip(steadiness, -CLIP, CLIP)]
    )
    return Evidence(
        np.clip(parts, -_PART_CLIP, _PART_CLIP),
        [spread.names[i] for i in shared.tolist()],
        ratios,
        shares_x[in_x] + shares_y[in_y],
        start,
        (_covered(x.pairs, y.pairs) + _covered(y.pairs, x.pairs)) / 2,
        x.values[in_x],
        y.values[in_y],
    )


def _covered(pairs: Mapping[str, int], by: Mapping[str, int]) -> float:
    total = sum(pairs.values())
    return sum(n for name, n in pairs.items() if name in by) / total if total else 0.0


def _style(x: Reading, y: Reading, spread: Spread) -> tuple[float, Floats, Floats]:
    """The style's evidence: what is there before any time is seen, and each feature's share of the rest."""
    unknown, person = spread.style_unknown, spread.style_person
    everything, zero = unknown + person + spread.style_session, np.zeros_like(person)
    precision = np.block([[x.precision, zero], [zero, y.precision]])
    pull = np.concatenate([x.pull.sum(axis=0), y.pull.sum(axis=0)])
    start, direction = 0.0, np.zeros_like(pull)
    for sign, shared in ((1, unknown + person), (-1, unknown)):
        prior = np.block([[everything, shared], [shared, everything]])
        system = np.eye(len(prior)) + prior @ precision
        start -= sign * 0.5 * float(np.linalg.slogdet(system)[1])
        direction += sign * 0.5 * np.linalg.solve(system, prior @ pull)
    return start, x.pull @ direction[: len(person)], y.pull @ direction[len(person) :]


def log_ratio(x: Any, y: Any, common: Any, person: Any, noise_x: Any, noise_y: Any) -> Any:
    """The natural log of p(x, y | same person) / p(x, y | different people), for zero-mean normal x and y.

    Both hypotheses share `common`, the uncertainty of the population's own mean; one person also shares `person`.
    """
    variance_x, variance_y = common + person + noise_x, common + person + noise_y
    return _log_density(x, y, variance_x, variance_y, common + person) - _log_density(
        x, y, variance_x, variance_y, common
    )


def _log_density(x: Any, y: Any, variance_x: Any, variance_y: Any, covariance: Any) -> Any:
    determinant = variance_x * variance_y - covariance**2
    distance = variance_y * x * x - 2 * covariance * x * y + variance_x * y * y
    return -0.5 * np.log(determinant) - 0.5 * distance / determinant


# Kinds of features

_LEFT = frozenset("QWERTASDFGZXCVB")


def family_of(feature: str) -> int:
    return FAMILIES.index(feature.split(" ", 1)[0])


def keys_of(feature: str) -> Sequence[str]:
    """The physical keys that a timed feature is about, one or two."""
    family, _, keys = feature.partition(" ")
    return keys.split(">") if family in TIMED else ()


@lru_cache(maxsize=20_000)
def kind_of(feature: str) -> str:
    """Features that move alike, by hand, thumb and edge of the keyboard: a rare one leans on its kind's spread."""
    family, _, _ = feature.partition(" ")
    keys = keys_of(feature)
    if not keys:
        return feature
    zones = [_zone(code) for code in keys]
    if len(keys) == 1:
        return f"{family} {zones[0]}"
    if keys[0] == keys[1]:
        return f"{family} same key"
    if set(zones) <= {"left", "right"}:
        return f"{family} {'same hand' if zones[0] == zones[1] else 'other hand'}"
    return f"{family} {'thumb' if 'edge' not in zones else 'edge'}"


def _zone(code: str) -> str:
    if code == "Space":
        return "thumb"
    if code.startswith("Key"):
        return "left" if code[3:] in _LEFT else "right"
    return "edge"
