"""What two profiles say about each other, feature by feature and by the styles that move many features together."""

from itertools import product

import numpy as np
import pytest

from keystroke.evidence import (
    CLIP,
    PARTS,
    Spread,
    evidence,
    log_ratio,
    read,
    spread_from_dict,
    steady_presses,
)
from keystroke.features import FAMILIES, TIMED, family_of
from keystroke.population import shipped
from keystroke.profile import Moments, Profile, profile
from keystroke.timing import Floats
from tests.support.typist import recorded

NAMES = [*(f"hold Key{letter}" for letter in "ASDF"), "DD KeyA>KeyS", "DD KeyS>KeyD", "UD KeyA>KeyS"]


def some_spread() -> Spread:
    """Seven features and two styles, drawn at random; nobody's steadiness is known."""
    rng = np.random.default_rng(4)
    features = len(NAMES)

    def covariance() -> Floats:
        root = rng.normal(0, 0.3, (2, 2))
        return root @ root.T + 0.1 * np.eye(2)

    return Spread(
        NAMES,
        mean=rng.normal(4.5, 0.2, features),
        unknown=rng.uniform(0.001, 0.01, features),
        person=rng.uniform(0.01, 0.05, features),
        session=rng.uniform(0.005, 0.02, features),
        press=np.full(features, 0.04),
        loadings=rng.normal(0, 0.2, (features, 2)),
        style_unknown=0.1 * covariance(),
        style_person=covariance(),
        style_session=covariance(),
        steadiness=np.tile([0.0, 0.01, 0.01, 0.01], (len(TIMED), 1)),
    )


def typed(means: Floats, *, presses: int = 20, names: list[str] = NAMES) -> Profile:
    """As steady as the population: each press lies 0.2 from the mean, a variance of 0.04 each."""
    features = {
        name: Moments(presses, float(mean), 0.04 * (presses - 1))
        for name, mean in zip(names, means, strict=True)
    }
    return Profile(features, presses * len(names), 0.0, 0.0, 0.0)


def some_means(seed: int) -> Floats:
    return np.random.default_rng(seed).normal(4.5, 0.3, len(NAMES))


def log_normal_density(x: Floats, covariance: Floats) -> float:
    return float(-0.5 * (np.linalg.slogdet(covariance)[1] + x @ np.linalg.solve(covariance, x)))


# The ratio


def test_the_ratio_of_two_means_is_that_of_their_densities() -> None:
    """Person variance 1, noise 1 on each side: variances 2, covariance 1, at x = y = 1."""
    # Same: determinant 3, distance (2 - 2 + 2) / 3; different: determinant 4, distance 1.
    by_hand = -0.5 * np.log(3) - 1 / 3 + 0.5 * np.log(4) + 0.5
    one, nothing = np.ones(1), np.zeros(1)
    assert log_ratio(one, one, nothing, one, one, one) == pytest.approx(by_hand)
    assert log_ratio(one, -one, nothing, one, one, one) < 0


def test_the_style_says_what_the_densities_of_all_times_together_say() -> None:
    """The same without any trick: every feature of both sessions at once, as one normal vector."""
    spread, x, y = some_spread(), some_means(1), some_means(2)
    loadings, own = spread.loadings, np.diag(spread.person + spread.session + spread.press / 20)
    everything = spread.style_unknown + spread.style_person + spread.style_session
    both = np.concatenate([x - spread.mean, y - spread.mean])
    densities = []
    for shared in (spread.style_unknown + spread.style_person, spread.style_unknown):
        alone, across = loadings @ everything @ loadings.T + own, loadings @ shared @ loadings.T
        densities.append(log_normal_density(both, np.block([[alone, across], [across, alone]])))
    found = evidence(typed(x), typed(y), spread)
    assert found.parts[PARTS.index("style")] == pytest.approx(densities[0] - densities[1])


def test_the_parts_are_the_sums_of_their_features_shares() -> None:
    found = evidence(profile(recorded("v010", 0)), profile(recorded("v053", 1)), shipped().spread)
    families = np.array([family_of(name) for name in found.features])
    for number, family in enumerate(FAMILIES):
        assert found.parts[PARTS.index(family)] == pytest.approx(found.ratios[families == number].sum())


def test_what_no_share_of_the_style_explains_does_not_depend_on_the_times() -> None:
    spread = some_spread()
    rests = [
        found.parts[PARTS.index("style")] - found.style_shares.sum()
        for x, y in product((1, 2), (3, 4))
        for found in [evidence(typed(some_means(x)), typed(some_means(y)), spread)]
    ]
    assert rests == pytest.approx([rests[0]] * 4)


