"""Which presses count as typing."""

import numpy as np
import pytest

from keystroke.timeline import KeyEvent
from keystroke.timing import flights, holds, join, tick_ms, usable
from tests.support.typist import recorded


def key(way: str, t: float, code: str, **more: object) -> KeyEvent:
    plain = KeyEvent(type=f"key{way}", t=t, code=code, key="", repeat=False, trusted=True, composing=False)
    return KeyEvent(**{**plain, **more})  # type: ignore[typeddict-item]


def tap(t: float, code: str, held: float = 80.0, **more: object) -> list[KeyEvent]:
    return [key("down", t, code, **more), key("up", t + held, code, **more)]


A_THEN_B = [*tap(0, "KeyA", 120), *tap(100, "KeyB", 90)]


def test_a_press_is_paired_with_its_release_and_rolling_over_is_negative() -> None:
    typing = usable(A_THEN_B)
    assert holds(typing)[1].tolist() == [120.0, 90.0]
    followed, down_down, up_down = flights(typing)
    assert (followed.tolist(), down_down.tolist(), up_down.tolist()) == ([1], [100.0], [-20.0])


def test_a_release_that_never_came_is_missing_and_not_invented() -> None:
    typing = usable([key("down", 0, "KeyA"), *tap(100, "KeyB"), *tap(400, "KeyA")])
    assert np.isnan(typing.up[0])
    assert typing.releases_missing == pytest.approx(1 / 3)
    assert holds(typing)[1].tolist() == [80.0, 80.0]
    assert np.isnan(flights(typing)[2][0])


@pytest.mark.parametrize(
    "noise",
    [
        [key("down", 60, "KeyA", repeat=True), key("down", 90, "KeyA", repeat=True)],
        tap(50, "KeyZ", 10, trusted=False),
        [KeyEvent(**{**key("down", 50, ""), "type": "blur"})],
        [KeyEvent(**{**key("down", 50, "KeyV"), "type": "paste"})],
        [
            key("down", float("nan"), "KeyV"),
            key("down", float("-inf"), "KeyV"),
            key("up", float("inf"), "KeyA"),
        ],
    ],
    ids=["repeats", "untrusted", "blur", "paste", "no time"],
)
def test_noise_leaves_no_trace(noise: list[KeyEvent]) -> None:
    clean, noisy = usable(A_THEN_B), usable([*A_THEN_B, *noise])
    assert noisy.codes == clean.codes
    assert noisy.down.tolist() == clean.down.tolist()
    assert noisy.up.tolist() == clean.up.tolist()
    assert noisy.follows.tolist() == clean.follows.tolist()


@pytest.mark.parametrize(
    ("between", "reason", "count"),
    [
        ([key("down", 40, "ControlLeft"), *tap(60, "KeyC", 10), key("up", 80, "ControlLeft")], "chord", 2),
        (tap(50, "ArrowLeft", 10), "navigation", 1),
        (tap(50, "F5", 10), "navigation", 1),
        (tap(50, "KeyK", 10, composing=True), "composing", 1),
        (tap(50, "KeyK", 10, key="Dead"), "composing", 1),
        (tap(50, "", 10), "unplaced", 1),
    ],
)
def test_keys_that_are_not_ordinary_typing_are_left_out_and_end_the_sequence(
    between: list[KeyEvent], reason: str, count: int
) -> None:
    typing = usable([*A_THEN_B, *between])
    assert typing.codes == ["KeyA", "KeyB"]
    assert typing.left_out == {reason: count}
    assert flights(typing)[0].size == 0


def test_a_modifier_whose_release_was_lost_does_not_silence_the_rest() -> None:
    typing = usable([key("down", 0, "MetaLeft"), *tap(100, "KeyC"), *tap(5_000, "KeyA"), *tap(5_100, "KeyB")])
    assert typing.codes == ["KeyA", "KeyB"]


def test_a_chord_that_the_page_marked_is_left_out_though_its_modifier_was_pressed_before_recording() -> None:
    typing = usable([*A_THEN_B, *tap(300, "KeyS", chord=True), *tap(500, "KeyD")])
    assert typing.codes == ["KeyA", "KeyB", "KeyD"]
    assert typing.left_out == {"chord": 1}
    assert not typing.follows[2]


def test_alt_gr_writes_characters_though_windows_sends_a_ctrl_along_with_it() -> None:
    bracket = [
        key("down", 200, "ControlLeft"),
        key("down", 200, "AltRight"),
        *tap(260, "Digit8", 60),
        key("up", 360, "ControlLeft"),
        key("up", 360, "AltRight"),
    ]
    typing = usable([*A_THEN_B, *bracket, *tap(500, "KeyC")])
    assert typing.codes == ["KeyA", "KeyB", "Digit8", "KeyC"]


def test_a_release_after_a_loss_belongs_to_no_press() -> None:
    typing = usable([key("down", 0, "KeyA", lost=True), key("up", 3000, "KeyA"), *tap(3100, "KeyB")])
    assert typing.codes == ["KeyA", "KeyB"]
    assert np.isnan(typing.up[0])
    assert typing.up[1] == 3180


def test_pauses_and_impossible_holds_are_no_times() -> None:
    typing = usable([*tap(0, "KeyA", 600), *tap(2_000, "KeyB", 2), *tap(2_100, "KeyC")])
    assert holds(typing)[1].tolist() == [80.0]
    assert flights(typing)[1].tolist() == [100.0]


def test_no_pair_of_keys_spans_two_sessions() -> None:
    typing = join([usable(A_THEN_B), usable(A_THEN_B)])
    assert len(typing) == 4
    assert flights(typing)[1].tolist() == [100.0, 100.0]


@pytest.mark.parametrize("tick", [1.0, 2.0, 10.0, 15.625, 16.0, 50.0, 100.0])
def test_the_clocks_tick_is_measured(tick: float) -> None:
    times = np.cumsum(np.random.default_rng(3).uniform(20, 200, 500))
    assert tick_ms(np.array([round(time / tick) * tick for time in times])) == tick


@pytest.mark.parametrize("person", ["v006", "v010", "v052", "v053"])
@pytest.mark.parametrize("keys", [60, 100, 500])
@pytest.mark.parametrize("jitter_ms", [0.0, 0.5])
def test_a_clock_that_hides_the_time_is_recognised_on_few_keys_and_though_it_jitters(
    person: str, keys: int, jitter_ms: float
) -> None:
    rng = np.random.default_rng(6)
    for session in range(6):
        times = np.array([event["t"] for event in recorded(person, session)[: 2 * keys]])
        for tick in (50.0, 100.0):
            seen = np.floor((times + 13) / tick) * tick + rng.uniform(-jitter_ms, jitter_ms, len(times))
            assert tick_ms(seen) == tick
        assert tick_ms(times) < 50


def test_keys_that_come_very_fast_are_not_taken_for_a_coarse_clock() -> None:
    assert tick_ms(np.cumsum(12 + np.random.default_rng(3).exponential(0.3, 400))) < 50


def test_a_clock_of_windows_is_recognised_in_a_real_session() -> None:
    assert usable(recorded("v053", 0)).tick_ms == 15.625


def test_a_fine_clock_and_a_short_session_have_no_tick() -> None:
    rng = np.random.default_rng(3)
    assert tick_ms(rng.uniform(0, 60_000, 500)) == 0.0
    assert tick_ms(np.linspace(0, 900, 10)) == 0.0


def test_nothing_typed_is_nothing_usable() -> None:
    typing = usable([])
    assert (len(typing), typing.releases_missing, typing.left_out_share) == (0, 0.0, 0.0)
