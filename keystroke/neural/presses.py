"""What the net sees: windows of presses, each with its key, the key before, and times beside everybody's usual ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from keystroke.profile import FLIGHT_SCALE_MS
from keystroke.timing import FLIGHT_MS_MAX, Typing, flights, holds

WINDOW = 50
COLUMNS = 9
"""Hold, press to press, release to press: each less the mean of all keys, less the mean of this key or pair, and
whether it was seen at all."""

CODES_MAX = 128
_CODE_PRESSES_MIN = 100
_PRIOR_PRESSES = 5.0

Codes = NDArray[np.int64]
Singles = NDArray[np.float32]


@dataclass(frozen=True)
class Norms:
    """Everybody's mean times by key and by pair, in logs. Place 0 of every table is all keys without a place."""

    codes: list[str]  # the keys of places 1, 2, …
    hold: Singles  # (places,)
    press: Singles  # (places, places), from a key to the next
    release: Singles  # (places, places)

    @cached_property
    def places(self) -> dict[str, int]:
        return _places(self.codes)


class Windows(NamedTuple):
    codes: Codes  # (windows, WINDOW), places
    before: Codes  # (windows, WINDOW)
    times: Singles  # (windows, WINDOW, COLUMNS)


def norms_of(sessions: Iterable[Typing]) -> Norms:
    sessions = list(sessions)
    names, counts = np.unique([code for session in sessions for code in session.codes], return_counts=True)
    often = sorted(zip(counts.tolist(), names.tolist(), strict=True), reverse=True)[: CODES_MAX - 1]
    codes = sorted(name for count, name in often if count >= _CODE_PRESSES_MIN)
    size, places = len(codes) + 1, _places(codes)
    read = [_read(session, places) for session in sessions]
    place, before = (np.concatenate([each[i] for each in read]) for i in (0, 1))
    hold, press, release = np.concatenate([each[2] for each in read]).T
    return Norms(
        codes,
        _means(place, hold, size),
        _means(before * size + place, press, size * size).reshape(size, size),
        _means(before * size + place, release, size * size).reshape(size, size),
    )


def _places(codes: Sequence[str]) -> dict[str, int]:
    return {code: place for place, code in enumerate(codes, start=1)}


def _means(group: Codes, values: NDArray[np.float64], size: int) -> Singles:
    """By group, drawn towards the mean of all where there are few; group 0 is all."""
    seen = np.isfinite(values)
    n = np.bincount(group[seen], minlength=size)
    total = np.bincount(group[seen], values[seen], size)
    everything = float(values[seen].mean()) if seen.any() else 0.0
    means = (total + _PRIOR_PRESSES * everything) / (n + _PRIOR_PRESSES)
    means[0] = everything
    return means.astype(np.float32)


def windows(typing: Typing, norms: Norms) -> Windows:
    """One window after the other; where they do not come out even, the last reaches back into the one before."""
    if len(typing) < WINDOW:
        raise ValueError(f"{len(typing)} usable key presses are too few; {WINDOW} are needed.")
    place, before, times = _read(typing, norms.places)
    usual = np.column_stack([norms.hold[place], norms.press[before, place], norms.release[before, place]])
    overall = np.array([norms.hold[0], norms.press[0, 0], norms.release[0, 0]])
    seen = np.isfinite(times)
    columns = np.concatenate(
        [np.where(seen, times - overall, 0.0), np.where(seen, times - usual, 0.0), seen], axis=1
    )
    starts = np.append(np.arange(0, len(typing) - WINDOW, WINDOW), len(typing) - WINDOW)
    at = starts[:, None] + np.arange(WINDOW)  # (windows, WINDOW)
    return Windows(place[at], before[at], columns.astype(np.float32)[at])


def _read(typing: Typing, places: Mapping[str, int]) -> tuple[Codes, Codes, NDArray[np.float64]]:
    """Places, places before, and hold, press to press and release to press on log scales, NaN where there is none."""
    place = np.array([places.get(code, 0) for code in typing.codes], dtype=np.int64)
    before = np.where(typing.follows, np.concatenate([[0], place[:-1]]), 0)
    times = np.full((len(typing), 3), np.nan)
    kept, held = holds(typing)
    times[kept, 0] = np.log(held)
    kept, down_down, up_down = flights(typing)
    times[kept, 1] = np.log(down_down)
    near = np.abs(up_down) < FLIGHT_MS_MAX  # NaN, where a release is missing, is not
    times[kept[near], 2] = np.arcsinh(up_down[near] / FLIGHT_SCALE_MS)
    return place, before, times
