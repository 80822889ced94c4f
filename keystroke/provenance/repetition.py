"""Where one recording's rhythm comes back in another, faster or slower, a little blurred, or under other keys."""

import numpy as np

from keystroke.timing import Floats

GAPS = 30
"""How many intervals in a row are compared at a time."""

EVEN = 0.15
"""Stretches whose own spread is smaller could be anybody's even beat."""

_STEP = 5
_PRODUCT = 400_000
"""Multiplications at a time: of more, numpy's library wakes other threads, which takes longer than these products."""

_PAUSE_MS, _SOFTENING_MS = 1000.0, 40.0


def least_difference(profile_down: Floats, questioned_down: Floats) -> tuple[Floats, Floats]:
    """Of every fifth questioned press: its time, and how far the next 30 intervals are from any 30 of the profile's.

    The distance to the nearest 30 intervals of the profile is the standard deviation of the difference of their logs,
    whose mean, a change of speed, does not count: 0.05 says that they are the same to within about 5 %. Intervals are
    cut off at a second, since a pause is easily shortened, and 40 ms are added, so that a blur of some milliseconds
    weighs as little in fast typing as in slow. Infinite where the rhythm is too even to be told from another.
    """
    known, asked = _stretches(profile_down), _stretches(questioned_down)[::_STEP]
    times = questioned_down[: len(questioned_down) - GAPS : _STEP]
    if not len(known) or not len(asked):
        return times[:0], np.zeros(0)
    spread = _spread(known)
    rows = max(1, _PRODUCT // known.size)
    found = [_nearest(asked[i : i + rows], known, spread) for i in range(0, len(asked), rows)]
    return times, np.concatenate(found)


def _stretches(down: Floats) -> Floats:
    """(stretches, GAPS) of log intervals, each less its mean."""
    gaps = np.log(np.clip(np.diff(down), 0, _PAUSE_MS) + _SOFTENING_MS)
    if len(gaps) < GAPS:
        return np.zeros((0, GAPS))
    rows: Floats = np.lib.stride_tricks.sliding_window_view(gaps, GAPS)
    centred: Floats = rows - rows.mean(axis=1, keepdims=True)
    return centred


def _spread(stretches: Floats) -> Floats:
    """The mean square of each; infinite, which is far from everything, where it is small."""
    squares = (stretches**2).mean(axis=1)
    return np.where(squares < EVEN**2, np.inf, squares)


def _nearest(asked: Floats, known: Floats, known_spread: Floats) -> Floats:
    squares = _spread(asked)[:, None] + known_spread - 2 / GAPS * (asked @ known.T)
    nearest: Floats = np.sqrt(np.maximum(squares.min(axis=1), 0))
    return nearest
