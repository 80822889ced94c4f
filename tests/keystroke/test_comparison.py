"""Comparisons of real people, and when there is none to make."""

from collections.abc import Callable, Mapping
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import keystroke
from keystroke.comparison import BOUNDED, CAP, INCOMPATIBLE, WIDENING, compare_profiles
from keystroke.evaluation.metrics import eer
from keystroke.profile import profile
from keystroke.timing import Events
from tests.support.typist import recorded, recordings

PEOPLE = sorted(recordings())
UNSURE = (profile(recorded("v010", 0)), profile(recorded("v053", 1)[:400]))
"""Two people whose ratio, of so few keys, is far from the cap on either side."""


def test_the_same_person_in_two_sessions_gets_a_ratio_above_one() -> None:
    scores = [
        keystroke.score(recorded(person, a), recorded(person, b))
        for person in PEOPLE
        for a, b in combinations(range(6), 2)
    ]
    assert min(scores) > 1


def test_different_people_get_ratios_below_one_with_few_exceptions() -> None:
    scores = np.array(
        [
            keystroke.score(recorded(one, session), recorded(other, 5 - session))
            for one, other in combinations(PEOPLE, 2)
            for session in range(6)
        ]
    )
    assert (scores < 0).mean() > 0.9
    assert np.median(scores) < -2


def test_which_session_is_the_profile_hardly_matters() -> None:
    for one, other in combinations(PEOPLE, 2):
        there = keystroke.score(recorded(one, 0), recorded(other, 1))
        back = keystroke.score(recorded(other, 1), recorded(one, 0))
        assert there == pytest.approx(back, abs=1e-9)


def test_random_labels_give_an_error_rate_of_one_half() -> None:
    sessions = [(person, number) for person in PEOPLE for number in range(6)]
    scores = np.array(
        [keystroke.score(recorded(*one), recorded(*other)) for one, other in combinations(sessions, 2)]
    )
    same = np.array([one[0] == other[0] for one, other in combinations(sessions, 2)])
    rng = np.random.default_rng(3)
    rates = []
    for _ in range(200):
        labels = rng.permutation(same)
        rates.append(eer(same=scores[labels], different=scores[~labels]))
    assert np.mean(rates) == pytest.approx(0.5, abs=0.03)
    assert eer(same=scores[same], different=scores[~same]) < 0.1


def test_when_keys_are_relabelled_the_evidence_is_gone() -> None:
    """What a person does with each key carries the comparison, not their speed alone."""
    rng = np.random.default_rng(5)
    codes = sorted({event["code"] for event in recorded("v053", 1)})
    shuffled = dict(zip(codes, rng.permutation(codes).tolist(), strict=True))
    questioned = [{**event, "code": shuffled[event["code"]]} for event in recorded("v053", 1)]
    honest = keystroke.score(recorded("v053", 0), recorded("v053", 1))
    assert keystroke.score(recorded("v053", 0), questioned) < honest - 3


def with_repeats(events: Events) -> list[dict[str, Any]]:
    return [
        copy
        for event in events
        for copy in (
            [dict(event), {**event, "t": event["t"] + 0.01, "repeat": True}]
            if event["type"] == "keydown"
            else [dict(event)]
        )
    ]


def with_blurs(events: Events) -> list[dict[str, Any]]:
    blurs = [{"type": kind, "t": event["t"] + 0.1} for event in events[::20] for kind in ("blur", "focus")]
    return [*map(dict, events), *blurs]


def with_pastes(events: Events) -> list[dict[str, Any]]:
    """In every pause of more than a second something is pasted, by chord; the editor reports it as well."""
    pasted = [
        {"type": kind, "t": one["t"] + 500 + i, "code": code, "key": "", "repeat": False}
        for one, other in pairwise(events)
        if other["t"] - one["t"] > 1000
        for i, (kind, code) in enumerate(CHORD)
    ]
    assert pasted
    return [*map(dict, events), *pasted]


CHORD = [
    ("keydown", "ControlLeft"),
    ("keydown", "KeyV"),
    ("paste", ""),
    ("keyup", "KeyV"),
    ("keyup", "ControlLeft"),
]


def with_untrusted(events: Events) -> list[dict[str, Any]]:
    injected = [{**event, "t": event["t"] + 7.0, "trusted": False} for event in events[::3]]
    return [*map(dict, events), *injected]


def from_another_start(events: Events) -> list[dict[str, Any]]:
    return [{**event, "t": event["t"] + 3_600_000.0} for event in events]


