"""Metrics, held to values worked out by hand."""

import numpy as np
import pytest

from keystroke.evaluation.metrics import (
    auc,
    cllr,
    cllr_min,
    eer,
    eer_interval,
    frr_at_far,
    reliability,
    tippett,
)


def test_no_evidence_costs_one_bit() -> None:
    assert cllr(same=[0.0, 0.0], different=[0.0]) == pytest.approx(1.0)


def test_cllr_weighs_both_hypotheses_the_same() -> None:
    # same at LR 3: log2(1 + 1/3) = 0.4150; different at LR 1: log2(1 + 1) = 1; their mean is 0.7075.
    assert cllr(same=[np.log(3)], different=[0.0, 0.0, 0.0]) == pytest.approx(0.70752, abs=1e-5)


def test_misleading_evidence_costs_more_than_none() -> None:
    # log2(1 + 10) on both sides.
    assert cllr(same=[-np.log(10)], different=[np.log(10)]) == pytest.approx(3.45943, abs=1e-5)


def test_cllr_min_forgives_scale_but_not_order() -> None:
    assert cllr_min(same=[-5.0, -4.0], different=[-9.0, -8.0]) == pytest.approx(0.0, abs=1e-9)
    # 1 and 2 are out of order and pool to p = 1/2 (one bit each); the outer two are certain: half of each side.
    assert cllr_min(same=[1.0, 3.0], different=[0.0, 2.0]) == pytest.approx(0.5)
    assert cllr_min(same=[1.0], different=[1.0]) == pytest.approx(1.0)


def test_eer_is_where_misses_equal_false_alarms() -> None:
    assert eer(same=[2.0, 3.0], different=[0.0, 1.0]) == 0.0
    assert eer(same=[1.0, 3.0, 4.0, 5.0], different=[-1.0, 0.0, 0.5, 2.0]) == pytest.approx(0.25)
    assert eer(same=[0.0], different=[1.0]) == pytest.approx(1.0)


def test_auc_counts_pairs_in_order_and_ties_half() -> None:
    # Of (1,0) (1,2) (3,0) (3,2) three are in order.
    assert auc(same=[1.0, 3.0], different=[0.0, 2.0]) == pytest.approx(0.75)
    assert auc(same=[1.0], different=[1.0]) == pytest.approx(0.5)
    assert auc(same=[0.0], different=[1.0, 2.0]) == 0.0


def test_what_is_rejected_where_few_are_accepted() -> None:
    same, different = [1.0, 2.0, 3.0, 4.0], [0.0] * 99 + [2.5]
    # One in a hundred may be accepted: from 1 on all of the same are. None may: only above 2.5, which rejects 1 and 2.
    assert frr_at_far(same=same, different=different, far=0.01) == 0.0
    assert frr_at_far(same=same, different=different, far=0.005) == 0.5


def test_the_interval_of_the_error_rate_is_over_people() -> None:
    rng = np.random.default_rng(5)
    same, different = rng.normal(1, 1, 40), rng.normal(-1, 1, 90)
    same_people = np.arange(40) % 10
    different_people = np.stack([np.arange(90) % 10, (np.arange(90) // 9 + 1 + np.arange(90)) % 10], axis=1)
    low, high = eer_interval(
        same=same, different=different, same_people=same_people, different_people=different_people, draws=50
    )
    # The same draws, the long way: each pair repeated as often as its people were drawn.
    drawn = np.random.default_rng(1).multinomial(10, np.full(10, 0.1), size=50)
    rates = [
        eer(
            same=np.repeat(same, row[same_people]),
            different=np.repeat(different, row[different_people[:, 0]] * row[different_people[:, 1]]),
        )
        for row in drawn
    ]
    assert (low, high) == pytest.approx(np.quantile(rates, [0.025, 0.975]).tolist())
    assert low < eer(same=same, different=different) < high


def test_people_who_are_always_told_apart_leave_no_doubt() -> None:
    people = np.array([0, 1, 2])
    others = np.array([[0, 1], [1, 2], [2, 0]])
    assert eer_interval(
        same=[2.0, 3.0, 4.0], different=[0.0, 1.0, 0.5], same_people=people, different_people=others
    ) == (0.0, 0.0)


def test_a_tippett_line_falls_from_one_to_zero() -> None:
    assert tippett([0.0, 1.0, 2.0], [-1.0, 0.0, 1.0, 1.5, 3.0]) == pytest.approx([1, 1, 2 / 3, 1 / 3, 0])


def test_a_reliable_ratio_is_found_to_be_worth_what_it_says() -> None:
    # Three of three same pairs and one of one different fall in the lower bin: ln((3.5 / 4) / (1.5 / 2)) = 0.15415.
    (only,) = reliability(same=[1.0, 1.0, 1.0], different=[1.0], edges=[0, 2, 4])
    assert only == pytest.approx((1.0, 0.15415, 4), abs=1e-5)
    # 8 of 9 same against 2 of 9 different: ln((8.5 / 10) / (2.5 / 10)) = 1.22378; and the others the other way round.
    found = reliability(same=[1.0] * 8 + [-1.0], different=[1.0] * 2 + [-1.0] * 7, edges=[-2, 0, 2])
    assert found[0] == pytest.approx((-1.0, np.log(1.5 / 7.5), 8))
    assert found[1] == pytest.approx((1.0, np.log(8.5 / 2.5), 10))
