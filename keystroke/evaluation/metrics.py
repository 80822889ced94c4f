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


def error_rates(*, same: ArrayLike, different: ArrayLike) -> tuple[Floats, Floats]:
    """False rejections and false acceptances at every threshold, from the one that accepts all to none."""
    same, different = np.sort(np.asarray(same, dtype=float)), np.sort(np.asarray(different, dtype=float))
    thresholds = np.concatenate([[-np.inf], np.unique(np.concatenate([same, different])), [np.inf]])
    rejected = np.searchsorted(same, thresholds, side="left") / len(same)
    accepted = (len(different) - np.searchsorted(different, thresholds, side="left")) / len(different)
    return rejected, accepted


def eer(*, same: ArrayLike, different: ArrayLike) -> float:
    """The error rate at the threshold where as many same pairs fall below as different pairs above."""
    rejected, accepted = error_rates(same=same, different=different)
    return float(_crossing(rejected[None], accepted[None])[0])


def _crossing(rejected: Floats, accepted: Floats) -> Floats:
    """Where each row's rising and falling rates meet, between two thresholds on a straight line."""
    rows = np.arange(len(rejected))
    after = (rejected >= accepted).argmax(axis=1)
    before = after - 1
    gap_before = accepted[rows, before] - rejected[rows, before]
    gap_after = rejected[rows, after] - accepted[rows, after]
    step = gap_before / (gap_before + gap_after)
    found: Floats = rejected[rows, before] + step * (rejected[rows, after] - rejected[rows, before])
    return found


def auc(*, same: ArrayLike, different: ArrayLike) -> float:
    """The chance that a same pair has a higher ratio than a different one; a tie counts half."""
    same, different = np.asarray(same, dtype=float), np.sort(np.asarray(different, dtype=float))
    below = np.searchsorted(different, same, side="left")
    not_above = np.searchsorted(different, same, side="right")
    return float((below + not_above).mean() / (2 * len(different)))


def frr_at_far(*, same: ArrayLike, different: ArrayLike, far: float) -> float:
    """The share of same pairs rejected at the lowest threshold that accepts at most `far` of the different pairs."""
    rejected, accepted = error_rates(same=same, different=different)
    return float(rejected[int(np.argmax(accepted <= far))])


def eer_interval(
    *,
    same: ArrayLike,
    different: ArrayLike,
    same_people: NDArray[np.intp],
    different_people: NDArray[np.intp],
    draws: int = 400,
    seed: int = 1,
) -> tuple[float, float]:
    """The middle 95 % of the error rates that other draws of the same people would have given."""
    drawn = eer_draws(
        same=same,
        different=different,
        same_people=same_people,
        different_people=different_people,
        draws=draws,
        seed=seed,
    )
    low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
    return low, high


def eer_draws(
    *,
    same: ArrayLike,
    different: ArrayLike,
    same_people: NDArray[np.intp],
    different_people: NDArray[np.intp],
    draws: int = 400,
    seed: int = 1,
) -> Floats:
    """The error rates of other draws of the same people; two methods' rates of the same pairs may be subtracted.

    `same_people` holds each same pair's person by number, `different_people` (pairs, 2) the two of each different
    pair. People are drawn with replacement, and a pair counts as often as its people were drawn.
    """
    same, different = np.asarray(same, dtype=float), np.asarray(different, dtype=float)
    count = 1 + int(max(same_people.max(), different_people.max()))
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=draws)  # (draws, people)
    same_weight = drawn[:, same_people].astype(float)
    different_weight = (drawn[:, different_people[:, 0]] * drawn[:, different_people[:, 1]]).astype(float)
    some = (same_weight.sum(axis=1) > 0) & (different_weight.sum(axis=1) > 0)
    rejected = _share_below(
        same, same_weight[some], thresholds := np.unique(np.concatenate([same, different]))
    )
    accepted = 1 - _share_below(different, different_weight[some], thresholds)
    return _crossing(rejected, accepted)


def _share_below(values: Floats, weights: Floats, thresholds: Floats) -> Floats:
    """(draws, thresholds + 1): what of each draw's weight lies below a threshold, and at last below infinity."""
    order = np.argsort(values, kind="stable")
    summed = np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights[:, order], axis=1)], axis=1)
    below = np.searchsorted(values[order], np.append(thresholds, np.inf), side="left")
    shares: Floats = summed[:, below] / summed[:, -1:]
    return shares


def tippett(values: ArrayLike, grid: ArrayLike) -> Floats:
    """The share of the ratios that are at least as large as each point of the grid: a line of a Tippett plot."""
    ordered = np.sort(np.asarray(values, dtype=float))
    return 1 - np.searchsorted(ordered, np.asarray(grid, dtype=float), side="left") / len(ordered)


def reliability(*, same: ArrayLike, different: ArrayLike, edges: ArrayLike) -> list[tuple[float, float, int]]:
    """What natural-log ratios say and what they turn out to be worth, bin by bin of `edges`: (said, found, pairs).

    `found` is the natural log of how much more often same pairs fall into the bin than different pairs do, one half
    pair added to each side, so that it stays finite. Empty bins are left out; the outer bins are open.
    """
    same, different = np.asarray(same, dtype=float), np.asarray(different, dtype=float)
    inner = np.asarray(edges, dtype=float)[1:-1]
    rows = []
    for index in range(len(inner) + 1):
        here, there = (
            same[np.digitize(same, inner) == index],
            different[np.digitize(different, inner) == index],
        )
        pairs = len(here) + len(there)
        if pairs:
            found = np.log((len(here) + 0.5) / (len(same) + 1)) - np.log(
                (len(there) + 0.5) / (len(different) + 1)
            )
            rows.append((float(np.concatenate([here, there]).mean()), float(found), pairs))
    return rows
