"""The reference population that comparisons are made against: statistics of many people, nobody's typing."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from keystroke.calibration import Calibration, calibration_from_list
from keystroke.evidence import PARTS, Spread, spread_from_dict
from keystroke.timing import Floats

VERSION = 2


@dataclass(frozen=True)
class Densities:
    """How ratios of pairs with known answers, by people who were left out, lie at so many questioned keys.

    `same` and `different` are heights over each point of `log10_lr`; either encloses an area of 1.
    """

    keys: int
    log10_lr: list[float]
    same: list[float]
    different: list[float]


@dataclass(frozen=True)
class Population:
    """What comparisons rest on. `cohort` says of it in words who the people are: `name`, `people`, `description`,
    `attribution`.
    """

    cohort: dict[str, Any]
    spread: Spread
    calibration: Calibration
    resampled: Floats  # (draws, numbers) calibrations by other draws of the same people, rows as `to_list` gives them
    performance: list[dict[str, Any]]
    """Error rates on people who were left out of the fit, one entry a set and length."""

    densities: list[Densities]
    """One a length, shortest first; without, there is nothing to show."""

    def densities_at(self, keys: int) -> Densities | None:
        """Those of the longest length that is not above `keys`, or of the shortest."""
        fitting = [found for found in self.densities if found.keys <= keys] or self.densities[:1]
        return fitting[-1] if fitting else None

    def to_dict(self) -> dict[str, Any]:
        return {
            "population": VERSION,
            "cohort": self.cohort,
            "parts": list(PARTS),
            "calibration": [round(x, 4) for x in self.calibration.to_list()],
            "performance": self.performance,
            "densities": [asdict(found) for found in self.densities],
            "spread": self.spread.to_dict(),
            "resampled": [[round(x, 3) for x in draw] for draw in self.resampled.tolist()],
        }


def population_from_dict(data: Mapping[str, Any]) -> Population:
    if data.get("population") != VERSION or data.get("parts") != list(PARTS):
        raise ValueError(
            "This population file is of another version; build it again with keystroke.population.build."
        )
    calibration = calibration_from_list(data["calibration"])
    resampled = np.array(data["resampled"], dtype=float)
    if calibration.weights.shape != (len(PARTS),) or resampled.shape[1:] != (len(data["calibration"]),):
        raise ValueError(f"A calibration must have {len(PARTS)} weights, one a part.")
    return Population(
        data["cohort"],
        spread_from_dict(data["spread"]),
        calibration,
        resampled,
        data["performance"],
        [Densities(**found) for found in data["densities"]],
    )


def write_population(path: Path, population: Population) -> None:
    path.write_text(json.dumps(population.to_dict(), separators=(",", ":")) + "\n", encoding="utf-8")


def read_population(path: Path) -> Population:
    """What `write_population` wrote, checked down to its numbers; a ValueError says what is wrong with it."""
    from keystroke.population.checking import (
        check,  # the shipped one needs no check, and so nothing but numpy
    )

    try:
        data = json.loads(path.read_bytes())
        check(data)
        return population_from_dict(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path}: It is no population that this version can use ({error}).") from error


@cache
def shipped() -> Population:
    text = resources.files(__package__).joinpath("population.json").read_text(encoding="utf-8")
    return population_from_dict(json.loads(text))
