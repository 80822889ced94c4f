"""Three methods of the literature on the same trials, so that a ratio has something beside it.

Each takes a profile and a questioned sample and gives a score that is higher for the same person. None is
calibrated: they are compared by error rates alone.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from keystroke.evaluation.trials import Sample
from keystroke.timing import Floats, flights, holds

_CACHED = 4096
_AGREE = 1.25
"""Gunetti and Picardi's t: two durations agree if one is less than a quarter longer."""
_INSTANCES_MIN = 4


def scaled_manhattan(profile: Sample, questioned: Sample) -> float:
    """Killourhy and Maxion (2009): distances of means in units of the profile's mean absolute deviation.

    Theirs is of one password; here each hold and press-to-press feature counts as often as it was questioned.
    """
    total = weight = 0.0
    enrolled = _times(profile)
    for name, times in _times(questioned).items():
        known = enrolled.get(name)
        if name.startswith("UD") or known is None or len(known) < 2:
            continue
        deviation = max(float(np.abs(known - known.mean()).mean()), 5.0)
        total += len(times) * abs(float(times.mean() - known.mean())) / deviation
        weight += len(times)
    return -total / weight if weight else 0.0


def gunetti_picardi(profile: Sample, questioned: Sample) -> float:
    """Gunetti and Picardi (2005): R + A of digraphs and trigraphs, each by the number of those shared."""
    distance, shared = 0.0, 0
    for length in (2, 3):
        enrolled, typed = _graphs(profile, length), _graphs(questioned, length)
        names = sorted(enrolled.keys() & typed.keys())
        if len(names) < 2:
            continue
        x, y = np.array([enrolled[n] for n in names]), np.array([typed[n] for n in names])
        distance += len(names) * (
            _disorder(x, y) + float((np.maximum(x, y) / np.minimum(x, y) > _AGREE).mean())
        )
        shared += len(names)
    return -distance / shared if shared else 0.0


def itad(profile: Sample, questioned: Sample) -> float:
    """Ayotte and others (2020), instance-based tail area density: how deep in the profile's times each one lies."""
    total = count = 0.0
    enrolled = _times(profile)
    for name, times in _times(questioned).items():
        known = enrolled.get(name)
        if known is None or len(known) < _INSTANCES_MIN:
            continue
        below = np.searchsorted(known, times, side="right") / len(known)
        total += float(np.minimum(below, 1 - below).sum())
        count += len(times)
    return total / count if count else 0.0


BASELINES: dict[str, Callable[[Sample, Sample], float]] = {
    "scaled Manhattan (Killourhy and Maxion 2009)": scaled_manhattan,
    "R + A (Gunetti and Picardi 2005)": gunetti_picardi,
    "ITAD (Ayotte and others 2020)": itad,
}


@lru_cache(_CACHED)
def _times(sample: Sample) -> dict[str, Floats]:
    """Every hold, press-to-press and release-to-press time in milliseconds, sorted, by feature."""
    typing = sample.typing
    found: dict[str, list[float]] = defaultdict(list)
    for index, held in zip(*holds(typing), strict=True):
        found[f"hold {typing.codes[index]}"].append(held)
    for index, down_down, up_down in zip(*flights(typing), strict=True):
        pair = f"{typing.codes[index - 1]}>{typing.codes[index]}"
        found[f"DD {pair}"].append(down_down)
        if np.isfinite(up_down):
            found[f"UD {pair}"].append(up_down)
    return {name: np.sort(np.array(times)) for name, times in found.items()}


@lru_cache(_CACHED)
def _graphs(sample: Sample, length: int) -> dict[str, float]:
    """The mean milliseconds from the first press to the last, by the codes of `length` presses in a row."""
    typing = sample.typing
    kept = set(flights(typing)[0].tolist())
    found: dict[str, list[float]] = defaultdict(list)
    for end in range(length - 1, len(typing)):
        if all(index in kept for index in range(end - length + 2, end + 1)):
            found[">".join(typing.codes[end - length + 1 : end + 1])].append(
                float(typing.down[end] - typing.down[end - length + 1])
            )
    return {name: float(np.mean(times)) for name, times in found.items()}


def _disorder(x: Floats, y: Floats) -> float:
    """How far the ranks are from each other, as a share of how far they can be."""
    n = len(x)
    moved = np.abs(x.argsort(kind="stable").argsort() - y.argsort(kind="stable").argsort()).sum()
    return float(moved) / (n * n // 2)
