"""Where key events came from: signs of programs, replays and broken clocks, apart from any likelihood ratio.

Every sign is a rule that anyone can check, with a threshold that few real people's sessions cross, and each has an
innocent explanation. None says who typed, and none moves the ratio.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from keystroke.timing import Events


@dataclass(frozen=True)
class Flag:
    """One sign. `sentence` says what was seen, with its numbers; `explanation` is an innocent reason for the same.

    `t_ms` is the instant it speaks of, on the clock of the questioned session's events, or None for all of it.
    """

    kind: str
    sentence: str
    explanation: str
    t_ms: float | None = None


BACKWARD_MS = 1.0
"""Browsers stamp the events of one page in order; a step back of more than this is a clock that was set."""

DUPLICATES_MIN = 3
"""A key cannot go down twice at the same instant: this many copies are no accident of one event."""


def flags(profile_sessions: Sequence[Events], questioned: Events) -> list[Flag]:
    """Every sign in the questioned events, in the order in which they were recorded."""
    return [*_by_program(questioned), *_backward(questioned), *_doubled(questioned)]


def _by_program(events: Events) -> Iterator[Flag]:
    made = [event for event in events if event["type"] == "keydown" and not event.get("trusted", True)]
    if made:
        yield Flag(
            "injected",
            f"{len(made)} key presses were made by a program in the page; they are left out of the comparison.",
            "Browser extensions, password managers and assistive software do this.",
            float(made[0]["t"]),
        )


def _backward(events: Events) -> Iterator[Flag]:
    """Time runs backward from one recorded event to the next."""
    back = [
        (float(one["t"]), float(other["t"]))
        for one, other in pairwise(events)
        if float(other["t"]) < float(one["t"]) - BACKWARD_MS
    ]
    if back:
        farthest = max(one - other for one, other in back)
        yield Flag(
            "clock-broken",
            f"The clock runs backward {len(back)} times, by up to {farthest:.0f} ms.",
            "A computer that set its clock, or batches that arrived out of order, look like this.",
            back[0][1],
        )


def _doubled(events: Events) -> Iterator[Flag]:
    seen: set[tuple[str, str, float]] = set()
    doubled: list[float] = []
    for event in events:
        name = (str(event["type"]), str(event.get("code")), float(event["t"]))
        if name in seen:
            doubled.append(name[2])
        seen.add(name)
    if len(doubled) >= DUPLICATES_MIN:
        yield Flag(
            "clock-broken",
            f"{len(doubled)} key events are there twice, at the same instant.",
            "A batch that was sent again after a lost connection and recorded twice looks like this.",
            doubled[0],
        )
