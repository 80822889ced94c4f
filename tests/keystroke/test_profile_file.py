"""The profile's file: what it keeps, for how long, how good it says it is, and what it refuses."""

import itertools
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystroke.comparison import compare_profiles, self_consistency
from keystroke.population import shipped
from keystroke.profile import profile
from keystroke.profile_file import (
    DAYS_MAX,
    Enrolled,
    ProfileError,
    ProfileFile,
    Session,
    SetUpClass,
    class_of,
    decode,
    encode,
    is_profile,
    make,
)
from keystroke.timeline import SetUp
from keystroke.timing import Typing, join, usable
from tests.support.typist import recorded

TODAY = date(2026, 3, 2)
LAPTOP = SetUpClass("linux", "firefox", "us", touch=False)


def enrolled(*sessions: int, person: str = "v010") -> list[Enrolled]:
    return [Enrolled(usable(recorded(person, session))) for session in sessions]


def typing_of(
    codes: list[str], gaps_ms: list[float], held_ms: list[float], broken: frozenset[int] = frozenset()
) -> Typing:
    """Presses `gaps_ms` after one another; before those in `broken` something was left out."""
    down = np.cumsum(np.array(gaps_ms, dtype=float))
    follows = np.array([i > 0 and i not in broken for i in range(len(codes))], dtype=bool)
    return Typing(codes, down, down + np.array(held_ms, dtype=float), follows)


# What it keeps


def test_a_profile_of_two_sessions_says_what_they_were_and_how_good_it_is() -> None:
    first, second = enrolled(0, 1)
    made = make([first._replace(set_ups=[LAPTOP, LAPTOP], label="take-home"), second], today=TODAY)
    assert made.sessions == (
        Session(500, 0, 0, first.typing.tick_ms, (LAPTOP,), "take-home"),
        Session(500, 0, 0, second.typing.tick_ms),
    )
    drift = self_consistency(join([first.typing, second.typing]), shipped())
    assert drift is not None
    assert made.quality.keys == 1000
    assert made.quality.digraphs == len(made.profile.digraphs) > 100
    assert made.quality.drift_log10 == round(drift, 2)
    assert (made.made, made.expires) == (TODAY, date(2026, 4, 1))


def test_the_file_compares_as_the_profile_itself_does() -> None:
    kept = decode(encode(make(enrolled(0), today=TODAY)), today=TODAY).profile
    questioned = profile(recorded("v010", 1))
    direct = compare_profiles(profile(recorded("v010", 0)), questioned)
    assert compare_profiles(kept, questioned).parts == pytest.approx(direct.parts, abs=1e-3)


def test_the_gates_see_the_same_shares_through_the_file() -> None:
    typing = usable(recorded("v010", 0))
    typing.up[:60] = np.nan
    typing = Typing(
        typing.codes, typing.down, typing.up, typing.follows, {"composing": 125, "chord": 9}, 16.0
    )
    kept = make([Enrolled(typing), Enrolled(usable([]))], today=TODAY)
    assert kept.sessions == (Session(500, 60, 125, 16.0), Session(0, 0, 0, 0.0))
    assert kept.profile.releases_missing == typing.releases_missing == 0.12
    assert kept.profile.left_out_share == typing.left_out_share == 0.2
    assert kept.profile.tick_ms == 16.0


def test_a_set_up_that_is_not_known_here_is_another_one() -> None:
    assert class_of(SetUp(7, 100, True, "mac", "safari", None, True)) == SetUpClass(
        "mac", "safari", None, True
    )
    assert class_of(SetUp(7, 100, True, "beos", "lynx", "<b>", False)) == SetUpClass(
        "other", "other", "other", False
    )


def test_a_short_profile_has_no_yardstick_and_an_empty_one_is_no_error() -> None:
    short = make([Enrolled(usable(recorded("v010", 0)[:200]))], today=TODAY)
    assert (short.quality.keys, short.quality.drift_log10) == (100, None)
    empty = make([Enrolled(usable([]))], today=TODAY)
    assert (empty.quality.keys, empty.profile.features) == (0, {})


