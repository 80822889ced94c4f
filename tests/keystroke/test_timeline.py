"""The envelope: what is written is read again, and nobody changes a line unseen."""

import hashlib
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keystroke.timeline import (
    Broken,
    Event,
    Header,
    SetUp,
    Timeline,
    TimelineError,
    Verified,
    chain_start,
    export_line,
    header_line,
    key_events,
    leaf,
    line,
    link,
    one_after_another,
    read,
    redacted_line,
    set_ups,
    verify,
)
from tests.keystroke.timelines import HEADER, Content, exported, salt_of

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
contents = st.lists(
    st.tuples(
        st.integers(0, 2**53),
        st.none() | st.text(max_size=5),
        st.text(max_size=8),
        st.sampled_from(["all", "panel", "p1"]),
        st.dictionaries(st.text(max_size=5), json_values, max_size=3),
    ),
    max_size=4,
)

TYPED: list[Content] = [
    (10, None, "room-made", "all", {"by": "p1"}),
    (20, "p2", "key-down", "panel", {"page": "x3", "n": 1, "client_at_us": 15, "code": "KeyI"}),
    (30, "p1", "note", "panel", {"text": "naïve, but “fine” \u2028"}),
]


def test_the_header_is_compact_json_in_a_fixed_order() -> None:
    assert header_line(Header("r7", "2026-03-02T14:00:00Z", None)) == (
        b'{"timeline":1,"room":"r7","made":"2026-03-02T14:00:00Z","exercise":null}'
    )


def test_a_line_is_the_exact_bytes_that_its_export_begins_with() -> None:
    fields = line(41, 1204310, "p1", "edit", "all", {"ops": [["main", 0, 0, "é"]]})
    assert fields == '[41,1204310,"p1","edit","all",{"ops":[["main",0,0,"é"]]}]'.encode()
    shown = export_line(fields, bytes(16), bytes(32))
    assert shown == fields[:-1] + b',"AAAAAAAAAAAAAAAAAAAAAA==","' + b"0" * 64 + b'"]'


def test_a_link_is_the_hash_of_the_one_before_and_the_salted_line() -> None:
    header = header_line(HEADER)
    assert chain_start(header) == hashlib.sha256(header).digest()
    inner = hashlib.sha256(b"s" * 16 + b"[1]").digest()
    assert link(b"h" * 32, b"s" * 16, b"[1]") == hashlib.sha256(b"h" * 32 + inner).digest()


@given(contents)
def test_whatever_is_written_is_read_again(written: list[Content]) -> None:
    lines = exported(written)
    events = [Event(seq, *content) for seq, content in enumerate(written, start=1)]
    assert read(lines) == Timeline(HEADER, events)
    verified = verify(line + b"\n" for line in lines)
    assert isinstance(verified, Verified)
    assert verified.events == len(written)


def test_a_lone_surrogate_from_a_browser_survives() -> None:
    lines = exported([(1, "p1", "edit", "all", {"text": "\ud83d"})])
    assert read(lines).events[0].body == {"text": "\ud83d"}
    assert isinstance(verify(lines), Verified)


def test_a_redacted_line_hides_its_content_and_still_verifies() -> None:
    lines = exported(TYPED)
    fields = line(3, *TYPED[2])
    h = bytes.fromhex(lines[3][-66:-2].decode())
    lines[3] = redacted_line(3, leaf(salt_of(3), fields), h)
    assert isinstance(verify(lines), Verified)
    timeline = read(lines)
    assert (len(timeline.events), timeline.redacted) == (2, [3])


