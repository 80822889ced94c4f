"""The comparison slid over one session, and whether the typing changes hands within it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from keystroke.comparison import compare_profiles
from keystroke.population import Population
from keystroke.profile import Profile, profile_of
from keystroke.provenance import Flag
from keystroke.timing import Floats, Typing

WINDOW_KEYS, STEP_KEYS = 200, 50
WINDOWS_MAX = 100

APART = 1.5
"""In log10: by how much the two sides of a handover must differ, measured on sessions of one person each."""


@dataclass(frozen=True)
class Window:
    """One stretch of the questioned session against the profile. None: too little of it could be compared."""

    from_ms: float
    to_ms: float
    keys: int
    log10_lr: float | None
    interval90: tuple[float, float] | None


@dataclass(frozen=True)
class Handover:
    t_ms: float
    sentence: str


def windows(
    enrolled: Profile,
    questioned: Typing,
    *,
    conditions: Mapping[str, bool] | None = None,
    population: Population | None = None,
) -> list[Window]:
    """Windows of 200 keys, a new one every 50, or wider apart where a long session would have more than a hundred."""
    starts = range(0, len(questioned) - WINDOW_KEYS + 1, _step(len(questioned)))
    return [_window(enrolled, questioned, start, conditions, population) for start in starts]


def handover(windows: Sequence[Window]) -> Handover | None:
    """The clearest instant from which two windows, one after the other, say otherwise than the two before; or None.

    All windows in between count too: none after it may be as high as one before it, or none as low. Windows that
    overlap share their keys, so that a single odd stretch lowers several: two that do not overlap are needed.
    """
    count = next((i for i, window in enumerate(windows) if window.from_ms >= windows[0].to_ms), len(windows))
    ratios = np.array([np.nan if window.log10_lr is None else window.log10_lr for window in windows])
    best, found = APART, None
    for at in range(2 * count, len(windows) - count):
        before, after = ratios[at - 2 * count : at - count + 1], ratios[at : at + count + 1]
        apart = max(before.min() - after.max(), after.min() - before.max())  # NaN where a window has no ratio
        if apart >= best:
            best, found = apart, _handover(windows[at].from_ms, before, after)
    return found


def _handover(t_ms: float, before: Floats, after: Floats) -> Handover:
    return Handover(
        t_ms,
        f"From here on, two windows of {WINDOW_KEYS} keys give log10 ratios of {np.median(after):+.1f}, the two before "
        f"{np.median(before):+.1f}: the typing changed.",
    )


def spliced(found: Handover | None) -> list[Flag]:
    if found is None:
        return []
    return [
        Flag(
            "spliced",
            f"The typing changed within the session. {found.sentence}",
            "Another task, a change of keyboard or seat, or an interviewer who typed for the candidate does this, too.",
            found.t_ms,
        )
    ]


def _window(
    enrolled: Profile,
    questioned: Typing,
    start: int,
    conditions: Mapping[str, bool] | None,
    population: Population | None,
) -> Window:
    part = questioned.part(start, start + WINDOW_KEYS)
    found = compare_profiles(enrolled, profile_of(part), conditions=conditions, population=population)
    return Window(float(part.down[0]), float(part.down[-1]), len(part), found.log10_lr, found.interval90)


def _step(keys: int) -> int:
    """Halves of a window or whole ones, so that there are always windows that lie end to end."""
    step = STEP_KEYS
    while (keys - WINDOW_KEYS) // step >= WINDOWS_MAX:
        step *= 2
    return step
