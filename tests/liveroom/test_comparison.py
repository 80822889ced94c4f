"""The comparison of typing in the form that people are shown."""

from liveroom.api import TypingComparison
from liveroom.comparison import compare_typing
from tests.support.timelines import Log, typed
from tests.support.typist import recordings

PEOPLE = recordings()
SOMEBODY, ANOTHER, *_ = sorted(PEOPLE)


def compared(live: Log, *earlier: Log) -> TypingComparison:
    return compare_typing(live.events, [log.events for log in earlier])


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
    assert found.verbal is not None
    assert "more likely if the same person typed both" in found.verbal
    assert len(found.propositions) == 2
    assert found.base_rates
    assert found.limits
    assert found.top


def test_another_persons_hands_give_a_ratio_below_zero() -> None:
    found = compared(typed(PEOPLE[ANOTHER][:2]), typed(PEOPLE[SOMEBODY][2:]))
    assert found.log10_lr is not None
    assert -2 <= found.log10_lr < 0
    assert found.verbal is not None
    assert "more likely if two different people typed them" in found.verbal


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
