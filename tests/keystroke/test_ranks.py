"""Rank tests, held to values worked out by hand and to what chance does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from keystroke.provenance.ranks import by_group, centred_ranks, together


def test_ties_share_the_mean_of_their_ranks() -> None:
    assert centred_ranks(np.array([10.0, 30.0, 20.0, 20.0])).tolist() == [-1.5, 1.5, 0.0, 0.0]


def test_the_score_of_two_groups_that_do_not_overlap_is_that_of_kruskal_and_wallis() -> None:
    """Ranks 1 to 10 and 11 to 20: H = 12 / (20 · 21) · (10 · 5² + 10 · 5²) = 100 / 7; one degree of freedom."""
    values, groups = np.arange(20.0), np.repeat(["KeyA", "KeyB"], 10)
    by_hand = (100 / 7 - 1) / np.sqrt(2 - 2 * (12 - 12 + 20 * (8 - 12 + 1)) / (5 * 20 * 21) - 1.2 * 0.2)
    assert by_group(values, groups) == pytest.approx(by_hand)


def test_spearmans_correlation_is_one_for_any_rising_function() -> None:
    values = np.linspace(0.1, 4, 26)
    assert together(values, np.exp(values)) == pytest.approx(5.0)  # 1 · √(26 - 1)
    assert together(values, -values) == pytest.approx(-5.0)


def test_values_dealt_at_random_score_about_nothing() -> None:
    rng = np.random.default_rng(2)
    groups = rng.choice(["a", "b", "c", "d", "e", "f"], 300)
    scores = np.array(
        [
            [by_group(rng.exponential(1, 300), groups), together(rng.random(100), rng.random(100))]
            for _ in range(400)
        ]
    )
    assert scores.mean(axis=0) == pytest.approx([0, 0], abs=0.2)
    assert scores.std(axis=0) == pytest.approx([1, 1], abs=0.15)


@settings(deadline=None)
@given(arrays.arrays(float, 40, elements=st.floats(1, 1e4)))
def test_only_the_order_of_the_values_counts(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    groups = np.array(["a", "b", "c", "d"] * 10)
    assert by_group(values, groups) == pytest.approx(by_group(centred_ranks(values), groups))


def test_where_nothing_can_be_said_the_score_is_nothing() -> None:
    same = np.full(40, 80.0)
    assert by_group(same, np.array(["a", "b"] * 20)) == 0
    assert by_group(np.arange(40.0), np.array(["a"] * 40)) == 0
    assert by_group(np.arange(40.0), np.arange(40).astype(str)) == 0
    assert by_group(np.zeros(0), np.zeros(0, dtype=str)) == 0
    assert together(same, np.arange(40.0)) == together(np.arange(3.0), np.arange(3.0)) == 0
