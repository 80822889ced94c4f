"""What a population file of somebody's making must hold, so that no comparison stumbles over it later."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

Number = Annotated[float, Meta(ge=-1e6, le=1e6)]
"""Nothing that is counted here is anywhere near the bounds; NaN is within none."""

Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0, le=10_000_000)]
Matrix = Annotated[list[list[Number]], Meta(max_length=1_000)]


class _Cohort(msgspec.Struct):
    name: str


class _Performance(msgspec.Struct):
    corpus: str
    people: Count
    questioned_keys: Count
    same_below_tenth: Share
    different_below_tenth: Share


class _Densities(msgspec.Struct, forbid_unknown_fields=True):
    keys: Count
    log10_lr: Annotated[list[Number], Meta(min_length=2, max_length=10_000)]
    same: list[Annotated[float, Meta(ge=0, le=1e6)]]
    different: list[Annotated[float, Meta(ge=0, le=1e6)]]


class _Spread(msgspec.Struct):
    features: Annotated[dict[str, list[Number]], Meta(min_length=1, max_length=100_000)]
    style_unknown: Matrix
    style_person: Matrix
    style_session: Matrix
    steadiness: Matrix


class _File(msgspec.Struct):
    """What a file must hold for any comparison to find what it needs; other fields are kept as they are."""

    cohort: _Cohort
    calibration: Annotated[list[Number], Meta(min_length=6)]
    resampled: Annotated[list[list[Number]], Meta(min_length=1, max_length=10_000)]
    performance: list[_Performance]
    densities: list[_Densities]
    spread: _Spread


def check(data: Mapping[str, Any]) -> None:
    """Raises ValueError; whoever writes a file of their own hears of it when it is read, not with some report."""
    file = msgspec.convert(data, _File)
    for found in file.densities:
        if not len(found.log10_lr) == len(found.same) == len(found.different) or not sum(found.same):
            raise ValueError("Densities must have a value of each kind for every ratio.")
    if any(min(row[1:4]) < 0 or row[4] <= 0 for row in file.spread.features.values() if len(row) > 4):
        raise ValueError("A feature has a mean and then four variances, the last of which is above zero.")
