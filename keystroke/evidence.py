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

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keystroke.features import FAMILIES, TIMED, family_of, is_digraph
from keystroke.profile import Profile
from keystroke.timing import Floats

PARTS = ("style", *FAMILIES, *(f"{family} steadiness" for family in TIMED))
"""What the evidence is the sum of, before each is weighed: see `keystroke.calibration`."""

CLIP = 3.0
"""No single feature may say more than this, in natural log: one odd digraph must not decide."""

_PART_CLIP = 50.0
"""In natural log, far beyond what any weight lets count: it keeps the calibration's arithmetic finite."""

_STEADY_PRESSES, _STEADY_RATIO_MAX = 40.0, 6.0
"""How many presses of average steadiness a session is thought to begin with, and how many times steadier or less steady
than the population one may be."""


@dataclass(frozen=True)
class Spread:
    """The reference population's statistics. What too few of its people typed is not in it and never compared.

    Arrays follow `names` and hold variances: `unknown` of the distance from another population's mean to this one's,
    `person` and `session` of a feature's mean from person to person and from session to session, `press` of a single
    press. Styles have the first three. `steadiness` is, by family of TIMED, of the log of a session's press variance
    beside the population's: its mean, and its variances (unknown, person, session).
    """

    names: list[str]
    mean: Floats  # (features,)
    unknown: Floats  # (features,)
    person: Floats  # (features,)
    session: Floats  # (features,)
    press: Floats  # (features,)
    loadings: Floats  # (features, styles)
    style_unknown: Floats  # (styles, styles)
    style_person: Floats  # (styles, styles)
    style_session: Floats  # (styles, styles)
    steadiness: Floats  # (timed families, 4)

    @cached_property
    def index(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.names)}

    @cached_property
    def family(self) -> NDArray[np.intp]:
        """(features,) by place in FAMILIES."""
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
            "style_unknown": _rows(self.style_unknown),
            "style_person": _rows(self.style_person),
            "style_session": _rows(self.style_session),
            "steadiness": _rows(self.steadiness),
        }


def spread_from_dict(data: Mapping[str, Any]) -> Spread:
    """What `to_dict` wrote; a ValueError or KeyError if it is of another form."""
    columns = np.array(list(data["features"].values()), dtype=float)
    mean, unknown, person, session, press = columns[:, :5].T
    loadings = columns[:, 5:]
    styles = loadings.shape[1]
    return Spread(
        list(data["features"]),
        mean,
        unknown,
        person,
        session,
        press,
        loadings,
        style_unknown=_matrix(data, "style_unknown", styles, styles),
        style_person=_matrix(data, "style_person", styles, styles),
        style_session=_matrix(data, "style_session", styles, styles),
        steadiness=_matrix(data, "steadiness", len(TIMED), 4),
    )


def _matrix(data: Mapping[str, Any], name: str, rows: int, columns: int) -> Floats:
    matrix: Floats = np.array(data[name], dtype=float)
    if matrix.shape != (rows, columns):
        raise ValueError(f"{name} must be {rows} by {columns} numbers, and is {matrix.shape}.")
    return matrix


def _rows(matrix: Floats) -> list[list[float]]:
    return [[_short(x) for x in row] for row in matrix.tolist()]


def _short(value: float, digits: int = 3) -> float:
    return float(f"{value:.{digits}g}")


@dataclass(frozen=True)
class Reading:
    """One profile as the population sees it. Arrays follow `rows`, the population's features that it has."""

    rows: NDArray[np.intp]
    values: Floats  # (rows,) the feature's mean
    presses: Floats  # (rows,) how many average presses that mean is worth: fewer of an unsteady typist
    pull: Floats  # (rows, styles) what each feature says about the style
    precision: Floats  # (styles, styles) of all of it
    left_over: Floats  # (rows,) what neither the population's mean nor the style explains
    steadiness: Floats  # (timed families, 2) log press variance beside the population's, and the chance in it
    pairs: Mapping[str, int]  # how often each pair of keys was typed, also those that the population lacks


