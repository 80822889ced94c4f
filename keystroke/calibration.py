"""From sums of evidence to a likelihood ratio that can be believed: a logistic regression with weights >= 0."""

import numpy as np

from keystroke.timing import Floats


def fit_weights(
    *,
    same: Floats,
    different: Floats,
    same_counts: Floats | None = None,
    different_counts: Floats | None = None,
    penalty: float = 1e-3,
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
