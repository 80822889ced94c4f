"""Weights that turn sums of evidence into ratios that can be believed, and a line for how much two texts overlap."""

import numpy as np
import pytest

from keystroke.calibration import Pairs, calibrate, calibration_from_list
from keystroke.timing import Floats


def ratios(mean: float, count: int, *, seed: int) -> Floats:
    """Normal with variance 4: about +2 for one person's pairs and -2 for two people's, they are natural-log ratios."""
    return np.random.default_rng(seed).normal(mean, 2, (count, 1))


def pairs(parts: Floats, *, overlap: Floats | float = 0.5, counts: Floats | float = 1.0) -> Pairs:
    rows = len(parts)
    return Pairs(parts, np.broadcast_to(overlap, rows), np.broadcast_to(counts, rows))


def test_a_score_that_is_a_ratio_already_is_left_alone() -> None:
    found = calibrate(same=pairs(ratios(2, 20_000, seed=1)), different=pairs(ratios(-2, 20_000, seed=2)))
    assert found.llr(np.array([[-3.0], [0.0], [3.0]]), 0.5).tolist() == pytest.approx([-3, 0, 3], abs=0.15)


def test_an_overconfident_score_is_shrunk() -> None:
    found = calibrate(
        same=pairs(5 * ratios(2, 20_000, seed=1)), different=pairs(5 * ratios(-2, 20_000, seed=2))
    )
    assert found.weights.tolist() == pytest.approx([0.2], abs=0.02)


def test_a_part_that_misleads_and_one_that_never_varies_get_no_weight() -> None:
    ones = np.ones((5_000, 1))
    found = calibrate(
        same=pairs(np.hstack([ratios(2, 5_000, seed=1), ratios(-1, 5_000, seed=2), ones])),
        different=pairs(np.hstack([ratios(-2, 5_000, seed=3), ratios(1, 5_000, seed=4), ones])),
    )
    assert found.weights[0] == pytest.approx(1.0, abs=0.1)
    assert found.weights[1:].tolist() == [0.0, 0.0]


def test_a_pair_counted_twice_weighs_as_two() -> None:
    same, different = ratios(1, 50, seed=5), pairs(ratios(-1, 50, seed=6))
    counted = calibrate(same=pairs(same, counts=np.repeat([2.0, 0.0], 25)), different=different)
    alone = calibrate(same=pairs(same[:25]), different=different)
    assert counted.to_list() == pytest.approx(alone.to_list(), abs=0.02)


def test_the_line_is_found_by_which_ratios_were_exaggerated_where_little_overlaps() -> None:
    """Where the overlap is 20 % the evidence is twice too sure, where it is 80 % it is right."""
    rng = np.random.default_rng(7)
    sides = []
    for seed, mean in ((8, 2), (9, -2)):
        overlap = rng.choice([0.2, 0.8], 20_000)
        exaggerated = ratios(mean, 20_000, seed=seed) * np.where(overlap < 0.5, 2.0, 1.0)[:, None]
        sides.append(pairs(exaggerated, overlap=overlap))
    found = calibrate(same=sides[0], different=sides[1])
    said = found.llr(np.array([[-4.0], [4.0], [-4.0], [4.0]]), np.array([0.2, 0.2, 0.8, 0.8]))
    assert said.tolist() == pytest.approx([-2, 2, -4, 4], abs=0.3)
    beyond = found.llr(np.array([[4.0]]), np.array([0.0]))  # no reference pair is there: it is as at 10 %
    assert beyond == pytest.approx(found.llr(np.array([[4.0]]), np.array([0.1])))


def test_a_calibration_survives_being_a_list() -> None:
    found = calibrate(same=pairs(ratios(2, 500, seed=1)), different=pairs(ratios(-2, 500, seed=2)))
    assert calibration_from_list(found.to_list()).to_list() == found.to_list()
