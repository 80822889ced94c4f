"""From sums of evidence to a likelihood ratio that can be believed: logistic regression, with weights >= 0."""

from typing import NamedTuple

import numpy as np

from keystroke.timing import Floats

_OVERLAP_MIN, _OVERLAP_MAX = 0.1, 0.9
"""Reference pairs hardly reach beyond these, so that nothing is known there."""


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

    def llr(self, parts: Floats, overlap: Floats) -> Floats:
        height, slope = self.line(overlap)
        ratio: Floats = height + slope * (self.start + parts @ self.weights)
        return ratio

    def line(self, overlap: Floats) -> tuple[Floats, Floats]:
        odds = log_odds(overlap)
        return self.height[0] + self.height[1] * odds, self.slope[0] + self.slope[1] * odds

    def to_list(self) -> list[float]:
        return [self.start, *self.weights.tolist(), *self.height.tolist(), *self.slope.tolist()]


def llrs(calibrations: Floats, parts: Floats, overlap: float) -> Floats:
    """One comparison by many calibrations, each a row as `to_list` gives it: (calibrations,)."""
    odds = log_odds(np.array(overlap))
    first = calibrations[:, 0] + calibrations[:, 1:-4] @ parts
    height, slope = calibrations[:, -4:-2], calibrations[:, -2:]
    ratios: Floats = height[:, 0] + height[:, 1] * odds + (slope[:, 0] + slope[:, 1] * odds) * first
    return ratios


def calibration_from_list(values: list[float]) -> Calibration:
    return Calibration(values[0], np.array(values[1:-4]), np.array(values[-4:-2]), np.array(values[-2:]))


def calibrate(*, same: Pairs, different: Pairs) -> Calibration:
    """Weights first, then what the overlap changes: each side of the pairs counts half."""
    first = fit_weights(
        same=same.parts,
        different=different.parts,
        same_counts=same.counts,
        different_counts=different.counts,
    )
    sides = []
    for pairs in (same, different):
        ratio, odds = first[0] + pairs.parts @ first[1:], log_odds(pairs.overlap)
        sides.append(np.column_stack([odds, ratio, ratio * odds]))
    weight = np.concatenate([0.5 * pairs.counts / pairs.counts.sum() for pairs in (same, different)])
    line = _logistic(sides[0], sides[1], weight, _PENALTY)
    return Calibration(float(first[0]), first[1:], line[[0, 1]], line[[2, 3]])


def log_odds(overlap: Floats) -> Floats:
    inside = np.clip(overlap, _OVERLAP_MIN, _OVERLAP_MAX)
    odds: Floats = np.log(inside / (1 - inside))
    return odds


_PENALTY = 1e-3


def fit_weights(
    *,
    same: Floats,
    different: Floats,
    same_counts: Floats | None = None,
    different_counts: Floats | None = None,
    penalty: float = _PENALTY,
) -> Floats:
    """Intercept and weights for which `intercept + parts @ weights` is a natural-log ratio.

    `same` and `different` are (pairs, parts); each side counts half, so that the prior is even, and within a side
    a pair counts as often as its entry in the counts says. A part with a negative weight would argue against what
    it measures: it is left out instead, with weight 0.
    """
    counts = [
        np.ones(len(pairs)) if given is None else given
        for pairs, given in ((same, same_counts), (different, different_counts))
    ]
    weight = np.concatenate([0.5 * count / count.sum() for count in counts])
    active = np.concatenate([same, different]).std(axis=0) > 1e-9  # a part that never varies says nothing
    weights = np.zeros(same.shape[1] + 1)
    while True:
        found = _logistic(same[:, active], different[:, active], weight, penalty)
        if (found[1:] >= 0).all():
            weights[0] = found[0]
            weights[1:][active] = found[1:]
            return weights
        active[np.flatnonzero(active)[int(found[1:].argmin())]] = False


def _logistic(same: Floats, different: Floats, weight: Floats, penalty: float) -> Floats:
    x = np.concatenate([same, different])
    scale = x.std(axis=0)
    x = np.column_stack([np.ones(len(x)), x / scale])
    target = np.repeat([1.0, 0.0], [len(same), len(different)])
    ridge = np.full(x.shape[1], penalty)
    ridge[0] = 1e-9
    b = np.zeros(x.shape[1])
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(x @ b, -35, 35)))
        gradient = x.T @ (weight * (p - target)) + ridge * b
        curvature = (x * (weight * p * (1 - p) + 1e-12)[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        b -= step
        if np.abs(step).max() < 1e-8:
            break
    return np.concatenate([b[:1], b[1:] / scale])