def test_only_json_that_is_no_timeline_can_be_a_profile(tmp_path: Path) -> None:
    contents = {
        "profile": encode(make(enrolled(0), today=TODAY)),
        "timeline": b'{"timeline": 1}\n',
        "table": b"a,b",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    assert [name for name in [*contents, "absent"] if is_profile(tmp_path / name)] == ["profile"]


# No order of typing


@given(st.permutations(range(8)), st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_the_order_of_what_was_typed_leaves_no_trace(order: list[int], seed: int) -> None:
    """Eight stretches, with something left out between them, in any order: the same times of the same keys."""
    rng = np.random.default_rng(seed)
    stretches = [
        [
            (f"Key{letter}", gap, held)
            for letter, gap, held in zip(
                rng.choice(list("ETAOINSH"), 8),
                rng.integers(60, 400, 8).tolist(),
                rng.integers(40, 160, 8).tolist(),
                strict=True,
            )
        ]
        for _ in range(8)
    ]

    def bytes_of(order: list[int]) -> bytes:
        codes, gaps, held = zip(*itertools.chain(*(stretches[i] for i in order)), strict=True)
        broken = frozenset(range(0, 64, 8))
        return encode(make([Enrolled(typing_of(list(codes), list(gaps), list(held), broken))], today=TODAY))

    assert bytes_of(order) == bytes_of(list(range(8)))


def test_two_texts_of_the_same_pairs_of_keys_in_the_same_time_give_the_same_file() -> None:
    """A word of loops through one key, `abaca`, has the pairs of `acaba` and is another text."""
    loops = [("KeyB", 90.0, 70.0), ("KeyC", 130.0, 80.0), ("KeyD", 210.0, 60.0)] * 20

    def bytes_of(loops: list[tuple[str, float, float]]) -> bytes:
        codes, gaps, held = ["KeyA"], [0.0], [75.0]
        for code, gap, hold in loops:
            codes += [code, "KeyA"]
            gaps += [gap, 2 * gap]
            held += [hold, 75.0]
        return encode(make([Enrolled(typing_of(codes[:99], gaps[:99], held[:99]))], today=TODAY))

    assert loops[:49] != (turned := loops[:49][::-1])
    assert bytes_of(loops[:49]) == bytes_of(turned)


# Reading it again

CODES = st.sampled_from(
    ["KeyA", "KeyE", "Space", "Enter", "ShiftLeft", "Semicolon", "IntlBackslash"]
) | st.text(max_size=40)
SET_UPS = st.builds(
    SetUpClass,
    st.sampled_from(["mac", "windows", "linux", "chromeos", "android", "ios", "other"]),
    st.sampled_from(["chromium", "firefox", "safari", "other"]),
    st.none() | st.from_regex(r"^[a-z0-9-]{1,64}\Z"),
    st.booleans(),
)


@st.composite
def typings(draw: st.DrawFn) -> Typing:
    codes = draw(st.lists(CODES, max_size=60))
    times = st.floats(0, 3000)
    gaps = draw(st.lists(times, min_size=len(codes), max_size=len(codes)))
    held = draw(st.lists(times | st.just(np.nan), min_size=len(codes), max_size=len(codes)))
    lost = {"composing": draw(st.integers(0, 99)), "navigation": draw(st.integers(0, 99))}
    typing = typing_of(codes, gaps, held)
    return Typing(
        typing.codes, typing.down, typing.up, typing.follows, lost, draw(st.sampled_from([0.0, 16.0]))
    )


@given(
    st.lists(
        st.builds(Enrolled, typings(), st.lists(SET_UPS, max_size=3), st.none()), min_size=1, max_size=4
    ),
    st.integers(1, DAYS_MAX),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_whatever_was_typed_is_read_as_it_was_made(
    sessions: list[Enrolled], days: int, data: st.DataObject
) -> None:
    made = make(sessions, today=TODAY, days=days)
    later = data.draw(st.integers(0, days - 1))
    assert decode(encode(made), today=TODAY + timedelta(later)) == made
    with pytest.raises(ProfileError, match="expired"):
        decode(encode(made), today=TODAY + timedelta(days))


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_anything_else_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(ProfileError, match=r"^This (is no )?profile"):
        decode(data, today=TODAY)


KEPT: dict[str, Any] = json.loads(encode(make(enrolled(0, 1), today=TODAY)))

WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0.5, 1e308, "", "x" * 500, [], {}, [[[]]], 10**30, "2026-13-40"]
)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_file_with_anything_changed_is_read_or_refused_but_never_an_accident(data: st.DataObject) -> None:
    spoilt = json.loads(json.dumps(KEPT))
    place: Any = spoilt
    while True:
        key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
        if not (isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans())):
            break
        place = place[key]
    place[key] = data.draw(WRONG)
    try:
        found = decode(json.dumps(spoilt).encode(), today=TODAY)
    except ProfileError:
        return
    assert isinstance(found, ProfileFile)
    compare_profiles(found.profile, found.profile)


