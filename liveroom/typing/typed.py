"""What one person typed in one session, as their timeline has it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from keystroke.timeline import (
    KEY_DOWN,
    KEY_UP,
    KEYS,
    SET_UP,
    Event,
    KeyEvent,
    SetUp,
    key_events,
    set_ups,
)
from liveroom.times import MICROS_MAX

TYPING_KINDS = frozenset({KEYS, KEY_DOWN, KEY_UP, SET_UP})
"""What is recorded of a candidate only where their typing may be compared."""


@dataclass(frozen=True, slots=True)
class Typed:
    """`name` is the session as a sentence has it, `last_at_us` the end of its clock, which began at `made_wall_us`."""

    name: str
    keys: list[KeyEvent]
    set_ups: list[SetUp]
    made_wall_us: int
    last_at_us: int

    def wall_us(self, t_ms: float) -> int:
        """The wall clock at an instant of the keys' clock; a page may claim any, and none is after the session."""
        return self.made_wall_us + min(at_us(t_ms), self.last_at_us)


def at_us(t_ms: float) -> int:
    """An instant of the keys' clock as the replay knows it: pages set their clocks by the room's."""
    return min(max(round(t_ms * 1000), 0), MICROS_MAX)


def typed_in(timeline: Sequence[Event], typist: str | None, *, name: str, made_wall_us: int) -> Typed:
    """The typing of one participant, None for nobody."""
    return Typed(
        name,
        [] if typist is None else key_events(timeline, typist),
        [] if typist is None else set_ups(timeline, typist),
        made_wall_us,
        timeline[-1].at_us if timeline else 0,
    )
