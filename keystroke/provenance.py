"""Where key events came from: signs of programs, replays and broken clocks, apart from any likelihood ratio."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Flag:
    """One sign. `sentence` says what was seen, with its numbers; `explanation` is an innocent reason for the same.

    `t_ms` is the instant it speaks of, on the clock of the questioned session's events, or None for all of it.
    """

    kind: str
    sentence: str
    explanation: str
    t_ms: float | None = None