def changed(**fields: Any) -> bytes:
    return json.dumps({**KEPT, **fields}).encode()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "truncated"),
        (b"[" * 100_000, "no profile"),
        (b"\xff\xfe", "no profile"),
        (b'{"profile":2,"features":{"\xff":[1,1,1]}}', "utf-8"),
        (b'{"profile":2,"x":' + b"[" * 100_000, "no profile"),
        (b" " * (4 * 2**20 + 1), "larger than 4 MiB"),
        (b'{"timeline":1}', "missing required field `profile`"),
        (changed(profile=1), "format 1, not 2"),
        (changed(room="r7"), "unknown field `room`"),
        (changed(sessions=[]), "length >= 1"),
        (changed(features={"hold KeyA": [1, float("nan"), 0]}), "no profile"),
        (changed(features={"hold KeyA": [1, 1e999, 0]}), "no profile"),
        (changed(features={"hold KeyA": [1, 4.5, -1]}), ">= 0.0"),
        (changed(features={"hold KeyA": [True, 4.5, 0]}), "Expected `int`"),
        (changed(features={"hold KeyA": [1, 4.5, 0, "text"]}), "at most length 3"),
        (changed(features={"said KeyA": [1, 4.5, 0]}), "regex"),
        (changed(features={"hold KeyA<script>": [1, 4.5, 0]}), "regex"),
        (changed(features={"hold KeyA\n": [1, 4.5, 0]}), "regex"),
        (changed(features={"hold " + "A" * 500: [1, 4.5, 0]}), "regex"),
        (changed(made="2026-03-03"), "yet to come"),
        (changed(expires="2026-03-02"), "contradicts itself: it would be kept"),
        (changed(expires="2026-08-30"), "at most 180 days"),
        (changed(made="0001-01-01", expires="9999-12-31"), "at most 180 days"),
        (changed(quality={**KEPT["quality"], "keys": 5000}), "another number of keys"),
        (changed(quality={**KEPT["quality"], "digraphs": 5000}), "another number of key pairs"),
        (changed(features={**KEPT["features"], "hold KeyA": [1001, 4.5, 0]}), "more often than keys"),
        (changed(sessions=[{**KEPT["sessions"][0], "unreleased": 501}]), "never released"),
    ],
)
def test_what_is_wrong_is_named(data: bytes, why: str) -> None:
    with pytest.raises(ProfileError, match=why) as refused:
        decode(data, today=TODAY)
    assert str(refused.value).endswith("Make it again from the timelines, if they may still be used.")
    assert "\n" not in str(refused.value)


def test_what_cannot_be_kept_is_not_made() -> None:
    with pytest.raises(ProfileError, match="at least one session"):
        make([], today=TODAY)
    for days in (0, DAYS_MAX + 1):
        with pytest.raises(ProfileError, match=f"1 to 180 days, not {days}"):
            make(enrolled(0), today=TODAY, days=days)
    with pytest.raises(ProfileError, match="A label has at most 80"):
        make([enrolled(0)[0]._replace(label="<b>\n")], today=TODAY)
