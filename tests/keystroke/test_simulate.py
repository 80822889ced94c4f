"""Attacks and accidents, as what a keyboard and a network could have sent."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystroke.evaluation.simulate import SIMULATIONS, splice
from keystroke.timing import Events, flights, holds, usable
from tests.support.typist import recorded

TYPED = recorded("v010", 1)

names = pytest.mark.parametrize("name", sorted(SIMULATIONS))


def codes(events: Events) -> list[str]:
    return [event["code"] for event in events if event["type"] == "keydown"]


@names
def test_a_simulation_is_the_same_again_from_its_seed_and_leaves_the_recording_alone(name: str) -> None:
    before = [dict(event) for event in TYPED]
    once, again = (SIMULATIONS[name].run(TYPED, np.random.default_rng(7)) for _ in range(2))
    assert once == again != []
    assert [dict(event) for event in TYPED] == before


@names
def test_a_simulation_has_one_line_to_say(name: str) -> None:
    said = SIMULATIONS[name].says
    assert said
    assert "\n" not in said
    assert not said.endswith(".")


@names
def test_there_is_nothing_to_simulate_from_nothing(name: str) -> None:
    with pytest.raises(ValueError, match="Nobody typed in this recording"):
        SIMULATIONS[name].run([], np.random.default_rng(1))


def test_what_is_no_key_is_left_out() -> None:
    blurred = [*TYPED, {"type": "blur", "t": TYPED[-1]["t"] + 1}]
    plain, other = (
        SIMULATIONS["replay"].run(events, np.random.default_rng(1)) for events in (TYPED, blurred)
    )
    assert plain == other


@pytest.mark.parametrize(
    "name", ["constant", "gaussian", "uniform", "shuffled", "log-normal", "digraph-aware", "injected-evenly"]
)
def test_programs_type_the_same_text_at_other_times(name: str) -> None:
    sent = SIMULATIONS[name].run(TYPED, np.random.default_rng(1))
    assert codes(sent) == codes(TYPED)
    assert [event["t"] for event in sent] == sorted(event["t"] for event in sent)
    assert [event["t"] for event in sent] != [event["t"] for event in TYPED]


@settings(deadline=None)
@given(st.sampled_from(["gaussian", "log-normal", "shuffled", "digraph-aware"]), st.integers(0, 2**32 - 1))
def test_no_key_is_pressed_twice_at_once(name: str, seed: int) -> None:
    down: Counter[str] = Counter()
    for event in SIMULATIONS[name].run(TYPED[:200], np.random.default_rng(seed)):
        down[event["code"]] += 1 if event["type"] == "keydown" else -1
        assert 0 <= down[event["code"]] <= 1


def test_borrowed_times_have_the_persons_distribution() -> None:
    typed, borrowed = (
        usable(events) for events in (TYPED, SIMULATIONS["log-normal"].run(TYPED, np.random.default_rng(3)))
    )
    for kind in (flights, holds):
        was, now = np.log(kind(typed)[1]), np.log(kind(borrowed)[1])
        assert now.mean() == pytest.approx(was.mean(), abs=0.15)
        assert now.std() == pytest.approx(was.std(), rel=0.3)


def test_a_replay_is_the_recording_and_its_variants_are_near_it() -> None:
    exact, blurred, stretched = (
        usable(SIMULATIONS[name].run(TYPED, np.random.default_rng(4)))
        for name in ("replay", "replay-jittered", "replay-scaled")
    )
    typed = usable(TYPED)
    assert exact.down.tolist() == typed.down.tolist()
    moved = np.abs(np.sort(blurred.down) - typed.down)
    assert 0 < moved.max() <= 5
    ratio = np.diff(stretched.down) / np.diff(typed.down)
    assert ratio.min() == pytest.approx(ratio.max())
    assert 0.9 < ratio.mean() < 1.1


def test_a_replay_in_pieces_holds_every_press_once() -> None:
    pieces = SIMULATIONS["replay-in-pieces"].run(TYPED, np.random.default_rng(4))
    assert Counter(codes(pieces)) == Counter(codes(TYPED))
    assert codes(pieces) != codes(TYPED)


def test_a_splice_is_one_person_and_then_another_on_one_clock() -> None:
    other = recorded("v006", 2)
    sent = splice(TYPED, other, share=0.25)
    assert codes(sent) == codes(TYPED)[:125] + codes(other)[125:]
    assert [event["t"] for event in usable_presses(sent)] == sorted(
        event["t"] for event in usable_presses(sent)
    )


def usable_presses(events: Events) -> Events:
    return [event for event in events if event["type"] == "keydown"]


def test_lost_batches_are_lost_and_doubled_ones_are_there_twice() -> None:
    whole = SIMULATIONS["replay"].run(TYPED, np.random.default_rng(1))
    lost = SIMULATIONS["batches-lost"].run(TYPED, np.random.default_rng(1))
    doubled = SIMULATIONS["batches-doubled"].run(TYPED, np.random.default_rng(1))
    assert len(lost) < len(whole) < len(doubled)
    assert (len(whole) - len(lost)) % 64 == len(whole) % 64 * (lost[-1] != whole[-1])
    assert max(Counter(str(event) for event in doubled).values()) == 2
