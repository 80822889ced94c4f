"""Types any text as a real person would: their hold and flight times, drawn from one or more recorded sessions.

Times are drawn as ratios to what the reference population takes for the same key or pair, since a pair that the
person never typed must not get the time of a pair that everybody types faster: all invented typists would share it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from keystroke.features import kind_of
from keystroke.files.layout import CODES, SHIFTED
from keystroke.files.tables import read_table
from keystroke.population import shipped
from keystroke.timeline import KeyEvent
from keystroke.timing import flights, holds, usable

EXCERPT = Path(__file__).parents[1] / "data" / "keystrokes" / "villani_excerpt.csv.gz"

CANDIDATE_AT_HOME, CANDIDATE_LIVE = ("v053", 2), ("v053", 3)
SOMEBODY_ELSE_LIVE = ("v052", 3)
"""Person and session. Typing code, these three differ by far more than the draw of the times does."""

SHIFT = "ShiftLeft"
KEY_DOWN_AT_LEAST_MS, KEY_APART_MS = 8.0, 2.0
TRUSTED_FROM = 4
"""Of a key or pair seen this often, half of the draws are its own."""


@cache
def recordings() -> dict[str, list[list[KeyEvent]]]:
    """Four people's sessions of about 500 keys; none of them is in the shipped population."""
    return read_table(EXCERPT).events()


def recorded(person: str, session: int) -> list[KeyEvent]:
    return recordings()[person][session]


class Stroke(NamedTuple):
    """One key of the US layout; `key` is what the browser would call it."""

    code: str
    key: str
    shifted: bool


def stroke(character: str) -> Stroke:
    if (code := CODES.get(character)) is None:
        raise ValueError(f"{character!r} is not on a US keyboard.")
    return Stroke(code, character if character.isprintable() else code, character in SHIFTED)


@cache
def usual_ms(feature: str) -> float:
    """What the population takes; of a feature that it lacks, the mean of that kind's, and of that family's."""
    spread = shipped().spread
    if (row := spread.index.get(feature)) is not None:
        return float(np.exp(spread.mean[row]))
    for alike in (lambda name: kind_of(name) == kind_of(feature), lambda name: name[:2] == feature[:2]):
        rows = [row for name, row in spread.index.items() if alike(name)]
        if rows:
            return float(np.exp(spread.mean[rows].mean()))
    raise ValueError(f"Nobody typed anything like {feature!r}.")


class Typist:
    """Draws each hold and each press-to-press time from what the person did with that key or pair of keys.

    Keys and pairs that they never typed are drawn from their nearest ones: the same zone of the keyboard, then
    everything. `\\b`, `\\t` and `\\n` in a text are Backspace, Tab and Enter, so an editor's help can be undone.
    """

    def __init__(self, sessions: Sequence[Sequence[Mapping[str, object]]], *, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._ratios: dict[str, list[float]] = defaultdict(list)
        for session in sessions:
            typing = usable(session)
            for i, held in zip(*holds(typing), strict=True):
                self._learn(f"hold {typing.codes[i]}", held)
            for i, flight, _ in zip(*flights(typing), strict=True):
                self._learn(f"DD {typing.codes[i - 1]}>{typing.codes[i]}", flight)

    def _learn(self, feature: str, ms: float) -> None:
        for name in (feature, kind_of(feature), feature.split(" ", 1)[0]):
            self._ratios[name].append(float(ms) / usual_ms(feature))

    def _draw(self, feature: str) -> float:
        return self._drawn_ratio(feature) * usual_ms(feature)

    def _drawn_ratio(self, feature: str) -> float:
        """From the feature itself the more often the more of it was seen: one odd press must not become a habit."""
        *nearer, everything = (feature, kind_of(feature), feature.split(" ", 1)[0])
        for name in nearer:
            seen = self._ratios.get(name, [])
            if self._rng.random() < len(seen) / (len(seen) + TRUSTED_FROM):
                return seen[self._rng.integers(len(seen))]
        if not (seen := self._ratios[everything]):
            raise ValueError(f"Nothing was recorded from which to draw {feature!r}.")
        return seen[self._rng.integers(len(seen))]

    def type(self, text: str) -> list[KeyEvent]:
        """The presses and releases that type `text`, from 0 ms on, in order of time."""
        pressed = list(self._presses(text))
        released = self._releases(pressed)
        events = [
            event
            for (one, down), up in zip(pressed, released, strict=True)
            for event in (_event("keydown", down, one), _event("keyup", up, one))
        ]
        return sorted(events, key=lambda event: event["t"])

    def _presses(self, text: str) -> Iterator[tuple[Stroke, float]]:
        """Shift goes down once before a run of shifted characters."""
        at, before, shift_held = 0.0, "", False
        for one in map(stroke, text):
            wanted = [one]
            if one.shifted and not shift_held:
                wanted = [Stroke(SHIFT, "Shift", shifted=False), one]
            shift_held = one.shifted
            for key in wanted:
                if before:
                    at += max(self._draw(f"DD {before}>{key.code}"), KEY_DOWN_AT_LEAST_MS)
                yield key, round(at, 3)
                before = key.code

    def _releases(self, pressed: list[tuple[Stroke, float]]) -> list[float]:
        """Drawn, then bounded by what the text needs: Shift covers its characters, no key is pressed twice at once."""
        released = []
        for i, (one, down) in enumerate(pressed):
            earliest = down + KEY_DOWN_AT_LEAST_MS / 2
            latest = next((later for key, later in pressed[i + 1 :] if key.code == one.code), np.inf)
            if one.code == SHIFT:
                covered = [later for key, later in pressed[i + 1 : _run_end(pressed, i)]]
                earliest = covered[-1] + KEY_APART_MS
                end = _run_end(pressed, i)
                latest = min(latest, pressed[end][1] if end < len(pressed) else np.inf)
            up = max(down + self._draw(f"hold {one.code}"), earliest)
            released.append(round(min(up, latest - KEY_APART_MS), 3))
        return released


def _run_end(pressed: Sequence[tuple[Stroke, float]], shift: int) -> int:
    """The index after the last character that one press of Shift covers."""
    end = shift + 1
    while end < len(pressed) and pressed[end][0].shifted:
        end += 1
    return end


def _event(way: str, t: float, one: Stroke) -> KeyEvent:
    return KeyEvent(type=way, t=t, code=one.code, key=one.key, repeat=False, trusted=True, composing=False)