def test_one_flipped_bit_anywhere_names_the_first_line_that_is_wrong() -> None:
    lines = exported(TYPED)
    h = bytes.fromhex(lines[2][-66:-2].decode())
    lines[2] = redacted_line(2, leaf(salt_of(2), line(2, *TYPED[1])), h)
    whole = b"\n".join(lines)
    for at in range(len(lines[0]) + 1, len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[at] ^= 1 << bit
            found = verify(bytes(changed).split(b"\n"))
            assert isinstance(found, Broken), (at, bit)
            assert found.line == whole[:at].count(b"\n") + 1, (at, bit)


def test_a_changed_header_breaks_the_first_link() -> None:
    lines = exported(TYPED)
    lines[0] = lines[0].replace(b"r7", b"r8")
    assert verify(lines) == Broken(
        2,
        1,
        "Event 1 on line 2 does not follow from the lines before it: it or the header was altered.",
    )


@pytest.mark.parametrize("order", [[0, 1, 3], [0, 2, 1, 3], [0, 1, 1, 2, 3]])
def test_lines_left_out_swapped_or_doubled_are_found(order: list[int]) -> None:
    lines = exported(TYPED)
    found = verify([lines[i] for i in order])
    assert isinstance(found, Broken)
    assert found.line == next(i for i, line in enumerate(order) if i != line) + 1


def test_a_timeline_cut_at_its_end_shows_an_earlier_link() -> None:
    lines = exported(TYPED)
    whole, cut = verify(lines), verify(lines[:-1])
    assert isinstance(whole, Verified)
    assert isinstance(cut, Verified)
    assert whole.h != cut.h


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        (b"", "Line 3 is not JSON"),
        (b"\xff", "Line 3 is not JSON"),
        (b"[2,20,null,1", "Line 3 is not JSON"),
        (b"[" * 100_000, "Line 3 is not JSON"),
        (b'[2,NaN,null,"a","all",{},"",""]', "Line 3 is not JSON: NaN"),
        (b"{}", "Line 3 is not a list of eight fields"),
        (b'["2",20,null,"a","all",{},"",""]', "Line 3 does not begin with its number"),
        (b'[2,2.5,null,"a","all",{},"",""]', "Line 3 has a field of the wrong type"),
        (b'[2,20,null,"a","all",[],"",""]', "Line 3 has a field of the wrong type"),
    ],
)
def test_a_malformed_line_is_named(spoilt: bytes, says: str) -> None:
    lines = exported(TYPED)
    lines[2] = spoilt
    with pytest.raises(TimelineError, match=says):
        read(lines)
    found = verify(lines)
    assert isinstance(found, Broken)
    assert found.line == 3


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ([], "not JSON"),
        ([b"[]"], "not a timeline's header"),
        ([b'{"timeline":2}'], "says format 2; this version reads format 1"),
        ([b'{"timeline":1,"room":7}'], "lacks the room"),
    ],
)
def test_a_file_that_is_no_timeline_is_refused(header: list[bytes], says: str) -> None:
    with pytest.raises(TimelineError, match=says):
        read(header)
    assert isinstance(verify(header), Broken)


def key_body(**more: Any) -> dict[str, Any]:
    return {"page": "x3", "n": 1, "client_at_us": 1_500, "code": "KeyI", **more}


def test_single_keys_and_batches_read_alike() -> None:
    single = [
        Event(1, 9, "p1", "key-down", "panel", key_body(repeat=True)),
        Event(2, 9, "p1", "key-up", "panel", key_body(client_at_us=2_000, trusted=False, composing=True)),
    ]
    batch = [[1_500, "down", "KeyI", 1], [2_000, "up", "KeyI", 6]]
    batched = [Event(1, 9, "p1", "keys", "panel", {"page": "x3", "n": 1, "keys": batch})]
    expected = [
        {
            "type": "keydown",
            "t": 1.5,
            "code": "KeyI",
            "key": "",
            "repeat": True,
            "trusted": True,
            "composing": False,
        },
        {
            "type": "keyup",
            "t": 2.0,
            "code": "KeyI",
            "key": "",
            "repeat": False,
            "trusted": False,
            "composing": True,
        },
    ]
    assert key_events(single, "p1") == expected
    assert key_events(batched, "p1") == expected


def test_keys_that_came_late_stand_where_they_were_typed_and_others_keys_stay_out() -> None:
    events = [
        Event(1, 1, "p1", "key-down", "panel", key_body(page="tab2", client_at_us=3_000, code="KeyB")),
        Event(2, 2, "p2", "key-down", "panel", key_body(client_at_us=2_000, code="KeyX")),
        Event(3, 3, "p1", "focus", "panel", {"focused": False}),
        Event(4, 4, "p1", "key-down", "panel", key_body(page="tab1", client_at_us=1_000, code="KeyA")),
        Event(5, 5, "p1", "key-down", "panel", key_body(page="tab1", n=3, client_at_us=4_000, code="KeyD")),
        Event(6, 6, "p1", "key-down", "panel", key_body(page="tab1", n=2, client_at_us=2_000, code="KeyC")),
    ]
    assert [key["code"] for key in key_events(events, "p1")] == ["KeyA", "KeyC", "KeyB", "KeyD"]


def test_a_clock_that_ran_backward_can_be_seen_in_the_order_of_the_keys_whatever_another_tab_told() -> None:
    there = [[1_000, "down", "KeyA"], [5_000, "up", "KeyA"], [3_000, "down", "KeyB"], [6_000, "up", "KeyB"]]
    other = [[4_000, "down", "KeyX"], [9_000, "up", "KeyX"]]
    events = [
        Event(1, 9, "p1", "keys", "all", {"page": "tab1", "n": 1, "keys": there}),
        Event(2, 9, "p1", "keys", "all", {"page": "tab2", "n": 1, "keys": other}),
    ]
    assert [key["t"] for key in key_events(events, "p1")] == [1.0, 4.0, 5.0, 3.0, 6.0, 9.0]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("key-down", {"code": "KeyI"}),
        ("key-down", {"client_at_us": 1.5, "code": "KeyI"}),
        ("keys", {"keys": [[1, "sideways", "KeyI", 0]]}),
        ("keys", {"keys": [[1, "down"]]}),
        ("keys", {"keys": 3}),
        ("keys", {"page": 3, "keys": []}),
        ("keys", {"keys": [[10**400, "down", "KeyI"]]}),
    ],
)
def test_a_malformed_key_is_named_by_its_event(kind: str, body: dict[str, Any]) -> None:
    with pytest.raises(TimelineError, match=rf"Event 8 \({kind}\)"):
        key_events([Event(8, 1, "p1", kind, "panel", body)], "p1")


