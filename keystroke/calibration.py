"""From sums of evidence to a likelihood ratio that can be believed: logistic regression, with weights >= 0."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from keystroke.timing import Floats

_OVERLAP_MIN, _OVERLAP_MAX = 0.1, 0.9
"""Reference pairs hardly reach beyond these, so that nothing is known there."""

_PENALTY = 1e-3
"""On the square of a weight for a part of standard deviation 1: it decides only where pairs do not."""

_START_PENALTY = 1e-9
_STEPS_MAX = 100


class Pairs(NamedTuple):
    """The evidence of comparisons with known answers, and how often each counts."""

    parts: Floats  # (pairs, parts)
    overlap: Floats  # (pairs,)
    counts: Floats  # (pairs,)


class Calibration(NamedTuple):
    """What turns evidence into a natural-log likelihood ratio.

    First `start + parts @ weights`, then a line whose height and slope depend on how much the two texts overlap:
    `height[0] + height[1] l + (slope[0] + slope[1] l) (…)`, where l is the log odds of the overlap.
    """

    start: float
    weights: Floats  # (parts,)
    height: Floats  # (2,)
    slope: Floats  # (2,)

    def llr(self, parts: Floats, overlap: Floats | float) -> Floats:
        """(…,) of parts (…, parts) and as many overlaps."""
        height, slope = self.line(overlap)
        ratio: Floats = height + slope * (self.start + parts @ self.weights)
        return ratio

    def line(self, overlap: Floats | float) -> tuple[Floats, Floats]:
        odds = _log_odds(overlap)
        return self.height[0] + self.height[1] * odds, self.slope[0] + self.slope[1] * odds

    def to_list(self) -> list[float]:
        return [self.start, *self.weights.tolist(), *self.height.tolist(), *self.slope.tolist()]


def calibration_from_list(values: Sequence[float]) -> Calibration:
    return Calibration(values[0], np.array(values[1:-4]), np.array(values[-4:-2]), np.array(values[-2:]))


def llrs(calibrations: Floats, parts: Floats, overlap: float) -> Floats:
    """One comparison by many calibrations at once, each a row as `to_list` gives it: (calibrations,)."""
    odds = _log_odds(overlap)
    first = calibrations[:, 0] + calibrations[:, 1:-4] @ parts
    height, slope = calibrations[:, -4:-2], calibrations[:, -2:]
    ratios: Floats = height[:, 0] + height[:, 1] * odds + (slope[:, 0] + slope[:, 1] * odds) * first
    return ratios


def calibrate(*, same: Pairs, different: Pairs) -> Calibration:
    """Weights first, then what the overlap changes. Each side counts half, so that the prior is even."""
    sides = (same, different)
    weight = np.concatenate([0.5 * pairs.counts / pairs.counts.sum() for pairs in sides])
    start, weights = fit_weights(same.parts, different.parts, weight)
    columns = []
    for pairs in sides:
        ratio, odds = start + pairs.parts @ weights, _log_odds(pairs.overlap)
        columns.append(np.column_stack([odds, ratio, ratio * odds]))
    line = _logistic(columns[0], columns[1], weight)
    return Calibration(start, weights, height=line[[0, 1]], slope=line[[2, 3]])


def _log_odds(overlap: Floats | float) -> Floats:
    inside = np.clip(np.asarray(overlap, dtype=float), _OVERLAP_MIN, _OVERLAP_MAX)
    odds: Floats = np.log(inside / (1 - inside))
    return odds


def fit_weights(same: Floats, different: Floats, weight: Floats) -> tuple[float, Floats]:
    """Start and weights for which `start + parts @ weights` is a natural-log ratio.

    `same` and `different` are (pairs, parts), `weight` (all pairs,). A part with a negative weight would argue against
    what it measures: it is left out instead, with weight 0.
    """
    active = np.ones(same.shape[1], dtype=bool)
    while True:
        found = _logistic(same[:, active], different[:, active], weight)
        if (found[1:] >= 0).all():
            weights = np.zeros(same.shape[1])
            weights[active] = found[1:]
            return float(found[0]), weights
        active[np.flatnonzero(active)[int(found[1:].argmin())]] = False


def _logistic(same: Floats, different: Floats, weight: Floats) -> Floats:
    """(1 + columns,) an intercept and a coefficient a column, by Newton's method; 0 for a column that never varies."""
    x = np.concatenate([same, different])
    scale = x.std(axis=0)
    scale[scale < 1e-9] = np.inf
    x = np.column_stack([np.ones(len(x)), x / scale])
    target = np.repeat([1.0, 0.0], [len(same), len(different)])
    ridge = np.full(x.shape[1], _PENALTY)
    ridge[0] = _START_PENALTY
    b = np.zeros(x.shape[1])
    for _ in range(_STEPS_MAX):
        p = 1 / (1 + np.exp(-np.clip(x @ b, -35, 35)))
        gradient = x.T @ (weight * (p - target)) + ridge * b
        curvature = (x * (weight * p * (1 - p) + 1e-12)[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        b -= step
        if np.abs(step).max() < 1e-8:
            break
    return np.concatenate([b[:1], b[1:] / scale])
