"""When a comparison of typing may be seen, and by whom: its candidate comes first. Pure.

For the panel every room is locked alike, with or without a comparison: nobody can tell who was asked, or declined.
"""

from dataclasses import dataclass
from typing import Literal

from liveroom.rows import StoredReview
from liveroom.times import DAY_US

OPENS_AFTER_US = 3 * DAY_US
"""After this time from the room's end, silence of the candidate keeps nothing locked."""

State = Literal["none", "ask", "reading", "shown"]


@dataclass(frozen=True, slots=True)
class Known:
    """What decides. `has_comparison`: typing was allowed here and in an earlier room."""

    ended_wall_us: int | None
    review: StoredReview
    has_comparison: bool


def opens_wall_us(ended_wall_us: int) -> int:
    """When a comparison opens by itself."""
    return ended_wall_us + OPENS_AFTER_US


def is_locked(known: Known, *, now_wall_us: int) -> bool:
    """Whether the panel reads "not run yet". A note opens nothing where there is no comparison any more."""
    if known.ended_wall_us is None:
        return True
    released = known.has_comparison and known.review.noted_wall_us is not None
    return not released and now_wall_us < opens_wall_us(known.ended_wall_us)


def state_of(known: Known, *, now_wall_us: int) -> State:
    """What the candidate meets; one who declined, or has no earlier room to be compared with, is asked nothing."""
    if known.ended_wall_us is None or not known.has_comparison:
        return "none"
    if not is_locked(known, now_wall_us=now_wall_us):
        return "shown"
    return "ask" if known.review.situation_differed is None else "reading"
