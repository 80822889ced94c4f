"""The typist that plays candidates: it types what it is given, and types it as its person does."""

from collections.abc import Sequence

import pytest

import keystroke
from keystroke.timeline import KeyEvent
from tests.keystroke.solutions import LIVE, TAKE_HOME
from tests.support.typist import (
    CANDIDATE_AT_HOME,
    CANDIDATE_LIVE,
    SHIFT,
    SOMEBODY_ELSE_LIVE,
    Typist,
    recorded,
    stroke,
)

SEEDS = range(6)


def as_typed(keys: Sequence[KeyEvent]) -> str:
    """What a keyboard with these keys pressed and released would have written."""
    written, shift, held = "", False, set()
    for key in keys:
        if key["code"] == SHIFT:
            shift = key["type"] == "keydown"
        elif key["type"] == "keydown":
            assert key["code"] not in held, f"{key['code']} was pressed twice at once"
            held.add(key["code"])
            character = {"Enter": "\n", "Tab": "\t", "Backspace": "\b"}.get(key["key"], key["key"])
            assert stroke(character).shifted == shift, f"{character!r} at {key['t']} ms"
            written += character
        else:
            held.remove(key["code"])
    assert not held
    return written


@pytest.mark.parametrize("text", [LIVE, "aA\tA(){}\n\b\bAAaa", 'x = {"Ab": [1, 2]}  # ~!@#$%^&*_+|:<>?`'])
@pytest.mark.parametrize("person", ["v006", "v053"])
def test_the_keys_write_the_text(person: str, text: str) -> None:
    keys = Typist([recorded(person, 0)], seed=4).type(text)
    assert as_typed(keys) == text
    assert [key["t"] for key in keys] == sorted(key["t"] for key in keys)


def test_a_seed_gives_the_same_typing_again() -> None:
    once, again, other = (Typist([recorded("v006", 0)], seed=seed).type("def f(x):") for seed in (1, 1, 2))
    assert once == again != other


def test_a_character_that_is_not_on_the_keyboard_is_refused() -> None:
    with pytest.raises(ValueError, match="'é' is not on a US keyboard"):
        Typist([recorded("v006", 0)], seed=1).type("é")


def test_nothing_is_drawn_from_nothing() -> None:
    with pytest.raises(ValueError, match="Nothing was recorded"):
        Typist([], seed=1).type("a")


@pytest.mark.parametrize(
    ("profile_length", "live_length"), [(len(TAKE_HOME), len(LIVE)), (len(TAKE_HOME), 600), (700, 600)]
)
def test_code_typed_by_the_same_person_in_another_session_gets_a_ratio_well_above_one(
    profile_length: int, live_length: int
) -> None:
    """Other text, other session, other draw."""
    scores = [
        keystroke.score(
            Typist([recorded(*CANDIDATE_AT_HOME)], seed=seed).type(TAKE_HOME[:profile_length]),
            Typist([recorded(*CANDIDATE_LIVE)], seed=100 + seed).type(LIVE[:live_length]),
        )
        for seed in SEEDS
    ]
    assert min(scores) > 1


@pytest.mark.parametrize(
    ("profile_length", "live_length"), [(len(TAKE_HOME), len(LIVE)), (len(TAKE_HOME), 600), (700, 600)]
)
def test_code_typed_by_somebody_else_gets_a_ratio_well_below_one(
    profile_length: int, live_length: int
) -> None:
    scores = [
        keystroke.score(
            Typist([recorded(*CANDIDATE_AT_HOME)], seed=seed).type(TAKE_HOME[:profile_length]),
            Typist([recorded(*SOMEBODY_ELSE_LIVE)], seed=100 + seed).type(LIVE[:live_length]),
        )
        for seed in SEEDS
    ]
    assert max(scores) < -0.5


def test_every_person_types_more_like_themselves_than_like_the_others() -> None:
    people = ["v006", "v010", "v053"]
    homes = {person: Typist([recorded(person, 1)], seed=1).type(TAKE_HOME) for person in people}
    lives = {person: Typist([recorded(person, 4)], seed=2).type(LIVE) for person in people}
    for person in people:
        scores = {other: keystroke.score(homes[person], lives[other]) for other in people}
        assert max(scores, key=scores.__getitem__) == person


def test_the_live_text_takes_minutes_not_more() -> None:
    seconds = Typist([recorded(*CANDIDATE_LIVE)], seed=1).type(LIVE)[-1]["t"] / 1000
    assert 100 < seconds < 240