@pytest.mark.parametrize("change", [with_repeats, with_blurs, with_untrusted, from_another_start])
def test_what_is_not_typing_does_not_move_the_ratio(change: Callable[[Events], list[dict[str, Any]]]) -> None:
    for questioned in (recorded("v006", 1), recorded("v010", 1)):
        plain = keystroke.score(recorded("v006", 0), questioned)
        assert keystroke.score(recorded("v006", 0), change(questioned)) == pytest.approx(plain, abs=0.02)


def with_lost_releases(events: Events) -> list[dict[str, Any]]:
    """The window loses the keyboard five times while a key is down, and never sees it come up."""
    lost = {id(release(events, at)) for at in range(40, 500, 100)}
    return [dict(event) for event in events if id(event) not in lost]


def release(events: Events, after: int) -> Mapping[str, Any]:
    return next(event for event in events[after:] if event["type"] == "keyup")


@pytest.mark.parametrize("change", [with_lost_releases, with_pastes])
def test_a_few_lost_releases_and_pastes_do_not_move_what_is_shown(
    change: Callable[[Events], list[dict[str, Any]]],
) -> None:
    for person in PEOPLE:
        for typist in PEOPLE:
            plain = keystroke.compare(recorded(person, 0), recorded(typist, 1))
            changed = keystroke.compare(recorded(person, 0), change(recorded(typist, 1)))
            # Five holds and ten flights less are less evidence: 0.02 in the median, and no more than this.
            assert changed.log10_lr == pytest.approx(plain.log10_lr, abs=0.08)


def test_a_strong_ratio_stops_at_the_cap() -> None:
    same = keystroke.compare(recorded("v053", 0), recorded("v053", 1))
    different = keystroke.compare(recorded("v053", 0), recorded("v006", 4))
    assert (same.log10_lr, same.interval90) == (CAP, (CAP, CAP))
    assert (different.log10_lr, different.interval90) == (-CAP, (-CAP, -CAP))
    assert same.status == different.status == "ok"
    assert sum(same.parts.values()) == pytest.approx(
        keystroke.score(recorded("v053", 0), recorded("v053", 1))
    )


def first(keys: int, events: Events) -> Events:
    """Up to the press after the `keys`th."""
    downs = [i for i, event in enumerate(events) if event["type"] == "keydown"]
    return events[: downs[keys]] if keys < len(downs) else events


def test_a_short_session_is_only_indicative_and_says_how_short() -> None:
    found = keystroke.compare(recorded("v053", 0), first(150, recorded("v053", 1)))
    assert found.status == "indicative"
    assert found.reasons == [
        "The questioned session holds 150 usable key presses; below 300 a ratio is only indicative.",
        BOUNDED,
    ]
    assert found.log10_lr is not None
    assert found.interval90 is not None
    assert found.interval90[0] <= found.log10_lr <= found.interval90[1] == CAP


def test_too_little_typing_gives_no_ratio_and_the_numbers() -> None:
    found = keystroke.compare(first(200, recorded("v010", 0)), first(20, recorded("v010", 1)))
    assert (found.log10_lr, found.interval90, found.top, found.parts) == (None, None, [], {})
    assert (found.status, found.n_profile, found.n_questioned) == ("insufficient_data", 200, 20)
    assert found.reasons == [
        "The profile holds 200 usable key presses; 300 are needed.",
        "The questioned session holds 20 usable key presses; 100 are needed.",
        f"The two sessions and the reference people share {found.shared_digraphs} kinds of key pairs; "
        "20 are needed.",
    ]


def test_nothing_typed_is_insufficient_and_scores_nothing() -> None:
    assert keystroke.compare([], []).status == "insufficient_data"
    assert keystroke.score([], recorded("v006", 0)) == 0.0


def lost_releases(events: Events) -> list[dict[str, Any]]:
    return [dict(event) for i, event in enumerate(events) if event["type"] == "keydown" or i % 4]


def coarse_clock(events: Events) -> list[dict[str, Any]]:
    return [{**event, "t": round(event["t"] / 100) * 100.0} for event in events]


def input_method(events: Events) -> list[dict[str, Any]]:
    return [{**event, "composing": i % 10 < 5} for i, event in enumerate(events)]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lost_releases, "of the presses have no release; at most 10% may."),
        (coarse_clock, "clock moves in steps of 100 ms; they must be shorter than 50 ms."),
        (input_method, "came through an input method or without a place on the keyboard; at most 30% may."),
    ],
)
def test_timing_that_cannot_be_trusted_gives_no_ratio(
    spoil: Callable[[Events], list[dict[str, Any]]], says: str
) -> None:
    questioned = [*recorded("v010", 1), *from_another_start(recorded("v010", 2))]
    found = keystroke.compare(recorded("v010", 0), spoil(questioned))
    assert (found.log10_lr, found.status) == (None, "insufficient_data")
    assert len(found.reasons) == 1
    assert found.reasons[0].startswith("In the questioned session, ")
    assert found.reasons[0].endswith(says)


