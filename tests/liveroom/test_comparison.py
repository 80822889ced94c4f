"""The comparison of typing in the form that people are shown."""

import dataclasses
from typing import Any

from keystroke.timeline import SetUp, one_after_another
from liveroom.api import TypingComparison
from liveroom.report import candidate_of
from liveroom.typing.comparison import compare_typing
from liveroom.typing.typed import Typed, typed_in
from tests.support.stored import MADE_US
from tests.support.timelines import SECOND, Log, a_room, typed
from tests.support.typist import recordings

PEOPLE = recordings()
SOMEBODY, ANOTHER, *_ = sorted(PEOPLE)


def as_typed(log: Log, *, name: str = "the take-home “Attention” of 2 March 2026") -> Typed:
    return typed_in(log.events, candidate_of(log.events), name=name, made_wall_us=MADE_US)


def compared(live: Log, *earlier: Log, **more: Any) -> TypingComparison:
    return compare_typing(as_typed(live), [as_typed(log) for log in earlier], **more)


def test_one_persons_sessions_give_a_ratio_above_zero_with_all_that_it_rests_on() -> None:
    found = compared(typed(PEOPLE[SOMEBODY][:2]), typed(PEOPLE[SOMEBODY][2:]))
    assert found.status == "ok"
    assert found.log10_lr is not None
    assert found.interval90 is not None
    assert 0 < found.log10_lr <= 2
    assert found.interval90[0] <= found.log10_lr <= found.interval90[1]
    assert found.n_questioned is not None
    assert found.n_profile is not None
    assert found.n_questioned > 900
    assert found.n_profile > 1800
    assert found.shared_digraphs
    assert found.cohort
    assert found.sentence is not None
    assert "more likely if the same person typed both" in found.sentence
    assert len(found.propositions) == 2
    assert found.base_rates
    assert found.limits
    assert found.top


def test_another_persons_hands_give_a_ratio_below_zero() -> None:
    found = compared(typed(PEOPLE[ANOTHER][:2]), typed(PEOPLE[SOMEBODY][2:]))
    assert found.log10_lr is not None
    assert -2 <= found.log10_lr < 0
    assert found.sentence is not None
    assert "more likely if two different people typed them" in found.sentence


def test_too_little_typing_is_told_with_its_numbers() -> None:
    a_line = [PEOPLE[SOMEBODY][0][:40]]
    found = compared(typed(a_line), typed(PEOPLE[SOMEBODY][2:]))
    assert found.status == "insufficient_data"
    assert (found.log10_lr, found.interval90, found.verbal) == (None, None, None)
    assert any(f"{found.n_questioned} usable" in reason and "100" in reason for reason in found.reasons)


def test_only_the_candidates_keys_count() -> None:
    interviewers = typed(PEOPLE[SOMEBODY][:2], by="p1")
    assert compared(interviewers, typed(PEOPLE[SOMEBODY][2:])).n_questioned == 0


def test_a_room_in_which_no_candidate_ever_was_is_no_error() -> None:
    assert compared(Log(), typed(PEOPLE[SOMEBODY])).status == "insufficient_data"


def test_a_profile_is_made_of_several_rooms() -> None:
    live, *earlier = (typed([session]) for session in PEOPLE[SOMEBODY][:3])
    both, one = compared(live, *earlier), compared(live, earlier[0])
    assert both.n_profile is not None
    assert one.n_profile is not None
    assert both.n_profile > one.n_profile + 400


def test_the_report_names_the_rooms_of_which_the_profile_was_made() -> None:
    live, first, second = (typed([session]) for session in PEOPLE[SOMEBODY][:3])
    assert compared(live, first).profile_quality[0] == (
        "The profile was made of the take-home “Attention” of 2 March 2026."
    )
    profile = [as_typed(first), as_typed(second, name="the interview “Pairing” of 9 March 2026")]
    assert compare_typing(as_typed(live), profile).profile_quality[0] == (
        "The profile was made of the take-home “Attention” of 2 March 2026 and the interview “Pairing” of 9 March 2026."
    )


def test_an_earlier_room_that_cannot_be_compared_is_left_out_and_named() -> None:
    live, first, second = (
        dataclasses.replace(
            as_typed(typed([session]), name=name),
            set_ups=[SetUp(0, None, True, "mac", "safari", layout, touch=False)],
        )
        for session, name, layout in zip(
            PEOPLE[SOMEBODY][:3],
            ("this", "the take-home", "the interview"),
            ("qwerty", "qwerty", "azerty"),
            strict=True,
        )
    )
    both = compare_typing(live, [first, second])
    assert both.n_profile == compare_typing(live, [first]).n_profile
    assert both.status == "ok"
    assert both.profile_quality[:2] == [
        "The profile was made of the take-home.",
        "Left out is the interview: it was typed on another keyboard layout, or on a touch screen.",
    ]
    alone = compare_typing(live, [second])
    assert (alone.status, alone.profile_quality[0]) == (
        "incompatible_conditions",
        "The profile was made of the interview.",
    )


def test_a_candidates_yes_widens_the_interval_and_is_among_the_conditions_and_reasons() -> None:
    live, at_home = typed([PEOPLE["v052"][0][:300]]), typed(PEOPLE["v006"][3:])  # not cut off by the cap
    plain, widened = compared(live, at_home), compared(live, at_home, situation_differed=True)
    assert plain.interval90 is not None
    assert widened.interval90 is not None
    assert widened.log10_lr == plain.log10_lr
    assert widened.interval90[1] - widened.interval90[0] > plain.interval90[1] - plain.interval90[0]
    assert [row.name for row in widened.conditions if row not in plain.conditions] == [
        "Set-up or situation, as the candidate says"
    ]
    assert any("situation was different" in reason for reason in widened.reasons)


def test_windows_follow_the_rooms_clock_and_a_handover_has_its_instant() -> None:
    live = typed([*PEOPLE[SOMEBODY][:2], *PEOPLE[ANOTHER][:2]])
    live.add(10_000, None, "ended")
    found = compared(live, typed(PEOPLE[SOMEBODY][2:]))
    keys = as_typed(live).keys
    assert found.windows[0].from_us == round(keys[0]["t"] * 1000)
    assert keys[-1]["t"] * 1000 >= found.windows[-1].to_us > found.windows[-1].from_us
    changes_at_us = one_after_another(PEOPLE[SOMEBODY][:2])[-1]["t"] * 1000
    assert found.handover is not None
    assert abs(found.handover.at_us - changes_at_us) < 60 * SECOND
    assert [flag.at_us for flag in found.flags if flag.kind == "spliced"] == [found.handover.at_us]


def test_a_page_may_claim_any_time_for_its_keys() -> None:
    keys = [[9 * 10**15, "down", "KeyA", 2]]
    log = a_room().add(5, "p3", "keys", page="x", n=1, keys=keys)
    found = compared(log, typed(PEOPLE[SOMEBODY][2:]))
    assert [flag.at_us for flag in found.flags if flag.kind == "injected"] == [9 * 10**15]
    when = next(row for row in found.conditions if row.name == "When")
    assert when.questioned == "2 February 2026"
