"""The comparison slid over one session: where the typing changes hands, and that it does not where it does not."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystroke.evaluation.simulate import splice
from keystroke.handover import WINDOW_KEYS, WINDOWS_MAX, Window, handover, spliced, step_keys, windows
from keystroke.population import shipped
from keystroke.profile import profile, profile_of
from keystroke.report import TOOK_TURNS, report
from keystroke.timeline import KeyEvent, one_after_another
from keystroke.timing import Typing, usable
from tests.support.typist import recorded, recordings

PEOPLE = sorted(recordings())


def sessions(person: str, *numbers: int) -> list[KeyEvent]:
    return one_after_another([recorded(person, number) for number in numbers])


def slid(person: str, questioned: Typing, *, conditions: dict[str, bool] | None = None) -> list[Window]:
    return windows(
        profile(sessions(person, 0, 1, 2)), questioned, conditions=conditions, population=shipped()
    )


def test_each_window_is_a_comparison_of_its_own_keys() -> None:
    questioned = usable(sessions("v010", 3, 4))
    found = slid("v010", questioned)
    assert len(found) == (len(questioned) - WINDOW_KEYS) // 50 + 1
    third = questioned.part(100, 300)
    assert (found[2].from_ms, found[2].to_ms, found[2].keys) == (third.down[0], third.down[-1], 200)
    alone = windows(profile(sessions("v010", 0, 1, 2)), third, conditions=None, population=shipped())
    assert found[2] == alone[0]
    assert found[2].log10_lr is not None


def test_a_session_shorter_than_a_window_has_none() -> None:
    assert slid("v010", usable(recorded("v010", 3)[:300])) == []


def test_what_differs_widens_each_window_as_it_widens_the_whole() -> None:
    questioned = usable(recorded("v053", 1))
    plain, wider = slid("v010", questioned), slid("v010", questioned, conditions={"long_gap": True})
    assert [window.log10_lr for window in plain] == [window.log10_lr for window in wider]
    assert any(
        narrow.interval90[0] > wide.interval90[0]
        for narrow, wide in zip(plain, wider, strict=True)
        if narrow.interval90 is not None and wide.interval90 is not None
    )


@pytest.mark.parametrize("person", PEOPLE)
def test_one_persons_session_has_no_handover(person: str) -> None:
    questioned = usable(sessions(person, 3, 4, 5))
    assert handover(slid(person, questioned), questioned, shipped()) is None


@pytest.mark.parametrize("person", PEOPLE)
def test_nor_has_somebody_elses(person: str) -> None:
    other = PEOPLE[PEOPLE.index(person) - 1]
    questioned = usable(sessions(other, 3, 4, 5))
    assert handover(slid(person, questioned), questioned, shipped()) is None


@pytest.mark.parametrize(("person", "other"), [("v053", "v006"), ("v010", "v052"), ("v006", "v010")])
@pytest.mark.parametrize("candidate_first", [True, False])
def test_a_session_that_two_people_typed_shows_where_the_second_began(
    person: str, other: str, candidate_first: bool
) -> None:
    halves = (sessions(person, 3, 4, 5), sessions(other, 3, 4, 5))
    both = splice(*(halves if candidate_first else halves[::-1]))
    questioned = usable(both)
    found = handover(slid(person, questioned), questioned, shipped())
    assert found is not None
    began = float(questioned.down[750])
    at = int(abs(questioned.down - found.t_ms).argmin())
    assert abs(at - 750) <= 100, f"claimed {at - 750} keys off {began:.0f} ms"


def window(start: int, log10_lr: float | None) -> Window:
    return Window(float(start), float(start + 199), 200, log10_lr, None)


def flat(count: int) -> Typing:
    """Keys that say nothing: evenly typed, and of no kind that the population knows."""
    down = 150 * np.arange(count, dtype=np.float64)
    return Typing(["F20"] * count, down, down + 80, np.ones(count, dtype=bool))


def claimed(ratios: Sequence[float | None]) -> float | None:
    """Windows every 50 keys."""
    made = [window(50 * i, ratio) for i, ratio in enumerate(ratios)]
    found = handover(made, flat(200 + 50 * (len(made) - 1)), shipped())
    return None if found is None else found.t_ms


def test_two_windows_that_say_otherwise_are_claimed_at_the_first() -> None:
    mixed = [0.5, 0.0, -0.5]
    assert claimed([1.0] * 9 + mixed + [-1.0] * 9) == 600.0


def test_one_window_that_says_otherwise_is_not_claimed() -> None:
    """A single odd stretch of 200 keys lowers every window that overlaps it."""
    assert claimed([1.0] * 12 + [0.4, -0.2, -0.8, -1.0, -0.8, -0.2, 0.4] + [1.0] * 12) is None


def test_windows_without_a_ratio_claim_nothing() -> None:
    assert claimed([1.0] * 9 + [None] * 12) is None
    assert claimed([]) is None


@settings(deadline=None)
@given(st.lists(st.floats(-0.7, 0.7), max_size=40))
def test_drift_within_the_limit_is_never_claimed(ratios: list[float]) -> None:
    assert claimed(ratios) is None


@settings(deadline=None)
@given(st.integers(0, 60_000))
def test_there_are_never_more_windows_than_the_page_can_show(keys: int) -> None:
    step = step_keys(keys)
    assert max(0, (keys - WINDOW_KEYS) // step + 1) <= WINDOWS_MAX
    assert step % 50 == 0
    assert WINDOW_KEYS % step == 0 or step % WINDOW_KEYS == 0


def test_a_handover_is_in_the_report_and_among_its_flags() -> None:
    both = splice(sessions("v053", 3, 4, 5), sessions("v006", 3, 4, 5))
    found = report([sessions("v053", 0, 1, 2)], both)
    assert found["handover"]["t_ms"] == found["flags"][-1]["t_ms"]
    assert found["flags"][-1]["kind"] == "spliced"
    assert found["reasons"][-1] == TOOK_TURNS
    assert spliced(None) == []


def test_windows_come_on_the_questioned_events_clock() -> None:
    questioned = [KeyEvent(**{**event, "t": event["t"] + 90_000}) for event in recorded("v010", 3)]
    found = report([recorded("v010", 0)], questioned)["windows"]
    assert found[0]["from_ms"] == questioned[0]["t"]
    assert profile_of(usable(questioned)).keys >= found[-1]["keys"] == 200
