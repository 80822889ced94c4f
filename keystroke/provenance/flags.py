"""Where key events came from: signs of programs, replays and broken clocks, apart from any likelihood ratio.

Every sign is a rule that anyone can check, with a threshold that few real people's sessions cross, and each has an
innocent explanation. None says who typed, and none moves the ratio. `keystroke.evaluation.robustness` measures how
near real typing comes to each limit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from keystroke.provenance.ranks import by_group, together
from keystroke.provenance.repetition import GAPS, least_difference
from keystroke.timing import Events, Floats, Typing, holds, usable


@dataclass(frozen=True)
class Flag:
    """One sign. `sentence` says what was seen, with its numbers; `explanation` is an innocent reason for the same.

    `t_ms` is the instant it speaks of, on the clock of the questioned session's events, or None for all of it.
    """

    kind: str
    sentence: str
    explanation: str
    t_ms: float | None = None


STRETCH_KEYS = 500
"""Longer sessions are looked at in stretches of about this many presses: a program may have typed some of it."""

KEYS_MIN = 100

DEPENDENCE_MIN = ((400, 5.0), (180, 3.1))
"""Synthetic: times depend on the keys, and on one another, less than this, in so many presses. See `dependence`."""

BEAT_SPREAD_MIN = 0.4
"""Synthetic: the middle 80 % of press-to-press times lie within this share of their median."""

HOLD_SPREAD_MS_MIN = 8.0
"""Injected: the middle 80 % of holds lie this close together."""

HOLD_MS_MIN, SHORT_HOLDS_MAX = 5.0, 0.25
"""Injected: more than a quarter of the keys are let go within 5 ms. Keyboards scan slower."""

PRESS_MS_MIN = 50.0
"""Injected: half of the presses follow the one before within this, twenty a second."""

REPLAY_DIFFERENCE_MAX, REPLAY_PLACES_MIN = 0.10, 3
"""Replayed: thirty intervals in a row are the same to within 10 %, at three places."""

SAME_INSTANT_MAX = 0.03
"""Broken clock: more than 3 % of presses bear the time of the one before."""

BACKWARD_MS = 1.0
"""Broken clock: a step back of more than this. Browsers stamp what a keyboard does in order."""

JUMP_MS = 3_600_000.0
"""Broken clock: a key is down for an hour. An hour without keys is a break, and no sign of anything."""

DOUBLED_MIN = 3
"""Broken clock: a key cannot go down twice at one instant; this many copies are no accident of one event."""

PAUSE_MS = 1000.0

COARSE_TICK_MS = 50.0
"""On such a clock holds have two or three values for everybody, so that their rules say nothing and are left out."""


def flags(profile_sessions: Sequence[Events], questioned: Events) -> list[Flag]:
    """Every sign in the questioned events, which should come in the order in which they were recorded."""
    return flags_of([usable(session) for session in profile_sessions], usable(questioned), questioned)


def flags_of(enrolled: Sequence[Typing], typing: Typing, events: Events) -> list[Flag]:
    """`typing` is what is usable of the questioned `events`."""
    return [
        *_synthetic(typing),
        *_replayed(enrolled, typing),
        *_by_script(events),
        *_inhuman(typing),
        *_same_instant(typing),
        *_backward(events),
        *_jump(events),
        *_doubled(events, typing),
    ]


# Synthetic: times that a program made up


def dependence(typing: Typing) -> float:
    """How much times depend on which keys they belong to, and on the times beside them, as a standard score.

    Hands need longer for some keys and pairs than for others, and speed up and slow down; times drawn for each key
    anew, from whatever distribution, do neither. Six rank tests are added up: holds by key; press to press by pair, by
    key and by the key before; and, as the excess of the sum of squares of four correlations over its mean, holds and
    press-to-press times with those before, and with one another.
    """
    kept, held = holds(typing)
    followed, down_down = _presses_after_another(typing)
    codes = np.array(typing.codes, dtype=str)
    before, here = codes[followed - 1], codes[followed]
    by_keys = (
        by_group(held, codes[kept])
        + by_group(down_down, np.char.add(np.char.add(before, ">"), here))
        + by_group(down_down, here)
        + by_group(down_down, before)
    )
    hold = np.full(len(typing), np.nan)
    hold[kept] = held
    correlations = np.array(
        [
            together(held[:-1], held[1:]),
            together(down_down[:-1], down_down[1:]),
            _together_where_known(hold[followed - 1], down_down),
            _together_where_known(hold[followed], down_down),
        ]
    )
    excess = (np.minimum(correlations**2, 100).sum() - 4) / np.sqrt(8)
    return float((by_keys + excess) / np.sqrt(5))


def beat_spread(typing: Typing) -> float:
    """The width of the middle 80 % of press-to-press times, as a share of their median."""
    _, times = _presses_after_another(typing)
    low, middle, high = _quantiles(times, 0.1, 0.5, 0.9)
    return (high - low) / middle


def _presses_after_another(typing: Typing) -> tuple[NDArray[np.intp], Floats]:
    """The presses that follow another within a second, by index, and after how many milliseconds.

    The limit is this module's own: what it measures was measured with it, whatever a comparison takes for a pause.
    """
    gap = np.diff(typing.down, prepend=np.nan)
    kept = np.flatnonzero(typing.follows & (gap > 0) & (gap < PAUSE_MS))
    kept = kept[kept > 0]
    return kept, gap[kept]


def _together_where_known(one: Floats, other: Floats) -> float:
    known = np.isfinite(one)
    return together(one[known], other[known])


def _synthetic(typing: Typing) -> Iterator[Flag]:
    for stretch in _stretches(typing):
        if (spread := beat_spread(stretch)) < BEAT_SPREAD_MIN:
            yield Flag(
                "synthetic",
                f"Keys follow one another as evenly as a machine's: of {len(stretch)} presses, the middle 80 % of "
                f"times from one to the next lie within {spread:.0%} of their median.",
                "A key that was tapped or held again and again, or software that types for its user, is as even.",
                _start(stretch),
            )
            return
        least = next((least for keys, least in DEPENDENCE_MIN if len(stretch) >= keys), None)
        if least is not None and stretch.tick_ms < COARSE_TICK_MS:
            score = dependence(stretch)
            if score < least:
                yield Flag(
                    "synthetic",
                    f"In {len(stretch)} presses, times hardly depend on which keys they belong to: {score:.1f}, where "
                    f"199 of 200 stretches of real typing score more than {least}.",
                    "Somebody who looks for each key, or types with one finger or a pointer, comes nearest to this.",
                    _start(stretch),
                )
                return


# Replayed


def _replayed(enrolled: Sequence[Typing], typing: Typing) -> Iterator[Flag]:
    """By rhythm alone, so that other keys do not hide it; a blur of 5 ms or a tenth more speed does not, either."""
    times, difference = least_difference([session.down for session in enrolled], typing.down)
    same = difference < REPLAY_DIFFERENCE_MAX
    if same.sum() >= REPLAY_PLACES_MIN:
        yield Flag(
            "replayed",
            f"The rhythm of the profile comes back: of all runs of {GAPS + 1} presses, {100 * same.mean():.0f} % have "
            f"that of a run in the profile, to within {100 * REPLAY_DIFFERENCE_MAX:.0f} %.",
            "This is so if both were made from one recording, as when a session was handed in twice by mistake.",
            float(times[same.argmax()]),
        )


# Injected: keys that no finger pressed


def _by_script(events: Events) -> Iterator[Flag]:
    made = [event for event in events if event["type"] == "keydown" and not event.get("trusted", True)]
    if made:
        yield Flag(
            "injected",
            f"{len(made)} key presses were made by a program in the page; they are left out of the comparison.",
            "Browser extensions, password managers and assistive software do this.",
            float(made[0]["t"]),
        )


def _inhuman(typing: Typing) -> Iterator[Flag]:
    """Only the first sign in the first stretch that has one."""
    for stretch in _stretches(typing):
        if (seen := _inhuman_in(stretch)) is not None:
            yield Flag(
                "injected",
                seen,
                "On-screen keyboards, assistive devices, remote desktops and macros send keys like this.",
                _start(stretch),
            )
            return


def _inhuman_in(stretch: Typing) -> str | None:
    if (middle := press_ms(stretch)) < PRESS_MS_MIN:
        return f"Half of {len(stretch)} presses follow the one before within {middle:.0f} ms."
    if stretch.tick_ms >= COARSE_TICK_MS:
        return None
    if (short := short_holds(stretch)) > SHORT_HOLDS_MAX:
        return f"{short:.0%} of {len(stretch)} keys were let go within {HOLD_MS_MIN:.0f} ms of being pressed."
    if (spread := hold_spread_ms(stretch)) < HOLD_SPREAD_MS_MIN:
        return (
            f"The middle 80 % of {len(stretch)} holds lie within {spread:.1f} ms, whichever keys they were."
        )
    return None


def press_ms(typing: Typing) -> float:
    """The median time from one press to the next, pauses and all."""
    return _quantiles(np.diff(typing.down), 0.5)[0]


def short_holds(typing: Typing) -> float:
    """The share of releases within 5 ms of the press."""
    held = _held(typing)
    return float((held < HOLD_MS_MIN).mean()) if len(held) else 0.0


def hold_spread_ms(typing: Typing) -> float:
    """The width of the middle 80 % of holds."""
    low, high = _quantiles(_held(typing), 0.1, 0.9)
    return high - low


def _held(typing: Typing) -> Floats:
    held = typing.up - typing.down
    return held[np.isfinite(held)]


def _quantiles(times: Floats, *levels: float) -> list[float]:
    """NaN, which is below no limit, of too few."""
    if len(times) < KEYS_MIN // 2:
        return [np.nan] * len(levels)
    found: list[float] = np.quantile(times, levels).tolist()
    return found


# Broken clocks, and what networks do to batches


def _same_instant(typing: Typing) -> Iterator[Flag]:
    if len(typing) >= KEYS_MIN and (share := same_instant(typing)) > SAME_INSTANT_MAX:
        yield Flag(
            "clock-broken",
            f"{share:.0%} of the presses bear the same time as the one before.",
            "A browser that hides the exact time does this, and so does software that sends keys in batches.",
            float(typing.down[(np.diff(typing.down) == 0).argmax()]),
        )


def same_instant(typing: Typing) -> float:
    """The share of presses that bear the time of the one before."""
    return float((np.diff(typing.down) == 0).mean())


def _backward(events: Events) -> Iterator[Flag]:
    # A script's events have the time at which they were made, while a key that was pressed before them waits.
    pressed = [event for event in events if event.get("trusted", True)]
    steps = [float(one["t"]) - float(other["t"]) for one, other in pairwise(pressed)]
    back = [i for i, step in enumerate(steps) if step > BACKWARD_MS]
    if back:
        yield Flag(
            "clock-broken",
            f"The clock runs backward {_times(len(back))}, by up to {max(steps):.0f} ms.",
            "A computer that set its clock, or batches that arrived out of order, look like this.",
            float(pressed[back[0] + 1]["t"]),
        )


def _jump(events: Events) -> Iterator[Flag]:
    """What a break cannot explain: a key that is held through it."""
    if (held := _held_longest(events)) is not None and held[1] > JUMP_MS:
        yield Flag(
            "clock-broken",
            f"A key is down for {held[1] / JUMP_MS:.1f} hours; the clock may have jumped.",
            "A computer that was put to sleep with a key pressed, or something on the keyboard, looks like this.",
            held[0],
        )


def _held_longest(events: Events) -> tuple[float, float] | None:
    """When the key that was down longest went down, and for how many milliseconds; None if none came up."""
    down: dict[str, float] = {}
    longest: tuple[float, float] | None = None
    for event in events:
        code, t = str(event.get("code", "")), float(event["t"])
        if event["type"] == "keydown":
            if event.get("lost", False):
                down.pop(code, None)
            elif not event.get("repeat", False):
                down[code] = t
        elif (since := down.pop(code, None)) is not None and (longest is None or t - since > longest[1]):
            longest = since, t - since
    return longest


def _doubled(events: Events, typing: Typing) -> Iterator[Flag]:
    if typing.tick_ms >= COARSE_TICK_MS:
        return  # within one step of such a clock a key does go down twice
    seen: set[tuple[str, str, float]] = set()
    doubled: list[float] = []
    for event in events:
        if event.get("repeat", False):
            continue  # a held key repeats faster than some clocks step
        name = (str(event["type"]), str(event.get("code", "")), float(event["t"]))
        if name in seen:
            doubled.append(name[2])
        seen.add(name)
    if len(doubled) >= DOUBLED_MIN:
        yield Flag(
            "clock-broken",
            f"{len(doubled)} key events are there twice, at the same instant.",
            "A batch that was sent again after a lost connection and recorded twice looks like this.",
            doubled[0],
        )


def _stretches(typing: Typing) -> list[Typing]:
    """Of about equal length, none if there are too few presses."""
    if len(typing) < KEYS_MIN:
        return []
    edges = np.linspace(0, len(typing), max(1, len(typing) // STRETCH_KEYS) + 1).astype(int).tolist()
    return [typing.part(start, stop) for start, stop in pairwise(edges)]


def _start(stretch: Typing) -> float:
    return float(stretch.down[0])


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
