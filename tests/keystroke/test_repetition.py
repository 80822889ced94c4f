"""The distance of one rhythm from another: nothing where it is played again, and much where somebody else types."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystroke.provenance import repetition
from keystroke.provenance.repetition import GAPS, least_difference
from keystroke.timing import usable
from tests.support.typist import recorded

TYPED = usable(recorded("v010", 0)).down
FAST = TYPED / 3


def test_a_rhythm_that_is_played_again_differs_by_nothing_wherever_it_starts() -> None:
    times, difference = least_difference([TYPED], TYPED[100:300] + 5_000)
    assert times.tolist() == (TYPED[100:270:5] + 5_000).tolist()
    assert difference == pytest.approx(0, abs=1e-6)


@settings(deadline=None)
@given(st.floats(0.9, 1.1))
def test_a_tenth_faster_or_slower_is_nearly_the_same_rhythm(scale: float) -> None:
    _, difference = least_difference([TYPED], TYPED[:200] * scale)
    assert difference.max() < 0.05


def test_a_blur_of_some_milliseconds_is_small_even_in_fast_typing() -> None:
    blurred = FAST + np.random.default_rng(1).uniform(-3, 3, len(FAST))
    assert np.median(least_difference([FAST], blurred)[1]) < 0.1


def test_a_pause_that_was_shortened_hides_nothing() -> None:
    gaps = np.diff(TYPED)
    shortened = np.concatenate([[0.0], np.cumsum(np.minimum(gaps, 1000))])
    assert gaps.max() > 2000
    assert least_difference([TYPED], shortened)[1].max() == pytest.approx(0, abs=1e-6)


def test_other_typing_is_another_rhythm() -> None:
    for other in (usable(recorded("v010", 1)).down, usable(recorded("v006", 1)).down):
        assert least_difference([TYPED], other)[1].min() > 0.15


def test_the_mean_distance_is_worked_out_by_hand() -> None:
    """Every other interval is twice as long: half of the logs of (interval + 40) differ by log(240 / 140)."""
    known = np.cumsum(np.tile([100.0, 400.0], 20))
    asked = np.cumsum(np.tile([200.0, 400.0], 20))
    _, difference = least_difference([known[: GAPS + 1]], asked[: GAPS + 1])
    assert difference.tolist() == pytest.approx([0.5 * np.log(240 / 140)])


def test_an_even_beat_is_nobodys_rhythm() -> None:
    beat = 120 * np.arange(100, dtype=np.float64)
    assert np.isinf(least_difference([beat], beat)[1]).all()


def test_too_few_keys_have_no_rhythm() -> None:
    for one, other in ((TYPED[:GAPS], TYPED), (TYPED, TYPED[:GAPS]), (TYPED[:0], TYPED[:0])):
        times, difference = least_difference([one], other)
        assert len(times) == len(difference) == 0


def test_blocks_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    other = usable(recorded("v010", 1)).down
    whole = least_difference([TYPED], other)[1]
    monkeypatch.setattr(repetition, "_PRODUCT", 1)
    monkeypatch.setattr(repetition, "_BLOCK", 7)
    assert least_difference([TYPED], other)[1] == pytest.approx(whole)


def test_a_session_of_a_few_keys_stands_in_nobodys_way() -> None:
    whole = least_difference([TYPED], TYPED)[1]
    short = TYPED[:GAPS]
    assert least_difference([short, TYPED, TYPED[:0]], TYPED)[1] == pytest.approx(whole)


def test_of_endless_recordings_fewer_presses_are_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    every, _ = least_difference([TYPED], TYPED)
    monkeypatch.setattr(repetition, "_PRODUCTS_MAX", (len(TYPED) - GAPS) ** 2 * GAPS // 20)
    some, difference = least_difference([TYPED], TYPED)
    assert len(some) == -(-len(every) * 5 // 20)
    assert difference == pytest.approx(0, abs=1e-6)
