"""How one typist types: a mean, a spread and a count for each key and pair of keys, and nothing of what was typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from keystroke.features import is_digraph
from keystroke.timing import FLIGHT_MS_MAX, Floats, Typing, flights, holds, usable

CHUNK = 100
"""Rhythm is measured over this many presses at a time, so that its variation within a session is known."""

FLIGHT_SCALE_MS = 40.0
_FLIGHT_MS_MIN = 8.0


class Moments(NamedTuple):
    """`m2` is the sum of squared distances from the mean."""

    n: int
    mean: float
    m2: float


@dataclass(frozen=True)
class Profile:
    """Moments by feature: `hold KeyA` and `DD KeyA>KeyB` of log milliseconds, `UD KeyA>KeyB` of arcsinh(ms / 40).

    `rhythm …` features are of whole chunks of typing. `digraphs` counts kinds, `keys` usable presses.
    """

    features: dict[str, Moments]
    keys: int
    tick_ms: float
    releases_missing: float
    left_out_share: float

    @property
    def digraphs(self) -> frozenset[str]:
        return frozenset(name[3:] for name in self.features if is_digraph(name))


def profile(events: Sequence[Mapping[str, Any]]) -> Profile:
    return profile_of(usable(events))


def profile_of(typing: Typing) -> Profile:
    return Profile(
        {**_holds(typing), **_flights(typing), **_rhythm(typing)},
        len(typing),
        typing.tick_ms,
        typing.releases_missing,
        typing.left_out_share,
    )


def _holds(typing: Typing) -> dict[str, Moments]:
    kept, held = holds(typing)
    return moments((f"hold {typing.codes[i]}" for i in kept), np.log(held))


def _flights(typing: Typing) -> dict[str, Moments]:
    kept, down_down, up_down = flights(typing)
    pairs = [f"{typing.codes[i - 1]}>{typing.codes[i]}" for i in kept]
    released = np.flatnonzero(np.isfinite(up_down) & (np.abs(up_down) < FLIGHT_MS_MAX))
    return {
        **moments((f"DD {pair}" for pair in pairs), np.log(np.maximum(down_down, _FLIGHT_MS_MIN))),
        **moments((f"UD {pairs[i]}" for i in released), np.arcsinh(up_down[released] / FLIGHT_SCALE_MS)),
    }


def moments(names: Iterable[str], values: Floats) -> dict[str, Moments]:
    """Group values by name."""
    index: dict[str, int] = {}
    group = np.array([index.setdefault(name, len(index)) for name in names], dtype=np.intp)
    if not index:
        return {}
    n = np.bincount(group)
    mean = np.bincount(group, values) / n
    m2 = np.bincount(group, (values - mean[group]) ** 2)
    return {
        name: Moments(*entry)
        for name, entry in zip(index, zip(n.tolist(), mean.tolist(), m2.tolist(), strict=True), strict=True)
    }


def _rhythm(typing: Typing) -> dict[str, Moments]:
    """How even the typing is and how much it rolls over, chunk by chunk."""
    names: list[str] = []
    values: list[float] = []
    for start in range(0, len(typing) - CHUNK // 2, CHUNK):
        part = typing.part(start, start + CHUNK)
        _, held = holds(part)
        _, down_down, up_down = flights(part)
        up_down = up_down[np.isfinite(up_down)]
        if min(len(held), len(up_down)) < CHUNK // 4:
            continue
        rolled = float((up_down < 0).sum())
        names += ["rhythm hold spread", "rhythm DD spread", "rhythm DD slow tail", "rhythm roll-over"]
        low, middle, high = np.quantile(np.log(down_down), [0.25, 0.5, 0.9])
        values += [
            float(np.log(np.std(np.log(held)) + 0.02)),
            float(np.log(np.std(np.log(down_down)) + 0.02)),
            float((high - middle) - (middle - low)),
            float(np.log((rolled + 0.5) / (len(up_down) - rolled + 0.5))),
        ]
    return moments(names, np.array(values))
