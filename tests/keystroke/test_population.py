"""The shipped population, and learning one from people who typed several times."""

from importlib import resources

import numpy as np
import pytest

from keystroke.calibration import calibration_from_list, llrs
from keystroke.evidence import PARTS
from keystroke.population import population_from_dict, shipped
from keystroke.population.corpora import CROSS_SESSION, LEFT_OUT, people_of
from keystroke.population.learn import learn
from keystroke.population.pairs import evidence_in, is_same, pairs
from tests.keystroke.people import invented_people
from tests.support.typist import EXCERPT, recordings


def test_the_shipped_population_is_small_and_says_where_it_comes_from() -> None:
    file = resources.files("keystroke.population").joinpath("population.json")
    assert len(file.read_bytes()) < 300_000
    population = shipped()
    assert population.cohort["people"] == 109
    assert len(population.cohort["attribution"]) == 2
    assert population.calibration.weights.shape == (len(PARTS),)
    assert len(population.resampled) == 200
    assert [found.keys for found in population.densities] == [100, 200, 500]
    assert {row["corpus"] for row in population.performance} == {"bbmas_desktop", "villani_free"}


def test_weights_are_never_negative_and_some_part_counts() -> None:
    population = shipped()
    for calibration in (population.calibration, *map(calibration_from_list, population.resampled.tolist())):
        assert (calibration.weights >= 0).all()
    assert population.calibration.weights.max() > 0.1


def test_more_evidence_is_never_less_at_any_overlap() -> None:
    for calibration in (shipped().calibration, *map(calibration_from_list, shipped().resampled.tolist())):
        _, slope = calibration.line(np.linspace(0, 1, 11))
        assert (slope > 0).all()


def test_many_calibrations_say_of_one_comparison_what_each_says_alone() -> None:
    rng = np.random.default_rng(3)
    parts, redrawn = rng.normal(size=len(PARTS)), shipped().resampled[:5]
    alone = [float(calibration_from_list(row).llr(parts, np.array(0.3))) for row in redrawn.tolist()]
    assert llrs(redrawn, parts, 0.3).tolist() == pytest.approx(alone)


def test_the_people_who_type_in_tests_are_not_in_it() -> None:
    assert set(recordings()) == LEFT_OUT


def test_a_population_survives_json() -> None:
    population = shipped()
    again = population_from_dict(population.to_dict())
    assert again.to_dict() == population.to_dict()
    with pytest.raises(ValueError, match="another version"):
        population_from_dict({"population": 0})


def test_pairs_never_share_a_session_and_learning_from_four_people_tells_them_apart() -> None:
    people = people_of(CROSS_SESSION, EXCERPT)
    made = pairs(
        people,
        profile_keys=[500],
        questioned_keys=[300],
        same_per_person=3,
        different_per_person=6,
        seed=1,
    )
    same = is_same(made)
    assert (same.sum(), (~same).sum()) == (12, 24)
    assert all(pair.profile.keys <= 500 and pair.questioned.keys == 300 for pair in made)
    ratios = shipped().calibration.llr(*evidence_in(made, shipped().spread))
    assert ratios[same].min() > np.median(ratios[~same])


def test_learning_is_the_same_every_time() -> None:
    people = invented_people(24, individuality=0.2)
    once, again = (learn(people, {}, draws=2, pairs_per_person=3) for _ in range(2))
    assert once.to_dict() == again.to_dict()


def test_too_few_people_are_refused() -> None:
    with pytest.raises(ValueError, match="4 people are too few to learn from; 20 or more are needed"):
        learn(people_of(CROSS_SESSION, EXCERPT), {})
