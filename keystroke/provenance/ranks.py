"""Rank tests of whether times depend on something, as standard scores: 0 ± 1 if not, whatever their distribution."""

import numpy as np
from numpy.typing import NDArray

from keystroke.timing import Floats

_VALUES_MIN = 20


def by_group(values: Floats, groups: NDArray[np.str_]) -> float:
    """Kruskal and Wallis (1952): do the values differ from group to group? Groups of one are left out.

    H less its mean, in units of its standard deviation if the groups were dealt at random. 0 where nothing can be said.
    """
    _, group, size = np.unique(groups, return_inverse=True, return_counts=True)
    kept = size[group] >= 2
    _, group = np.unique(group[kept], return_inverse=True)
    size = np.bincount(group)
    n, k = int(kept.sum()), len(size)
    rank = centred_ranks(values[kept])
    total = float((rank**2).sum())
    if n < _VALUES_MIN or k < 2 or total == 0:
        return 0.0
    h = (n - 1) * float((np.bincount(group, rank) ** 2 / size).sum()) / total
    variance = (
        2 * (k - 1)
        - 2 * (3 * k**2 - 6 * k + n * (2 * k**2 - 6 * k + 1)) / (5 * n * (n + 1))
        - 1.2 * float((1 / size).sum())
    )
    return float((h - (k - 1)) / np.sqrt(max(variance, 1e-9)))


def together(one: Floats, other: Floats) -> float:
    """Spearman's correlation (1904) of pairs of values: positive where both are high at once. 0 where it has none."""
    x, y = centred_ranks(one), centred_ranks(other)
    scale = float((x**2).sum() * (y**2).sum())
    if len(x) < _VALUES_MIN or scale == 0:
        return 0.0
    return float((x * y).sum() / np.sqrt(scale) * np.sqrt(len(x) - 1))


def centred_ranks(values: Floats) -> Floats:
    """Ties share the mean of their ranks; the mean of all is 0."""
    _, index, count = np.unique(values, return_inverse=True, return_counts=True)
    rank: Floats = (np.cumsum(count) - (count - 1) / 2)[index]
    return rank - (len(values) + 1) / 2
