"""The comparison of a room's typing with what its candidate typed before, in the form that people are shown. Pure."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from liveroom.api import (
    BaseRate,
    Condition,
    Contribution,
    Densities,
    Handover,
    Histogram,
    ProvenanceFlag,
    TypingComparison,
    TypingWindow,
)
from liveroom.typing.conditions import comparable, conditions
from liveroom.typing.typed import Typed, at_us

if TYPE_CHECKING:
    from keystroke.population import Population

NOT_RUN = TypingComparison("not-run")
NOT_RUN_YET = TypingComparison("not-run-yet")


def compare_typing(
    questioned: Typed,
    profile: Sequence[Typed],
    *,
    situation_differed: bool | None = None,
    population: "Population | None" = None,
) -> TypingComparison:
    """What was typed in one session against one earlier session or several; without a population, the shipped one.

    Loads numpy at its first use, and takes up to seconds for a long session: call it in a thread.
    """
    shown = compared(questioned, profile, situation_differed=situation_differed, population=population)
    return _comparison(shown)


def compared(
    questioned: Typed,
    profile: Sequence[Typed],
    *,
    situation_differed: bool | None = None,
    population: "Population | None" = None,
) -> dict[str, Any]:
    """The same as plain values; times in milliseconds of the questioned keys' clock."""
    from keystroke.report import report

    kept = comparable(profile, questioned)
    found = conditions(kept, questioned, situation_differed=situation_differed)
    shown = report(
        [one.keys for one in kept],
        questioned.keys,
        conditions=found.differing,
        condition_rows=[msgspec.structs.asdict(row) for row in found.shown],
        population=population,
    )
    left_out = [
        f"Left out is {one.name}: it was typed on another keyboard layout, or on a touch screen."
        for one in profile
        if one not in kept
    ]
    return {**shown, "profile_quality": [_made_of(kept), *left_out, *shown["profile_quality"]]}


def _comparison(shown: Mapping[str, Any]) -> TypingComparison:
    """`keystroke` has the same names, but for times: `from_ms` becomes `from_us`, and `t_ms` `at_us`."""

    def timed(values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            _TIMES.get(name, name): at_us(value) if name in _TIMES and value is not None else value
            for name, value in values.items()
        }

    densities, handover = shown["densities"], shown["handover"]
    return TypingComparison(
        **{
            **shown,
            "base_rates": [BaseRate(**one) for one in shown["base_rates"]],
            "top": [Contribution(**one) for one in shown["top"]],
            "conditions": [Condition(**one) for one in shown["conditions"]],
            "densities": None if densities is None else Densities(**densities),
            "histograms": [Histogram(**one) for one in shown["histograms"]],
            "windows": [TypingWindow(**timed(one)) for one in shown["windows"]],
            "handover": None if handover is None else Handover(**timed(handover)),
            "flags": [ProvenanceFlag(**timed(one)) for one in shown["flags"]],
        }
    )


_TIMES = {"from_ms": "from_us", "to_ms": "to_us", "t_ms": "at_us"}


def _made_of(profile: Sequence[Typed]) -> str:
    *others, last = (one.name for one in profile)
    return (
        f"The profile was made of {', '.join(others)} and {last}."
        if others
        else f"The profile was made of {last}."
    )
