"""What people who wrote prose did, for the few measures that their typing shows in the same way as a room's edits."""

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from statistics import mean, median

from keystroke.process.trace import Trace

TYPED_MIN = 300
"""Below so many typed characters a number says too little to be set beside other people's."""

LEVELS = tuple(range(5, 100, 5))


def measures(found: Trace) -> dict[str, float]:
    """The numbers that a room's edits and typed prose both show; empty where too little was typed."""
    if found.typed < TYPED_MIN or not found.steps:
        return {}
    return {
        "pauses": len(found.pauses) / found.steps,
        "bursts": float(median(found.bursts)),
        "revision bursts": float(median(found.revision_bursts)),
        "revisions": 100 * found.revisions / found.typed,
        "flowing": found.flowing / found.typed,
    }


@dataclass(frozen=True)
class Cohort:
    """`quantiles` holds for each measure its values at LEVELS per cent of the people."""

    name: str
    people: int
    attribution: list[str]
    quantiles: Mapping[str, Sequence[float]]

    def percentile(self, measure: str, value: float) -> float:
        """How many per cent of the people have less, from 5 to 95: so few people say nothing of the outermost.

        Of several levels that have the very same value, the middle one counts.
        """
        quantiles = self.quantiles[measure]
        if equal := [level for level, quantile in zip(LEVELS, quantiles, strict=True) if quantile == value]:
            return float(mean(equal))
        above = bisect_left(quantiles, value)
        if above in (0, len(quantiles)):
            return float(LEVELS[0] if above == 0 else LEVELS[-1])
        low, high = quantiles[above - 1], quantiles[above]
        step = LEVELS[above] - LEVELS[above - 1]
        return LEVELS[above - 1] + step * (value - low) / (high - low)


@cache
def shipped() -> Cohort:
    text = resources.files(__package__).joinpath("cohort.json").read_text(encoding="utf-8")
    return Cohort(**json.loads(text))
