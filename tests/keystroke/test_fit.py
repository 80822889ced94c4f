"""Fitting finds what invented people were drawn with."""

from dataclasses import dataclass

import numpy as np
import pytest

from keystroke.evidence import Spread
from keystroke.population.fit import fit
from keystroke.profile import Moments, Profile
from keystroke.timing import Floats

LETTERS = "ABCDEFGHIJKLMNOPQRST"
NEXT = LETTERS[1:] + LETTERS[0]
PAIRS = [f"DD Key{one}>Key{other}" for one, other in zip(LETTERS, NEXT, strict=True)]
NAMES = sorted([*(f"hold Key{one}" for one in LETTERS), *PAIRS])
PRESSES = 30


@dataclass(frozen=True)
class Invented:
    """Standard deviations: of what is a person's own in a feature, of a session's, and of a press."""

    person: float = 0.3
    session: float = 0.1
    press: float = 0.2
    loadings: Floats | None = None  # (features, styles)
    style_person: float = 0.8
    """The share of a style's variance, which is 1, that is the person's."""

    steadiness: float = 0.0
    """Of the log of a person's press variance."""


def invented(drawn: Invented, *, people: int = 200, sessions: int = 4) -> tuple[Spread, Floats]:
    """What is fitted to such people, its features in the order of NAMES, and the means they were drawn about."""
    rng = np.random.default_rng(2)
    centres = rng.normal(4.5, 0.3, len(NAMES))
    loadings = np.zeros((len(NAMES), 1)) if drawn.loadings is None else drawn.loadings
    styles = loadings.shape[1]
    everybody = []
    for _ in range(people):
        own = centres + rng.normal(0, drawn.person, len(NAMES))
        style = rng.normal(0, np.sqrt(drawn.style_person), styles)
        press = drawn.press * np.exp(rng.normal(0, drawn.steadiness) / 2)
        typed = []
        for _ in range(sessions):
            of_session = style + rng.normal(0, np.sqrt(1 - drawn.style_person), styles)
            means = own + loadings @ of_session + rng.normal(0, drawn.session, len(NAMES))
            times = rng.normal(means, press, (PRESSES, len(NAMES)))
            features = {
                name: Moments(PRESSES, float(column.mean()), float(((column - column.mean()) ** 2).sum()))
                for name, column in zip(NAMES, times.T, strict=True)
            }
            typed.append(Profile(features, PRESSES * len(NAMES), 0.0, 0.0, 0.0))
        everybody.append(typed)
    spread = fit(everybody)
    assert spread.names == NAMES
    return spread, centres


def test_the_variances_of_people_sessions_and_presses_are_found() -> None:
    spread, centres = invented(Invented())
    # The styles take some of the person's and the session's variance: forty features make them up.
    assert spread.person.mean() == pytest.approx(0.09, rel=0.15)
    assert spread.session.mean() == pytest.approx(0.01, rel=0.3)
    assert spread.press.mean() == pytest.approx(0.04, rel=0.05)
    assert spread.mean.tolist() == pytest.approx(centres.tolist(), abs=0.1)


def test_the_styles_are_found_and_how_much_of_them_is_the_persons() -> None:
    """One style slows everything down, the other draws holds out and pairs together. Few of a feature's own is left."""
    is_hold = np.array([name.startswith("hold") for name in NAMES])
    loadings = np.column_stack([np.full(len(NAMES), 0.3), np.where(is_hold, 0.2, -0.2)])
    spread, _ = invented(Invented(person=0.1, session=0.05, loadings=loadings))
    together = loadings @ loadings.T  # (features, features): styles are found up to a turn
    for found, share in ((spread.style_person, 0.8), (spread.style_session, 0.2)):
        covariance = spread.loadings @ found @ spread.loadings.T
        off = np.linalg.norm(covariance - share * together) / np.linalg.norm(share * together)
        assert off < 0.25  # the variance of what 200 people were drawn with is off by a tenth itself
    assert spread.person.mean() == pytest.approx(0.01, rel=0.2)
    assert spread.session.mean() == pytest.approx(0.0025, rel=0.3)


def test_how_much_people_differ_in_steadiness_is_found() -> None:
    spread, _ = invented(Invented(steadiness=0.5))
    for mean, unknown, person, session in spread.steadiness[:2].tolist():  # of holds and of press to press
        assert abs(mean) < 0.2
        assert person == pytest.approx(0.25, rel=0.25)
        assert session < 0.05
        assert 0 < unknown < person


def test_what_no_style_moves_has_no_loading() -> None:
    rng = np.random.default_rng(3)
    names = [*NAMES, "rhythm roll-over"]
    people = [
        [
            Profile({name: Moments(9, float(rng.normal(4, 0.2)), 0.3) for name in names}, 369, 0.0, 0.0, 0.0)
            for _ in range(2)
        ]
        for _ in range(20)
    ]
    spread = fit(people)
    assert (spread.loadings[spread.index["rhythm roll-over"]] == 0).all()
    assert np.abs(spread.loadings).max() > 0


def test_what_fewer_than_eight_people_typed_is_left_out() -> None:
    everybody = [[Profile({"hold KeyA": Moments(9, 4.5, 0.3)}, 9, 0.0, 0.0, 0.0)] * 2 for _ in range(20)]
    for sessions in everybody[:7]:
        sessions[0] = Profile({**sessions[0].features, "hold KeyB": Moments(9, 4.0, 0.3)}, 18, 0.0, 0.0, 0.0)
    assert fit(everybody).names == ["hold KeyA"]
