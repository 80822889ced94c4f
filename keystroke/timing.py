"""From key events to usable times: which presses count, how long keys are held, how one follows another."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Events = Sequence[Mapping[str, Any]]
"""Key events as pages send them: `type`, `t` in milliseconds, `code`, `key`, `repeat`."""

HOLD_MS = (5.0, 500.0)
FLIGHT_MS_MAX = 500.0
"""Two presses further apart than this are a pause between thoughts, not a movement of the hands."""

_CHORD_MS_MAX = 2000.0
"""A modifier whose release was lost (a switch of windows swallows it) stops making chords after this."""

_CHORD = frozenset({"ControlLeft", "ControlRight", "MetaLeft", "MetaRight", "AltLeft"})
_ALT_GR = "AltRight"
"""It writes characters as Shift does, and Windows sends a Ctrl along with it."""

_NAVIGATION = ("Arrow", "Page", "Home", "End", "Escape", "Insert", "CapsLock", "NumLock", "ContextMenu")
_UNPLACED = frozenset({"", "Unidentified"})
_INPUT_METHOD = frozenset({"Process", "Dead"})
_TICKS_MS = (200, 100, 80, 64, 50, 100 / 3, 25, 20, 50 / 3, 16, 15.625, 15, 12, 10, 8, 5, 4, 2, 1)
_TICK_EVENTS_MIN = 40
_TICK_STEP_MS_MAX = 1000.0


@dataclass(frozen=True)
class Typing:
    """The usable presses of one person's session, in order of time.

    `follows[i]` says that press i came straight after press i - 1, with nothing left out between them.
    """

    codes: list[str]
    down: Floats
    up: Floats  # NaN where the release was not seen
    follows: NDArray[np.bool_]
    left_out: dict[str, int] = field(default_factory=dict)
    tick_ms: float = 0.0

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def releases_missing(self) -> float:
        return float(np.isnan(self.up).mean()) if len(self) else 0.0

    @property
    def left_out_share(self) -> float:
        """The share of presses that came through an input method or from a place the browser did not name."""
        lost = self.left_out.get("composing", 0) + self.left_out.get("unplaced", 0)
        return lost / (len(self) + lost) if lost else 0.0

    def part(self, start: int, stop: int) -> "Typing":
        return Typing(
            self.codes[start:stop],
            self.down[start:stop],
            self.up[start:stop],
            self.follows[start:stop],
            self.left_out,
            self.tick_ms,
        )


def join(sessions: Sequence[Typing]) -> Typing:
    """Several sessions as one; no digraph spans two of them, and the coarsest clock counts."""
    follows = [np.concatenate([[False], session.follows[1:]])[: len(session)] for session in sessions]
    return Typing(
        [code for session in sessions for code in session.codes],
        np.concatenate([session.down for session in sessions]),
        np.concatenate([session.up for session in sessions]),
        np.concatenate(follows).astype(bool),
        dict(sum((Counter(session.left_out) for session in sessions), Counter())),
        max(session.tick_ms for session in sessions),
    )


def usable(events: Iterable[Mapping[str, Any]]) -> Typing:
    """Pair presses with releases and leave out what hands did not do as ordinary typing.

    Repeats, untrusted events and those without a finite time leave no trace at all. Chords, navigation, composition
    and unplaced keys end a sequence: the presses around them are no digraph.
    """
    reader = _Reader()
    timed = [event for event in events if math.isfinite(float(event["t"]))]
    for event in sorted(timed, key=lambda event: float(event["t"])):
        if event["type"] == "keydown":
            reader.press(event)
        elif event["type"] == "keyup":
            reader.release(event)
    return reader.typing()


class _Reader:
    """Walks through the events once. `_open` holds the index of each key that is down."""

    def __init__(self) -> None:
        self._codes: list[str] = []
        self._down: list[float] = []
        self._up: list[float] = []
        self._follows: list[bool] = []
        self._open: dict[str, int] = {}
        self._held_since: dict[str, float] = {}
        self._interrupted = True
        self._left_out: Counter[str] = Counter()

    def press(self, event: Mapping[str, Any]) -> None:
        code, t = str(event["code"]), float(event["t"])
        if event.get("repeat", False) or not event.get("trusted", True):
            return
        if reason := self._unfit(event, code, t):
            self._left_out[reason] += 1
            self._interrupted = True
            self._open.pop(code, None)
            return
        if not event.get("lost", False):  # a release that comes after a loss belongs to no press
            self._open[code] = len(self._codes)
        self._codes.append(code)
        self._down.append(t)
        self._up.append(float("nan"))
        self._follows.append(not self._interrupted)
        self._interrupted = False

    def release(self, event: Mapping[str, Any]) -> None:
        if not event.get("trusted", True):
            return
        code = str(event["code"])
        self._held_since.pop(code, None)
        if (index := self._open.pop(code, None)) is not None:
            self._up[index] = float(event["t"])

    def _unfit(self, event: Mapping[str, Any], code: str, t: float) -> str | None:
        if event.get("composing", False) or event.get("key", "") in _INPUT_METHOD:
            return "composing"
        if code in _UNPLACED:
            return "unplaced"
        if code in _CHORD or code == _ALT_GR:
            self._held_since[code] = t
            return "chord"
        held = {modifier for modifier, since in self._held_since.items() if t - since < _CHORD_MS_MAX}
        if event.get("chord", False) or (held and _ALT_GR not in held):
            return "chord"
        is_function_key = code[0] == "F" and code[1:].isdigit()
        return "navigation" if is_function_key or code.startswith(_NAVIGATION) else None

    def typing(self) -> Typing:
        down, up = np.array(self._down, dtype=float), np.array(self._up, dtype=float)
        return Typing(
            self._codes,
            down,
            up,
            np.array(self._follows, dtype=bool),
            dict(self._left_out),
            tick_ms(np.concatenate([down, up])),
        )


def tick_ms(times: Floats) -> float:
    """The step of the clock that stamped these times, or 0 if it is finer than a millisecond can show.

    Intervals that are whole multiples of a tick point the same way on a circle of that circumference; the longest
    tick for which nearly all do is the clock's.
    """
    steps = np.diff(np.sort(times[np.isfinite(times)]))
    steps = steps[(steps > 0) & (steps < _TICK_STEP_MS_MAX)][:400]
    if len(steps) < _TICK_EVENTS_MIN:
        return 0.0
    longest = np.quantile(steps, 0.75) / 0.75  # far shorter steps than a tick point almost the same way, too
    for tick in _TICKS_MS:
        if tick < longest and np.cos(2 * np.pi * steps / tick).mean() > 0.9:
            return float(tick)
    return 0.0


def holds(typing: Typing) -> tuple[NDArray[np.intp], Floats]:
    """The presses whose hold is believable, by index, and how long each was held in milliseconds."""
    held = typing.up - typing.down
    kept = np.flatnonzero((held >= HOLD_MS[0]) & (held <= HOLD_MS[1]))
    return kept, held[kept]


def flights(typing: Typing) -> tuple[NDArray[np.intp], Floats, Floats]:
    """The presses that follow another closely, by index; press to press, and release to press, in milliseconds.

    Release to press is negative where the fingers roll over, NaN where the first key's release was not seen.
    """
    gap = np.diff(typing.down, prepend=np.nan)
    kept = np.flatnonzero(typing.follows & (gap > 0) & (gap < FLIGHT_MS_MAX))
    kept = kept[kept > 0]
    return kept, gap[kept], typing.down[kept] - typing.up[kept - 1]