def test_which_side_is_which_does_not_matter() -> None:
    spread, x, y = some_spread(), typed(some_means(1)), typed(some_means(2), presses=50)
    one, other = evidence(x, y, spread), evidence(y, x, spread)
    assert other.parts == pytest.approx(one.parts)
    assert other.ratios == pytest.approx(one.ratios)
    assert other.style_shares == pytest.approx(one.style_shares)
    assert other.overlap == one.overlap
    assert (other.profile_means.tolist(), other.questioned_means.tolist()) == (
        one.questioned_means.tolist(),
        one.profile_means.tolist(),
    )


def test_who_typed_nothing_says_nothing() -> None:
    found = evidence(typed(some_means(1)), Profile({}, 0, 0.0, 0.0, 0.0), some_spread())
    assert found.features == []
    timed = slice(0, 1 + len(FAMILIES))
    assert found.parts[timed].tolist() == pytest.approx([0.0] * (1 + len(FAMILIES)))
    assert np.abs(found.parts[1 + len(FAMILIES) :]).max() < 0.01  # nothing is known of how steady they are


def test_styles_carry_over_to_keys_that_only_one_side_typed() -> None:
    spread = some_spread()
    holds, pairs = some_means(1)[:4], some_means(1)[4:]
    found = evidence(typed(holds, names=NAMES[:4]), typed(pairs, names=NAMES[4:]), spread)
    assert found.features == []
    assert abs(found.parts[PARTS.index("style")]) > 0.01


def test_one_odd_feature_says_at_most_so_much() -> None:
    x = some_means(1)
    y = x + np.array([9.0, 0, 0, 0, 0, 0, 0])
    assert evidence(typed(x), typed(y), some_spread()).ratios.min() == -CLIP


# How steady a session is


@pytest.mark.parametrize(
    ("scatter", "worth"), [(1.0, 1000.0), (4.0, 1000 / 3.886), (100.0, 1000 / 6), (0.0, 6000.0)]
)
def test_presses_of_an_unsteady_typist_are_worth_fewer(scatter: float, worth: float) -> None:
    """1,000 presses of one key, whose variance is `scatter` times the population's; 40 average ones lie before them."""
    n, press, family = np.array([1000.0]), np.array([0.04]), np.zeros(1, dtype=np.intp)
    presses, steadiness = steady_presses(n, scatter * 999 * press, press, family)
    assert presses.tolist() == pytest.approx([worth], rel=0.001)
    log_variance, chance = steadiness[TIMED.index("hold")]
    assert log_variance == pytest.approx(np.log((scatter * 999 + 1) / 1000))
    assert chance == 2 / 1000


def test_two_steady_sessions_are_more_likely_one_persons_and_a_steady_and_an_unsteady_one_less() -> None:
    spread, means = some_spread(), some_means(1)
    steady, unsteady = typed(means), typed(means)
    for name, moments in steady.features.items():
        steady.features[name] = moments._replace(m2=0.3 * moments.m2)
        unsteady.features[name] = moments._replace(m2=3 * moments.m2)
    part = PARTS.index("hold steadiness")
    assert evidence(steady, steady, spread).parts[part] > 0
    assert evidence(steady, unsteady, spread).parts[part] < 0


# How far two texts overlap


def test_the_overlap_is_the_share_of_pairs_that_the_other_typed_too_on_average() -> None:
    """Of 4 pairs 3 were typed by the other, and of the other's 4 pairs 2: the mean of 3/4 and 1/2."""
    one = {"DD KeyA>KeyS": Moments(3, 5.0, 0.1), "DD KeyS>KeyD": Moments(1, 5.0, 0.0)}
    other = {"DD KeyA>KeyS": Moments(2, 5.0, 0.1), "DD KeyP>KeyP": Moments(2, 5.0, 0.1)}
    x, y = (Profile(features, 9, 0.0, 0.0, 0.0) for features in (one, other))
    assert evidence(x, y, some_spread()).overlap == 0.625
    assert evidence(x, typed(some_means(1)), some_spread()).overlap == 1.0
    assert evidence(x, Profile({}, 0, 0.0, 0.0, 0.0), some_spread()).overlap == 0.0


# Files


def test_what_the_population_lacks_is_not_read() -> None:
    reading = read(Profile({"hold KeyQ": Moments(5, 4.0, 0.1)}, 5, 0.0, 0.0, 0.0), some_spread())
    assert reading.rows.tolist() == []


def test_a_spread_survives_json_to_three_digits_and_matrices_of_another_size_are_refused() -> None:
    data = some_spread().to_dict()
    assert spread_from_dict(data).to_dict() == data
    with pytest.raises(ValueError, match="style_person must be 2 by 2 numbers"):
        spread_from_dict(data | {"style_person": [[1.0]]})
