"""Conditions stand side by side in words; what differs widens or forbids, the unknown does neither."""

from typing import Any

import pytest

from keystroke.comparison import INCOMPATIBLE, WIDENING
from keystroke.timeline import KeyEvent, SetUp
from liveroom.api import Condition
from liveroom.times import DAY_US
from liveroom.typing.conditions import ABSTAINS, WIDENS, Conditions, conditions
from liveroom.typing.typed import Typed
from tests.support.stored import MADE_US

LINUX = SetUp(0, 100, True, "linux", "chromium", "qwerty", False)


def set_up(**fields: Any) -> SetUp:
    values = {name: getattr(LINUX, name) for name in SetUp.__dataclass_fields__}
    return SetUp(**(values | fields))


def session(*set_ups: SetUp, day: int = 0) -> Typed:
    key = KeyEvent(type="keydown", t=1000.0, code="KeyA", key="", repeat=False, trusted=True, composing=False)
    return Typed("a session", [key], list(set_ups), MADE_US + day * DAY_US, 2_000_000)


def found(profile: list[Typed], questioned: Typed, *, differed: bool | None = None) -> Conditions:
    return conditions(profile, questioned, situation_differed=differed)


def differing(profile: list[Typed], questioned: Typed, *, differed: bool | None = None) -> set[str]:
    return {
        name for name, differs in found(profile, questioned, differed=differed).differing.items() if differs
    }


def test_the_same_set_up_differs_in_nothing_and_every_condition_is_shown() -> None:
    both = found([session(LINUX)], session(LINUX, day=1))
    assert not any(both.differing.values())
    assert both.shown == [
        Condition("Operating system", "Linux", "Linux"),
        Condition("Browser", "Chromium", "Chromium"),
        Condition("Keyboard layout", "QWERTY", "QWERTY"),
        Condition("Keys", "of a keyboard", "of a keyboard"),
        Condition("When", "2 February 2026", "3 February 2026"),
        Condition("Set-up or situation, as the candidate says", "", "not answered"),
    ]


def test_the_comparison_knows_every_name() -> None:
    assert found([session(LINUX)], session(LINUX)).differing.keys() <= INCOMPATIBLE.keys() | WIDENING.keys()


@pytest.mark.parametrize(
    ("other", "name", "effect"),
    [
        (set_up(platform="mac"), "platform_changed", WIDENS),
        (set_up(browser="firefox"), "browser_changed", WIDENS),
        (set_up(layout="azerty"), "layout_changed", ABSTAINS),
        (set_up(touch=True), "touch", ABSTAINS),
    ],
)
def test_a_difference_has_its_effect_in_whichever_session_it_is(other: SetUp, name: str, effect: str) -> None:
    one = session(LINUX)
    for profile, questioned in (
        ([one], session(other)),
        ([session(other)], one),
        ([one, session(other)], one),
    ):
        both = found(profile, questioned)
        assert {one for one, differs in both.differing.items() if differs} == {name}
        assert [row.effect for row in both.shown if row.differs] == [effect]


def test_touch_in_both_sessions_is_no_difference_and_still_no_keyboard() -> None:
    assert differing([session(set_up(touch=True))], session(set_up(touch=True))) == {"touch"}


def test_what_was_not_recorded_differs_from_nothing() -> None:
    both = found([session()], session(set_up(layout=None)))
    assert not any(both.differing.values())
    assert [(row.profile, row.questioned) for row in both.shown[:3]] == [
        ("not recorded", "Linux"),
        ("not recorded", "Chromium"),
        ("not recorded", "not recorded"),
    ]


def test_a_mixed_profile_differs_from_nothing_that_is_unknown() -> None:
    assert differing([session(LINUX), session(set_up(platform="mac"))], session()) == set()


def test_a_set_up_that_is_known_later_stands_for_the_session() -> None:
    both = found([session(LINUX)], session(set_up(layout=None), set_up(layout="dvorak")))
    assert both.differing["layout_changed"]
    changed = found([session(LINUX)], session(LINUX, set_up(platform="windows")))
    assert changed.shown[0] == Condition("Operating system", "Linux", "Linux and Windows", True, WIDENS)


@pytest.mark.parametrize(("days", "differs"), [(30, False), (31, True)])
def test_more_than_thirty_days_between_are_a_long_gap(days: int, differs: bool) -> None:
    both = found([session(LINUX, day=days - 2), session(LINUX)], session(LINUX, day=days))
    assert both.differing["long_gap"] is differs
    assert both.shown[4].effect == (f"{days} days lie between. {WIDENS}" if differs else "")


@pytest.mark.parametrize(
    ("differed", "said"), [(None, "not answered"), (False, "not different"), (True, "different")]
)
def test_the_candidates_yes_widens_and_a_no_or_silence_does_not(differed: bool | None, said: str) -> None:
    both = found([session(LINUX)], session(LINUX), differed=differed)
    assert (both.differing["situation_changed"], both.shown[5].questioned) == (differed is True, said)


def test_sessions_without_a_key_have_no_time() -> None:
    nothing = Typed("a session", [], [], MADE_US, 0)
    assert found([nothing], nothing).shown[4] == Condition("When", "not recorded", "not recorded")
