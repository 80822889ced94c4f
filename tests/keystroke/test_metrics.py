"""Metrics, held to values worked out by hand."""

import numpy as np
import pytest

from keystroke.metrics import cllr, cllr_min, eer


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
