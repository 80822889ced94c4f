"""The comparison of a room's typing with what its candidate typed before, in the form that people are shown. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from keystroke.timeline import Event, KeyEvent, key_events, one_after_another
from liveroom.api import Contribution, TypingComparison
from liveroom.report import candidate_of

NOT_RUN = TypingComparison("not-run")
NOT_RUN_YET = TypingComparison("not-run-yet")


def compare_typing(questioned: Sequence[Event], profile: Sequence[Sequence[Event]]) -> TypingComparison:
    """A room's timeline against those of earlier rooms, by the candidate's keys alone.

    Loads numpy at its first use, and takes some milliseconds: call it in a thread.
    """
    from keystroke.report import report as shown

    return _comparison(shown(one_after_another(map(_keys, profile)), _keys(questioned)))


def _comparison(shown: Mapping[str, Any]) -> TypingComparison:
    """The page's form of what `keystroke` has to show."""
    return TypingComparison(
        status=shown["status"],
        reasons=shown["reasons"],
        log10_lr=shown["log10_lr"],
        interval90=shown["interval90"],
        verbal=None if shown["verbal"] is None else f"{shown['sentence']} That is {shown['verbal']}.",
        n_profile=shown["n_profile"],
        n_questioned=shown["n_questioned"],
        shared_digraphs=shown["shared_digraphs"],
        cohort=shown["cohort"]["name"],
        propositions=list(shown["propositions"].values()),
        profile_quality=_yardstick(shown["self_consistency"]),
        limits=shown["limits"],
        top=[
            Contribution(top["feature"], top["log10"], top["profile_ms"], top["questioned_ms"])
            for top in shown["top"]
        ],
    )


def _yardstick(self_consistency: float | None) -> list[str]:
    if self_consistency is None:
        return []
    return [
        f"As a yardstick: the take-home's first half against its second gives {self_consistency:+.1f}, "
        "and one session is taken to be one person's."
    ]


def _keys(timeline: Sequence[Event]) -> list[KeyEvent]:
    candidate = candidate_of(timeline)
    return [] if candidate is None else key_events(timeline, candidate)
