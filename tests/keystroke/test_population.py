"""The shipped population, and that fitting finds what was put in."""

from importlib import resources

import numpy as np
import pytest

from keystroke.evidence import PARTS
from keystroke.population import population_from_dict, shipped
from keystroke.population.corpora import CROSS_SESSION, LEFT_OUT, people_of
from keystroke.population.fit import fit
from keystroke.population.learn import learn
from keystroke.population.pairs import is_same, pairs, parts_of
from keystroke.profile import Moments, Profile
from tests.keystroke.people import invented_people
from tests.support.typist import EXCERPT, recordings


def test_the_shipped_population_is_small_and_says_where_it_comes_from() -> None:
    file = resources.files("keystroke.population").joinpath("population.json")
    assert len(file.read_bytes()) < 300_000
    population = shipped()
    assert population.cohort["people"] == 109
    assert len(population.cohort["attribution"]) == 2
    assert population.weights.shape == (1 + len(PARTS),)
    assert population.resampled.shape == (200, 1 + len(PARTS))
    assert {row["corpus"] for row in population.performance} == {"bbmas_desktop", "villani_free"}


def test_weights_are_never_negative_and_some_part_counts() -> None:
    population = shipped()
    assert (population.weights[1:] >= 0).all()
    assert (population.resampled[:, 1:] >= 0).all()
    assert population.weights[1:].max() > 0.1


def test_the_people_who_type_in_tests_are_not_in_it() -> None:
    assert set(recordings()) == LEFT_OUT


def test_a_population_survives_json() -> None:
    population = shipped()
    again = population_from_dict(population.to_dict())
    assert again.spread == population.spread
    assert again.weights.tolist() == population.weights.tolist()
    with pytest.raises(ValueError, match="another version"):
        population_from_dict({"population": 0})


def test_fitting_recovers_the_variances_that_people_were_drawn_with() -> None:
    """200 people, 4 sessions, 10 keys pressed 30 times. Standard deviations: person 0.3, session 0.1, press 0.2."""
    rng = np.random.default_rng(2)
    keys = [f"hold Key{letter}" for letter in "ASDFGQWERT"]
    centres = rng.normal(4.5, 0.3, len(keys))
    people = []
    for _ in range(200):
        person = centres + rng.normal(0, 0.3, len(keys))
        sessions = []
        for _ in range(4):
            session = person + rng.normal(0, 0.1, len(keys))
            drawn = rng.normal(session, 0.2, (30, len(keys)))
            features = {
                key: Moments(30, float(column.mean()), float(((column - column.mean()) ** 2).sum()))
                for key, column in zip(keys, drawn.T, strict=True)
            }
            sessions.append(Profile(features, 300, 0.0, 0.0, 0.0))
        people.append(sessions)
    spread = fit(people)
    rows = [spread.features[key] for key in keys]
    # The shared offset takes a tenth of the person's and the session's variance: ten keys make it up.
    assert np.mean([row.person for row in rows]) == pytest.approx(0.09 * 0.9, rel=0.15)
    assert np.mean([row.session for row in rows]) == pytest.approx(0.01 * 0.9, rel=0.3)
    assert np.mean([row.press for row in rows]) == pytest.approx(0.04, rel=0.05)
    assert [row.mean for row in rows] == pytest.approx(centres, abs=0.1)


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
    spread = shipped().spread
    parts = parts_of(made, spread) @ shipped().weights[1:]
    assert parts[same].min() > np.median(parts[~same])


def test_learning_is_the_same_every_time() -> None:
    people = invented_people(24, individuality=0.2)
    once, again = (learn(people, {}, draws=2, pairs_per_person=3) for _ in range(2))
    assert once.weights.tolist() == again.weights.tolist()
    assert once.resampled.tolist() == again.resampled.tolist()


def test_too_few_people_are_refused() -> None:
    with pytest.raises(ValueError, match="4 people are too few to learn from; about 24 or more are needed"):
        learn(people_of(CROSS_SESSION, EXCERPT), {})
