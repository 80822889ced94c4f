"""Timelines of typing: their format, and how one session's typing compares with another's."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keystroke.comparison import Comparison

__all__ = ["compare", "score"]

# Both load numpy and the population when called, so that `import keystroke.timeline` stays cheap.


def score(
    profile_events: Sequence[Mapping[str, Any]], questioned_events: Sequence[Mapping[str, Any]]
) -> float:
    """The raw log10 likelihood ratio, without any gate: for evaluation, never to be shown to a person."""
    from keystroke.comparison import score

    return score(profile_events, questioned_events)


def compare(
    profile_events: Sequence[Mapping[str, Any]],
    questioned_events: Sequence[Mapping[str, Any]],
    *,
    conditions: Mapping[str, Any] | None = None,
) -> "Comparison":
    """How much more likely the questioned timing is if the profile's typist typed it; see `Comparison`."""
    from keystroke.comparison import compare

    return compare(profile_events, questioned_events, conditions=conditions)
