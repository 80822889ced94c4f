"""Who may see a comparison, and when: the candidate first, the panel when they let it, or after three days."""

import pytest

from liveroom.rows import StoredReview
from liveroom.times import DAY_US
from liveroom.typing.unlocking import Known, is_locked, state_of

ENDED_US = 1_770_000_000_000_000
JUST_BEFORE_US, THREE_DAYS_US = ENDED_US + 3 * DAY_US - 1, ENDED_US + 3 * DAY_US

SILENT = StoredReview()
ANSWERED = StoredReview(situation_differed=False)
RELEASED = StoredReview(situation_differed=True, noted_wall_us=ENDED_US + 1)


@pytest.mark.parametrize("review", [SILENT, ANSWERED, RELEASED])
@pytest.mark.parametrize("has_comparison", [True, False])
def test_a_room_that_goes_on_is_locked_for_everyone(review: StoredReview, has_comparison: bool) -> None:
    known = Known(None, review, has_comparison)
    assert is_locked(known, now_wall_us=THREE_DAYS_US)
    assert state_of(known, now_wall_us=THREE_DAYS_US) == "none"


@pytest.mark.parametrize(
    ("review", "before", "after"),
    [(SILENT, "ask", "shown"), (ANSWERED, "reading", "shown"), (RELEASED, "shown", "shown")],
)
def test_the_candidate_answers_reads_and_lets_the_panel_read_or_lets_three_days_pass(
    review: StoredReview, before: str, after: str
) -> None:
    known = Known(ENDED_US, review, has_comparison=True)
    assert state_of(known, now_wall_us=JUST_BEFORE_US) == before
    assert state_of(known, now_wall_us=THREE_DAYS_US) == after
    assert is_locked(known, now_wall_us=JUST_BEFORE_US) == (before != "shown")
    assert not is_locked(known, now_wall_us=THREE_DAYS_US)


@pytest.mark.parametrize("review", [SILENT, ANSWERED, RELEASED])
def test_without_a_comparison_nothing_is_asked_and_only_time_unlocks(review: StoredReview) -> None:
    known = Known(ENDED_US, review, has_comparison=False)
    assert is_locked(known, now_wall_us=JUST_BEFORE_US)
    assert not is_locked(known, now_wall_us=THREE_DAYS_US)
    assert state_of(known, now_wall_us=THREE_DAYS_US) == "none"
