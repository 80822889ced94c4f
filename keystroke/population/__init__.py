"""The reference population that comparisons are made against: statistics of many people, nobody's typing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from keystroke.evidence import PARTS, Spread, spread_from_dict
from keystroke.timing import Floats

VERSION = 1


@dataclass(frozen=True)
class Population:
    """`weights` are intercept and one weight a part; `resampled` are those of other draws of the same people."""

    cohort: dict[str, Any]
    spread: Spread
    weights: Floats  # (1 + parts,)
    resampled: Floats  # (draws, 1 + parts)
    performance: list[dict[str, Any]]
    """Error rates on people who were left out of the fit, one entry a set and length."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "population": VERSION,
            "cohort": self.cohort,
            "parts": list(PARTS),
            "weights": [round(x, 4) for x in self.weights.tolist()],
            "performance": self.performance,
            "spread": self.spread.to_dict(),
            "resampled": [[round(x, 3) for x in row] for row in self.resampled.tolist()],
        }


def population_from_dict(data: Mapping[str, Any]) -> Population:
    if data.get("population") != VERSION or data.get("parts") != list(PARTS):
        raise ValueError(
            "This population file is of another version; build it again with keystroke.population.build."
        )
    return Population(
        data["cohort"],
        spread_from_dict(data["spread"]),
        np.array(data["weights"]),
        np.array(data["resampled"]),
        data["performance"],
    )


@cache
def shipped() -> Population:
    text = resources.files(__package__).joinpath("population.json").read_text(encoding="utf-8")
    return population_from_dict(json.loads(text))
