"""A room's end of its timeline: lines, links and time."""

from hypothesis import given
from hypothesis import strategies as st

from keystroke import timeline
from liveroom.effects import Record
from liveroom.log import Head, Log, RoomClock, start_of

HEADER = timeline.header_line(timeline.Header("r1", "2026-03-02T14:00:00Z", None))
bodies = st.dictionaries(
    st.text(max_size=5),
    st.one_of(st.integers(-(2**53), 2**53), st.text(), st.booleans(), st.none()),
    max_size=4,
)


def log() -> Log:
    return Log("r1", 1, dict.fromkeys((0, 1), start_of(HEADER)), salt=lambda: b"s" * 16)


@given(st.lists(bodies, max_size=5))
def test_what_is_written_verifies_and_reads_back(written: list[dict[str, object]]) -> None:
    batch, _ = log().batch([Record("p1", "any", body, at) for at, body in enumerate(written)], [])
    lines = [HEADER + b"\n", *(timeline.export_line(e.line, e.salt, e.h) + b"\n" for e in batch.events)]
    assert isinstance(timeline.verify(lines), timeline.Verified)
    assert [event.body for event in timeline.read(lines).events] == written


def test_the_two_chains_count_and_link_apart() -> None:
    batch, heads = log().batch(
        [Record("p1", "edit", {}, 1), Record("p1", "note", {}, 2, chain=1), Record("p1", "edit", {}, 3)], []
    )
    assert [(e.chain, e.seq) for e in batch.events] == [(0, 1), (1, 1), (0, 2)]
    assert heads == {0: Head(2, batch.events[2].h), 1: Head(1, batch.events[1].h)}


def test_a_batch_that_was_not_kept_leaves_no_gap() -> None:
    here = log()
    here.batch([Record("p1", "edit", {}, 1)], [])
    batch, heads = here.batch([Record("p1", "edit", {}, 2)], [])
    assert batch.events[0].seq == 1
    here.advance(heads)
    assert here.batch([Record("p1", "edit", {}, 3)], [])[0].events[0].seq == 2


def test_text_that_is_no_unicode_is_kept_as_json_escapes_it() -> None:
    batch, _ = log().batch([Record("p1", "run", {"source": "\ud800"}, 1)], [])
    assert rb"\ud800" in batch.events[0].line


def test_time_goes_on_at_the_later_of_the_last_event_and_the_wall_clock() -> None:
    for last, expected in ((0, 5_000), (9_000, 9_000)):
        clock = RoomClock(made_wall_us=100_000, last_at_us=last, wall=lambda: 105_000, monotonic=lambda: 7)
        assert clock.now() == expected


def test_time_never_runs_backwards() -> None:
    ticks = iter([10, 20, 15, 30])
    clock = RoomClock(made_wall_us=0, last_at_us=0, wall=lambda: 0, monotonic=lambda: next(ticks))
    assert [clock.now(), clock.now(), clock.now()] == [10, 10, 20]
