"""How good a comparison is, measured on pairs with known answers."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def cllr(*, same: ArrayLike, different: ArrayLike) -> float:
    """The log-likelihood-ratio cost of Brümmer and du Preez (2006), in bits.

    `same` and `different` are natural-log ratios of comparisons with known answers.
    0 is perfect, 1 is what always saying "no evidence" earns, and above 1 misleads.
    """
    miss = np.logaddexp(0, -np.asarray(same, dtype=float)).mean()
    false_alarm = np.logaddexp(0, np.asarray(different, dtype=float)).mean()
    return float((miss + false_alarm) / (2 * np.log(2)))


def cllr_min(*, same: ArrayLike, different: ArrayLike) -> float:
    """The cost that is left after the best monotone recalibration: what discrimination alone would earn."""
    same, different = np.asarray(same, dtype=float), np.asarray(different, dtype=float)
    scores = np.concatenate([different, same])
    is_same = np.concatenate([np.zeros(len(different)), np.ones(len(same))])
    weight = np.concatenate(
        [np.full(len(different), 0.5 / len(different)), np.full(len(same), 0.5 / len(same))]
    )
    values, inverse = np.unique(scores, return_inverse=True)  # ties must share one probability
    mass = np.bincount(inverse, weight, len(values))
    share = np.bincount(inverse, weight * is_same, len(values)) / mass
    probability = np.clip(_non_decreasing(share, mass.astype(float))[inverse], 1e-12, 1 - 1e-12)
    llr = np.log(probability / (1 - probability))
    return cllr(same=llr[len(different) :], different=llr[: len(different)])


def _non_decreasing(values: Floats, weights: Floats) -> Floats:
    """Isotonic regression by pooling neighbours that are out of order."""
    blocks: list[tuple[float, float, int]] = []  # value, weight, how many
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        block = (value, weight, 1)
        while blocks and blocks[-1][0] >= block[0]:
            v, w, count = blocks.pop()
            block = ((v * w + block[0] * block[1]) / (w + block[1]), w + block[1], count + block[2])
        blocks.append(block)
    return np.repeat([b[0] for b in blocks], [b[2] for b in blocks])


def eer(*, same: ArrayLike, different: ArrayLike) -> float:
    """The error rate at the threshold where as many same pairs fall below as different pairs above."""
    same, different = np.sort(np.asarray(same, dtype=float)), np.sort(np.asarray(different, dtype=float))
    thresholds = np.concatenate([[-np.inf], np.unique(np.concatenate([same, different])), [np.inf]])
    missed = np.searchsorted(same, thresholds, side="left") / len(same)
    accepted = 1 - np.searchsorted(different, thresholds, side="left") / len(different)
    crossing = int(np.argmax(missed >= accepted))
    before = accepted[crossing - 1] - missed[crossing - 1]
    after = missed[crossing] - accepted[crossing]
    step = before / (before + after)
    return float(missed[crossing - 1] + step * (missed[crossing] - missed[crossing - 1]))
