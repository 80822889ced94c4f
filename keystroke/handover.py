"""The comparison slid over one session, and whether the typing changes hands within it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from keystroke.comparison import CAP, compare_profiles, raw_log10
from keystroke.population import Population
from keystroke.profile import Profile, profile_of
from keystroke.provenance.flags import Flag
from keystroke.timing import Floats, Typing

WINDOW_KEYS, STEP_KEYS = 200, 50
WINDOWS_MAX = 100

APART = 1.5
"""In log10: by how much all windows on one side of a handover must lie above all on the other."""

UNLIKE = -CAP
"""In log10: the two windows before against the two after, as if they were two sessions, give this or less."""


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
    conditions: Mapping[str, bool] | None,
    population: Population,
) -> list[Window]:
    """Windows of 200 keys, a new one every 50, or wider apart where a long session would have more than a hundred."""
    starts = range(0, len(questioned) - WINDOW_KEYS + 1, step_keys(len(questioned)))
    return [_window(enrolled, questioned, start, conditions, population) for start in starts]


def handover(slid: Sequence[Window], questioned: Typing, population: Population) -> Handover | None:
    """The clearest instant from which two windows that do not overlap say otherwise than the two before; or None.

    They do so against the profile (`APART`), or against each other (`UNLIKE`), which also shows where neither side
    typed the profile. Both limits were set by sessions of one person each, of which about none crosses them.
    """
    step = step_keys(len(questioned))
    count = -(-WINDOW_KEYS // step)  # the windows from one to the next that does not overlap it
    ratios = np.array([np.nan if window.log10_lr is None else window.log10_lr for window in slid])
    pairs = [
        profile_of(questioned.part(i * step, (i + count) * step + WINDOW_KEYS))
        for i in range(len(slid) - count)
    ]
    clearest, found = 1.0, None
    for at in range(2 * count, len(pairs)):
        before, after = ratios[at - 2 * count : at - count + 1], ratios[at : at + count + 1]
        apart = max(before.min() - after.max(), after.min() - before.max())  # NaN where a window has no ratio
        unlike = raw_log10(pairs[at - 2 * count], pairs[at], population)
        if apart / APART >= max(clearest, unlike / UNLIKE):
            clearest, found = apart / APART, Handover(slid[at].from_ms, _against_profile(before, after))
        elif unlike / UNLIKE >= clearest:
            clearest, found = unlike / UNLIKE, Handover(slid[at].from_ms, _against_each_other())
    return found


def _against_profile(before: Floats, after: Floats) -> str:
    return (
        f"The two stretches of {WINDOW_KEYS} keys from here on give log10 ratios of about {np.median(after):+.1f} "
        f"against the profile, the two before about {np.median(before):+.1f}."
    )


def _against_each_other() -> str:
    return (
        f"The two stretches of {WINDOW_KEYS} keys from here on and the two before, compared as if they were two "
        f"sessions, give a ratio of 1/{10**-UNLIKE:.0f} or lower."
    )


def spliced(found: Handover | None) -> list[Flag]:
    if found is None:
        return []
    return [
        Flag(
            "spliced",
            "The typing changes within the session, as its stretches show.",
            "Another task, a change of keyboard or seat, or an interviewer who typed for the candidate does this, too.",
            found.t_ms,
        )
    ]


def _window(
    enrolled: Profile,
    questioned: Typing,
    start: int,
    conditions: Mapping[str, bool] | None,
    population: Population,
) -> Window:
    part = questioned.part(start, start + WINDOW_KEYS)
    found = compare_profiles(enrolled, profile_of(part), conditions=conditions, population=population)
    return Window(float(part.down[0]), float(part.down[-1]), len(part), found.log10_lr, found.interval90)


def step_keys(keys: int) -> int:
    """How far apart windows of a session of so many keys begin.

    Quarters of a window, halves or whole ones, so that there are always windows that lie end to end.
    """
    step = STEP_KEYS
    while (keys - WINDOW_KEYS) // step >= WINDOWS_MAX:
        step *= 2
    return step
