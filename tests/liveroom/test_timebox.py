"""The time box: accommodations, the clock's start, and focus time."""

import pytest

from liveroom.effects import Record
from liveroom.messages import (
    Accommodation,
    EndFocusTime,
    EndRoom,
    ExtendTime,
    FocusTimeChanged,
    FromClient,
    Refused,
    SetAccommodation,
    StartFocusTime,
    TimerChanged,
    Welcome,
)
from liveroom.timebox import minutes_given
from tests.support.rooms import Table, of, records, told

MINUTE = 60_000_000


@pytest.mark.parametrize(
    ("minutes", "percent", "given"), [(60, 25, 75), (45, 25, 57), (45, 50, 68), (5, 0, 5)]
)
def test_an_accommodation_is_so_many_per_cent_in_whole_minutes(
    minutes: int, percent: int, given: int
) -> None:
    assert minutes_given(minutes, percent) == given


def test_a_rooms_accommodation_counts_from_the_start() -> None:
    table = Table(accommodation=25)
    table.page("p3")
    timer = told(table.log, TimerChanged)[0].timer
    assert (timer.minutes, timer.ends_at_us, timer.accommodation) == (75, 75 * MINUTE, 25)
    record = next(e for e in of(table.log, Record) if e.kind == "timer")
    assert record.body["accommodation"] == 25
    assert table.rebuilt().timer == timer


@pytest.mark.parametrize("percent", [0, 50])
def test_before_the_start_an_interviewer_may_give_another(percent: Accommodation) -> None:
    table = Table(accommodation=25)
    interviewer = table.page("p1")
    timer = told(table.send(interviewer, SetAccommodation(percent)), TimerChanged)[0].timer
    assert (timer.minutes, timer.accommodation) == (minutes_given(60, percent), percent)
    candidate = table.page("p3")
    assert told(table.send(candidate, SetAccommodation(50)), Refused)
    assert "give more minutes" in told(table.send(interviewer, SetAccommodation(25)), Refused)[0].reason
    extended = told(table.send(interviewer, ExtendTime(10)), TimerChanged)[0].timer
    assert (extended.minutes, extended.accommodation) == (timer.minutes + 10, percent)


def test_focus_time_is_told_to_all_recorded_and_ends_by_itself() -> None:
    table = Table()
    table.page("p1")
    candidate = table.page("p3")
    table.now = 10
    begun = table.send(candidate, StartFocusTime())
    told_of = told(begun, FocusTimeChanged)[0].focus_time
    assert told_of is not None
    assert (told_of.started_at_us, told_of.ends_at_us, told_of.by) == (10, 10 + 5 * MINUTE, "p3")
    assert table.heard_by("p2", begun), "observers' pages blur too"
    assert table.send(candidate, StartFocusTime(30)) == [], "it is on already"
    table.page("p4")
    assert told(table.log, Welcome)[-1].focus_time == told_of
    assert table.rebuilt().alarm_at_us() == table.room.alarm_at_us() == 10 + 5 * MINUTE
    assert table.room.tick(5 * MINUTE) == []
    ended = table.room.tick(10 + 5 * MINUTE)
    assert told(ended, FocusTimeChanged)[0].focus_time is None
    assert of(ended, Record)[0].body == {"ends_at_us": None}
    assert table.room.alarm_at_us() is None


def test_in_focus_time_all_is_recorded_and_told_as_ever() -> None:
    table = Table()
    table.page("p1")
    candidate = table.page("p3")
    table.send(candidate, StartFocusTime())
    assert records(table.write(candidate, "x")) == ["edit"]


@pytest.mark.parametrize("message", [StartFocusTime(), EndFocusTime()])
def test_an_observer_neither_begins_nor_ends_focus_time(message: FromClient) -> None:
    table = Table()
    observer, candidate = table.page("p2"), table.page("p3")
    table.send(candidate, StartFocusTime())
    assert told(table.send(observer, message), Refused)
    assert told(table.send(candidate, EndFocusTime()), FocusTimeChanged)[0].focus_time is None


def test_focus_time_ends_with_the_room_and_does_not_begin_after_it() -> None:
    table = Table()
    interviewer, candidate = table.page("p1"), table.page("p3")
    table.send(candidate, StartFocusTime())
    ended = table.send(interviewer, EndRoom())
    assert told(ended, FocusTimeChanged)[0].focus_time is None
    assert told(table.send(interviewer, StartFocusTime()), Refused)
    assert table.room.alarm_at_us() is None