def test_a_key_that_was_down_when_the_keyboard_went_elsewhere_is_lost_and_no_release_is_made_up() -> None:
    batch = [
        [1_000, "down", "KeyA"],
        [1_100, "down", "KeyA", 1],
        [1_500, "lost", "KeyA", 0],
        [2_000, "up", "KeyA", 0],
        [3_000, "down", "KeyA", 0],
        [4_000, "up", "KeyA", 0],
        [5_000, "lost", "KeyA", 0],
    ]
    other = [[900, "down", "KeyA", 0], [9_000, "up", "KeyA", 0]]
    events = [
        Event(1, 9, "p1", "keys", "all", {"page": "tab1", "n": 1, "keys": batch}),
        Event(2, 9, "p1", "keys", "all", {"page": "tab2", "n": 1, "keys": other}),
    ]
    found = key_events(events, "p1")
    assert [(key["type"], key["t"], key.get("lost", False)) for key in found] == [
        ("keydown", 0.9, False),
        ("keydown", 1.0, True),
        ("keydown", 1.1, False),
        ("keyup", 2.0, False),
        ("keydown", 3.0, False),
        ("keyup", 4.0, False),
        ("keyup", 9.0, False),
    ]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 50),
            st.sampled_from(["down", "up", "lost"]),
            st.sampled_from("ab"),
            st.integers(0, 15),
        ),
        max_size=30,
    )
)
def test_nothing_is_made_up_or_left_out_whatever_a_page_sends(keys: list[tuple[int, str, str, int]]) -> None:
    found = key_events([Event(1, 9, "p1", "keys", "all", {"page": "x3", "n": 1, "keys": keys})], "p1")
    seen = [key for key in keys if key[1] != "lost"]
    assert [(key["t"] * 1000, key["type"], key["code"]) for key in found] == [
        (at_us, f"key{way}", code) for at_us, way, code, _ in seen
    ]
    lost = [key for key in found if key.get("lost")]
    assert {key["type"] for key in lost} <= {"keydown"}
    assert len(lost) <= sum(way == "lost" for _, way, _, _ in keys)


def test_chords_say_so_in_a_batch_and_alone() -> None:
    batched = Event(
        1, 9, "p1", "keys", "all", {"keys": [[1_000, "down", "KeyC", 8], [2_000, "up", "KeyC", 0]]}
    )
    alone = Event(2, 9, "p1", "key-down", "all", key_body(client_at_us=3_000, chord=True, lost=True))
    found = key_events([batched, alone], "p1")
    assert [key.get("chord") for key in found] == [True, None, True]
    assert [key.get("lost") for key in found] == [None, None, True]


SET_UP = {
    "client_at_us": 20,
    "tick_us": 100,
    "isolated": True,
    "platform": "linux",
    "browser": "chromium",
    "layout": None,
    "touch": False,
}


def test_what_somebody_typed_on_is_read_in_order_of_their_time_and_others_stay_out() -> None:
    events = [
        Event(1, 30, "p1", "set-up", "all", {"page": "x3", "n": 2, **SET_UP}),
        Event(2, 31, "p2", "set-up", "all", {"page": "x4", "n": 1, **SET_UP}),
        Event(
            3,
            32,
            "p1",
            "set-up",
            "all",
            {"page": "x5", "n": 1, **SET_UP, "client_at_us": 10, "tick_us": None},
        ),
    ]
    assert set_ups(events, "p1") == [
        SetUp(10, None, True, "linux", "chromium", None, False),
        SetUp(20, 100, True, "linux", "chromium", None, False),
    ]


@pytest.mark.parametrize(
    "bad",
    [
        {"client_at_us": -1.5},
        {"tick_us": "fine"},
        {"platform": None},
        {"platform": "x" * 65},
        {"layout": 3},
        {"layout": "\ud800"},
        {"browser": "fire\nfox"},
    ],
)
def test_a_malformed_set_up_is_named_by_its_event(bad: dict[str, Any]) -> None:
    with pytest.raises(TimelineError, match=r"Event 8 \(set-up\) does not hold a set-up"):
        set_ups([Event(8, 1, "p1", "set-up", "all", {**SET_UP, **bad})], "p1")


def test_sessions_follow_one_another_whatever_their_clocks_say() -> None:
    sessions = [
        key_events([Event(1, 1, "p1", "key-down", "panel", key_body(client_at_us=us))], "p1")
        for us in (7_000_000, 5_000)
    ]
    assert [key["t"] for key in one_after_another(sessions)] == [0.0, 10_000.0]
    assert one_after_another([[], sessions[0]]) == one_after_another([sessions[0]])


def test_importing_the_timeline_does_not_import_numpy() -> None:
    program = "import keystroke.timeline, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