def read(profile: Profile, spread: Spread) -> Reading:
    """A profile of no feature that the population has is read, too: it says nothing."""
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
        pull,
        precision,
        residual - loadings @ style,
        steadiness,
        {name: moments.n for name, moments in profile.features.items() if is_digraph(name)},
    )


def steady_presses(n: Floats, m2: Floats, press: Floats, family: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """How many average presses the `n` of each feature are worth, given how much this session's scatter.

    `m2` is the sum of squared distances from the feature's mean, `press` the population's variance of one press. Also
    the steadiness of each timed family, (timed families, 2): the log of the session's press variance beside the
    population's, and the variance of that log by chance, which is 2 / degrees of freedom.
    """
    steadiness = np.zeros((len(TIMED), 2))
    worth = n.copy()
    for timed in range(len(TIMED)):
        here = family == timed
        scatter, free = float((m2[here] / press[here]).sum()), float(np.maximum(n[here] - 1, 0).sum())
        ratio = (_STEADY_PRESSES + scatter) / (_STEADY_PRESSES + free)
        worth[here] /= np.clip(ratio, 1 / _STEADY_RATIO_MAX, _STEADY_RATIO_MAX)
        steadiness[timed] = np.log((scatter + 1) / (free + 1)), 2 / (free + 1)  # + 1: also of no press
    return worth, steadiness


@dataclass(frozen=True)
class Evidence:
    """Natural logs. Arrays follow `features`, those that both profiles have.

    `ratios` is each one's own evidence, a share of its family's part. `style_shares` is its share of the part
    "style"; the rest of that part is of features that only one has, and of what is there before any time is seen.
    `overlap`, from 0 to 1, is how much of each side's pairs of keys the other typed too, on average: where it is
    little, two texts or tasks differ, and less can be said.
    """

    parts: Floats  # (parts,) as PARTS names them
    features: list[str]
    ratios: Floats  # (features,) none beyond CLIP
    style_shares: Floats  # (features,)
    overlap: float
    profile_means: Floats  # (features,)
    questioned_means: Floats  # (features,)


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
        (_covered(x.pairs, y.pairs) + _covered(y.pairs, x.pairs)) / 2,
        x.values[in_x],
        y.values[in_y],
    )


def _covered(pairs: Mapping[str, int], by: Mapping[str, int]) -> float:
    total = sum(pairs.values())
    return sum(n for name, n in pairs.items() if name in by) / total if total else 0.0


def _style(x: Reading, y: Reading, spread: Spread) -> tuple[float, Floats, Floats]:
    """The style's evidence: what is there before any time is seen, and each feature's share of the rest, by side.

    The styles of the two sessions are normal with mean 0 and, for each hypothesis, a covariance `prior`, (2 styles,
    2 styles). What the features say of them is normal, too, so each density is known without an integral, and its
    exponent is linear in the features' pulls.
    """
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


def log_ratio(
    x: Floats, y: Floats, common: Floats, person: Floats, noise_x: Floats, noise_y: Floats
) -> Floats:
    """The natural log of p(x, y | same person) / p(x, y | different people), for zero-mean normal x and y.

    Both hypotheses share `common`, the uncertainty of the population's own mean; one person also shares `person`.
    """
    variance_x, variance_y = common + person + noise_x, common + person + noise_y
    same = _log_density(x, y, variance_x, variance_y, common + person)
    different = _log_density(x, y, variance_x, variance_y, common)
    return same - different


def _log_density(x: Floats, y: Floats, variance_x: Floats, variance_y: Floats, covariance: Floats) -> Floats:
    """Less the log of 2 pi, which the ratio does not need."""
    determinant = variance_x * variance_y - covariance**2
    distance = variance_y * x * x - 2 * covariance * x * y + variance_x * y * y
    density: Floats = -0.5 * np.log(determinant) - 0.5 * distance / determinant
    return density
