"""What two profiles say about each other, feature by feature: the two-level model of people and their sessions.

A feature's mean in one session is  population + person + session + chance.  If one person typed both, the two
means share the person's part; if two people did, they share the population's alone. The ratio of the two
densities is the feature's evidence, and it is additive: every part of a comparison can be shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from keystroke.profile import Profile
from keystroke.timing import Floats

FAMILIES = ("hold", "DD", "UD", "rhythm")
WITH_OFFSET = ("hold", "DD", "UD")
PARTS = (*(f"{family} overall" for family in WITH_OFFSET), *FAMILIES)
"""A person's overall speed is one fact, not one a digraph: it is split off and counted once."""

CLIP = 3.0
"""No single feature may say more than this, in natural log: one odd digraph must not decide."""


class Variances(NamedTuple):
    """Variance parts of a feature: how well its mean is known, between people, between sessions, between presses."""

    mean: float
    unknown: float
    person: float
    session: float
    press: float


class OffsetVariances(NamedTuple):
    person: float
    session: float


@dataclass(frozen=True)
class Spread:
    """The reference population's statistics. What too few of its people typed is not in it and never compared."""

    features: Mapping[str, Variances]
    offsets: Mapping[str, OffsetVariances]

    def to_dict(self) -> dict[str, Any]:
        return {
            "features": {name: [_short(x) for x in row] for name, row in sorted(self.features.items())},
            "offsets": {name: [_short(x) for x in row] for name, row in self.offsets.items()},
        }


def spread_from_dict(data: Mapping[str, Any]) -> Spread:
    return Spread(
        {name: Variances(*row) for name, row in data["features"].items()},
        {name: OffsetVariances(*row) for name, row in data["offsets"].items()},
    )


def _short(value: float) -> float:
    return float(f"{value:.4g}")


@dataclass(frozen=True)
class Evidence:
    """`parts` follows PARTS; the arrays follow `features`, those that both profiles and the population hold."""

    parts: Floats
    features: list[str]
    ratios: Floats  # (features,) natural log, clipped
    profile_means: Floats
    questioned_means: Floats


def evidence(profile: Profile, questioned: Profile, spread: Spread) -> Evidence:
    shared = sorted(profile.features.keys() & questioned.features.keys() & spread.features.keys())
    rows = np.array([spread.features[name] for name in shared], dtype=float).reshape(-1, 5)
    n_x, x = _counts_and_means(profile, shared)
    n_y, y = _counts_and_means(questioned, shared)
    mean, unknown, person, session, press = rows.T
    family = np.array([FAMILIES.index(name.split(" ", 1)[0]) for name in shared], dtype=int)
    residual_x, residual_y = x - mean, y - mean
    noise_x, noise_y = session + press / n_x, session + press / n_y
    parts = np.zeros(len(PARTS))
    for index, name in enumerate(WITH_OFFSET):
        here = family == index
        if not here.any():
            continue
        weight = 1 / (unknown + person + noise_x + noise_y)[here]
        offset_x = (weight * residual_x[here]).sum() / weight.sum()
        offset_y = (weight * residual_y[here]).sum() / weight.sum()
        residual_x[here] -= offset_x
        residual_y[here] -= offset_y
        offset = spread.offsets[name]
        chance = offset.session + 1 / weight.sum()
        parts[index] = log_ratio(offset_x, offset_y, 0.0, offset.person, chance, chance)
    ratios = np.clip(log_ratio(residual_x, residual_y, unknown, person, noise_x, noise_y), -CLIP, CLIP)
    parts[len(WITH_OFFSET) :] = np.bincount(family, ratios, len(FAMILIES))
    return Evidence(np.clip(parts, -50, 50), shared, ratios, x, y)


def log_ratio(x: Any, y: Any, common: Any, person: Any, noise_x: Any, noise_y: Any) -> Any:
    """The natural log of p(x, y | same person) / p(x, y | different people), for zero-mean normal x and y.

    Both hypotheses share `common`, the uncertainty of the population's own mean; one person also shares `person`.
    """
    variance_x, variance_y = common + person + noise_x, common + person + noise_y
    return _log_density(x, y, variance_x, variance_y, common + person) - _log_density(
        x, y, variance_x, variance_y, common
    )


def _log_density(x: Any, y: Any, variance_x: Any, variance_y: Any, covariance: Any) -> Any:
    determinant = variance_x * variance_y - covariance**2
    distance = variance_y * x * x - 2 * covariance * x * y + variance_x * y * y
    return -0.5 * np.log(determinant) - 0.5 * distance / determinant


def _counts_and_means(profile: Profile, names: Sequence[str]) -> tuple[Floats, Floats]:
    moments = [profile.features[name] for name in names]
    return np.array([m.n for m in moments], dtype=float), np.array([m.mean for m in moments], dtype=float)


# Kinds of features

_LEFT = frozenset("QWERTASDFGZXCVB")


@lru_cache(maxsize=20_000)
def kind_of(feature: str) -> str:
    """Features that move alike, by hand, thumb and edge of the keyboard: a rare one leans on its kind's spread."""
    family, _, keys = feature.partition(" ")
    if family == "rhythm":
        return feature
    zones = [_zone(code) for code in keys.split(">")]
    if family == "hold":
        return f"hold {zones[0]}"
    first, second = keys.split(">")
    if first == second:
        return f"{family} same key"
    if set(zones) <= {"left", "right"}:
        return f"{family} {'same hand' if zones[0] == zones[1] else 'other hand'}"
    return f"{family} {'thumb' if 'edge' not in zones else 'edge'}"


def _zone(code: str) -> str:
    if code == "Space":
        return "thumb"
    if code.startswith("Key"):
        return "left" if code[3:] in _LEFT else "right"
    return "edge"
