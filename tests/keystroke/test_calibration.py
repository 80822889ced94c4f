"""Weights that turn sums of evidence into ratios that can be believed."""

import numpy as np
import pytest

from keystroke.calibration import fit_weights

RNG = np.random.default_rng(11)


def test_a_score_that_is_a_ratio_already_is_left_alone() -> None:
    """Normal scores at +2 and -2 with variance 4 are natural-log ratios of themselves."""
    same, different = RNG.normal(2, 2, (20_000, 1)), RNG.normal(-2, 2, (20_000, 1))
    assert fit_weights(same=same, different=different) == pytest.approx([0.0, 1.0], abs=0.05)


def test_an_overconfident_score_is_shrunk() -> None:
    same, different = 5 * RNG.normal(2, 2, (20_000, 1)), 5 * RNG.normal(-2, 2, (20_000, 1))
    assert fit_weights(same=same, different=different)[1] == pytest.approx(0.2, abs=0.02)


def test_a_part_that_misleads_and_one_that_never_varies_get_no_weight() -> None:
    good_same, good_different = RNG.normal(2, 2, 5_000), RNG.normal(-2, 2, 5_000)
    noise_same, noise_different = RNG.normal(-1, 2, 5_000), RNG.normal(1, 2, 5_000)
    ones = np.ones(5_000)
    weights = fit_weights(
        same=np.column_stack([good_same, noise_same, ones]),
        different=np.column_stack([good_different, noise_different, ones]),
    )
    assert weights[1] == pytest.approx(1.0, abs=0.1)
    assert weights[2:].tolist() == [0.0, 0.0]


def test_a_pair_counted_twice_weighs_as_two() -> None:
    same, different = RNG.normal(1, 2, (50, 1)), RNG.normal(-1, 2, (50, 1))
    counts = np.repeat([2.0, 0.0], 25)
    doubled = fit_weights(same=same, different=different, same_counts=counts, different_counts=np.ones(50))
    assert doubled == pytest.approx(fit_weights(same=same[:25], different=different), rel=0.01)
