"""Where one recording's rhythm comes back in another, faster or slower, a little blurred, or under other keys."""

from collections.abc import Sequence

import numpy as np

from keystroke.timing import Floats

GAPS = 30
"""How many intervals in a row are compared at a time."""

EVEN = 0.15
"""Stretches whose own spread is smaller could be anybody's even beat."""

_STEP = 5
_PRODUCTS_MAX = 2_000_000_000
"""Multiplications in all, some seconds' worth: of endless recordings, fewer presses are asked about."""

_PRODUCT = 400_000
"""Multiplications at a time: of more, numpy's library wakes other threads, which takes longer than these products."""

_BLOCK = 2_000
"""Stretches of the profile at a time, so that a long one takes no more memory than a short one."""

_PAUSE_MS, _SOFTENING_MS = 1000.0, 40.0


def least_difference(profile: Sequence[Floats], questioned: Floats) -> tuple[Floats, Floats]:
    """Of every fifth questioned press: its time, and how far the next 30 intervals are from any 30 of the profile's.

    The profile is its sessions' presses; no 30 intervals span two of them. The distance to the nearest is the standard
    deviation of the difference of their logs, whose mean, a change of speed, does not count: 0.05 says that they are
    the same to within about 5 %. Intervals are cut off at a second, since a pause is easily shortened, and 40 ms are
    added, so that a blur of some milliseconds weighs as little in fast typing as in slow. Infinite where the rhythm is
    too even to be told from another.
    """
    known = sum(max(len(session) - GAPS, 0) for session in profile)
    step = max(_STEP, -(-known * max(len(questioned) - GAPS, 0) * GAPS // _PRODUCTS_MAX))
    asked, times = _stretches(questioned)[::step], questioned[: len(questioned) - GAPS : step]
    if not known or not len(asked):
        return times[:0], np.zeros(0)
    nearest = np.full(len(asked), np.inf)
    for session in profile:
        for start in range(0, len(session) - GAPS, _BLOCK):
            _take_nearer(nearest, asked, _stretches(session[start : start + _BLOCK + GAPS]))
    return times, np.sqrt(np.maximum(nearest, 0))


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


def _take_nearer(nearest: Floats, asked: Floats, known: Floats) -> None:
    """Lower the squared distances so far to those of these stretches, where they are nearer."""
    spread = _spread(known)
    rows = max(1, _PRODUCT // known.size)
    for start in range(0, len(asked), rows):
        some = asked[start : start + rows]
        squares = _spread(some)[:, None] + spread - 2 / GAPS * (some @ known.T)
        np.minimum(nearest[start : start + rows], squares.min(axis=1), out=nearest[start : start + rows])