def without_releases(events: Events) -> list[dict[str, Any]]:
    return [dict(event) for event in events if event["type"] == "keydown"]


def thirty_keys(events: Events) -> list[dict[str, Any]]:
    return [dict(event) for event in first(30, events)]


def from_a_touch_screen(events: Events) -> list[dict[str, Any]]:
    """As browsers on phones report their keyboards: no place, no name, and while composing."""
    return [{**event, "code": "", "key": "Unidentified"} for event in events]


@pytest.mark.parametrize(
    "spoil", [thirty_keys, without_releases, coarse_clock, from_a_touch_screen, input_method]
)
@pytest.mark.parametrize("side", ["profile", "questioned", "both"])
def test_what_cannot_be_compared_never_gets_a_ratio_on_whichever_side_it_is(
    spoil: Callable[[Events], list[dict[str, Any]]], side: str
) -> None:
    for person in PEOPLE:
        for session in range(1, 6):
            typed, asked = recorded(person, 0), recorded(person, session)
            found = keystroke.compare(
                typed if side == "questioned" else spoil(typed), asked if side == "profile" else spoil(asked)
            )
            assert (found.log10_lr, found.interval90, found.status) == (None, None, "insufficient_data")
            assert found.reasons


@pytest.mark.parametrize("condition", sorted(INCOMPATIBLE))
def test_what_may_not_be_compared_never_gets_a_ratio(condition: str) -> None:
    conditions = dict.fromkeys(INCOMPATIBLE, False) | {condition: True}
    found = keystroke.compare(recorded("v010", 0), recorded("v010", 1), conditions=conditions)
    assert (found.log10_lr, found.interval90, found.top) == (None, None, [])
    assert (found.status, found.reasons) == ("incompatible_conditions", [INCOMPATIBLE[condition]])


@pytest.mark.parametrize(
    ("keys", "status"),
    [(99, "insufficient_data"), (100, "indicative"), (299, "indicative"), (300, "ok")],
)
def test_from_100_to_300_keys_a_ratio_is_indicative(keys: int, status: str) -> None:
    found = keystroke.compare(recorded("v053", 0), first(keys, recorded("v053", 1)))
    assert (found.n_questioned, found.status) == (keys, status)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(WIDENING)), st.booleans()))
def test_the_interval_widens_by_the_root_of_two_once_however_much_differs(
    conditions: dict[str, bool],
) -> None:
    plain = compare_profiles(*UNSURE)
    wider = compare_profiles(*UNSURE, conditions=conditions)
    factor = np.sqrt(2) if any(conditions.values()) else 1
    assert plain.interval90 is not None
    assert wider.interval90 is not None
    assert plain.log10_lr is not None
    assert wider.log10_lr == plain.log10_lr
    assert -CAP < wider.interval90[0] <= wider.interval90[1] < CAP
    for end, wide in zip(plain.interval90, wider.interval90, strict=True):
        assert wide - plain.log10_lr == pytest.approx(factor * (end - plain.log10_lr))
    named = [WIDENING[name] for name, differs in conditions.items() if differs]
    assert [reason for reason in wider.reasons if reason in WIDENING.values()] == named


def test_an_unknown_condition_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="No such condition: moon"):
        keystroke.compare([], [], conditions={"moon": True})


def test_the_top_contributions_are_the_largest_in_milliseconds() -> None:
    found = keystroke.compare(recorded("v053", 0), recorded("v053", 1))
    sizes = [abs(contribution.log10) for contribution in found.top]
    assert len(sizes) == 12
    assert sizes == sorted(sizes, reverse=True)
    holds = [contribution for contribution in found.top if contribution.feature.startswith("hold")]
    assert all(20 < contribution.profile_ms < 400 for contribution in holds)


def test_the_parts_add_up_to_the_ratio_before_the_cap() -> None:
    for person in ("v053", "v006"):
        found = keystroke.compare(recorded("v053", 0), recorded(person, 1))
        assert sum(found.parts.values()) == pytest.approx(
            keystroke.score(recorded("v053", 0), recorded(person, 1))
        )
