"""Under which conditions two sessions were typed, side by side in words, and what a difference does to a comparison.

What was not recorded differs from nothing: sessions from before set-ups were recorded are compared as they are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from keystroke.timeline import SetUp
from liveroom.api import Condition
from liveroom.times import DAY_US, spoken_day
from liveroom.typing.typed import Typed

LONG_GAP_DAYS = 30
NOT_RECORDED = "not recorded"

WIDENS = "The interval is wider for it."
ABSTAINS = "No ratio is given for it."

_NAMES = {
    "mac": "macOS",
    "windows": "Windows",
    "linux": "Linux",
    "chromeos": "ChromeOS",
    "android": "Android",
    "ios": "iOS",
    "chromium": "Chromium",
    "firefox": "Firefox",
    "safari": "Safari",
    "other": "another",
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """`differing` are names as `keystroke.compare` takes them, `shown` is what people read."""

    differing: dict[str, bool]
    shown: list[Condition]


def conditions(profile: Sequence[Typed], questioned: Typed, *, situation_differed: bool | None) -> Conditions:
    """`situation_differed` is what the candidate answered, None if they did not."""
    found = {
        "platform_changed": _of_set_ups(
            "Operating system", profile, questioned, lambda one: _name(one.platform), WIDENS
        ),
        "browser_changed": _of_set_ups(
            "Browser", profile, questioned, lambda one: _name(one.browser), WIDENS
        ),
        "layout_changed": _of_set_ups(
            "Keyboard layout", profile, questioned, lambda one: one.layout and one.layout.upper(), ABSTAINS
        ),
        "touch": _touch(profile, questioned),
        "long_gap": _gap(profile, questioned),
        "situation_changed": _situation(situation_differed),
    }
    return Conditions({name: row.differs for name, row in found.items()}, [*found.values()])


def comparable(profile: Sequence[Typed], questioned: Typed) -> list[Typed]:
    """The sessions that no condition forbids to compare, or all of them where it forbids each."""
    return [
        one
        for one in profile
        if all(row.effect != ABSTAINS for row in conditions([one], questioned, situation_differed=None).shown)
    ] or [*profile]


def _of_set_ups(
    name: str, profile: Sequence[Typed], questioned: Typed, value: Callable[[SetUp], str | None], effect: str
) -> Condition:
    """They differ unless every session has the same, where it has anything."""
    before, now = _values(profile, value), _values([questioned], value)
    differs = bool(before and now) and len({*before, *now}) > 1
    return Condition(name, _listed(before), _listed(now), differs, effect if differs else "")


def _touch(profile: Sequence[Typed], questioned: Typed) -> Condition:
    """A screen in either session is enough: its times are not those of hands on keys."""
    before, now = (_values(side, lambda one: _TOUCH[one.touch]) for side in (profile, [questioned]))
    differs = _TOUCH[True] in {*before, *now}
    return Condition("Keys", _listed(before), _listed(now), differs, ABSTAINS if differs else "")


_TOUCH = {False: "of a keyboard", True: "on a touch screen"}


def _gap(profile: Sequence[Typed], questioned: Typed) -> Condition:
    """The longest time between a session of the profile and the questioned one."""
    before = [one.wall_us(one.keys[-1]["t"]) for one in profile if one.keys]
    now = [questioned.wall_us(questioned.keys[0]["t"])] if questioned.keys else []
    days = max((abs(other - one) // DAY_US for one in before for other in now), default=0)
    differs = days > LONG_GAP_DAYS
    return Condition(
        "When",
        _listed(list(dict.fromkeys(map(spoken_day, before)))),
        _listed(list(map(spoken_day, now))),
        differs,
        f"{days} days lie between. {WIDENS}" if differs else "",
    )


def _situation(differed: bool | None) -> Condition:
    said = {None: "not answered", False: "not different", True: "different"}[differed]
    return Condition(
        "Set-up or situation, as the candidate says",
        "",
        said,
        differs=bool(differed),
        effect=WIDENS if differed else "",
    )


def _values(sessions: Iterable[Typed], value: Callable[[SetUp], str | None]) -> list[str]:
    """In the order in which they first were, each once."""
    found = (value(set_up) for session in sessions for set_up in session.set_ups)
    return list(dict.fromkeys(one for one in found if one))


def _listed(values: Sequence[str]) -> str:
    return " and ".join(values) or NOT_RECORDED


def _name(word: str) -> str:
    return _NAMES.get(word, word)
