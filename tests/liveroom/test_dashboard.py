"""The dashboard says of every room what to do next."""

from typing import Any

import pytest

from liveroom.dashboard import next_step, summaries
from liveroom.times import DAY_US
from tests.support.stored import MADE_US, stored_room


@pytest.mark.parametrize(
    ("values", "people_here", "is_continued", "sentence"),
    [
        ({}, 0, False, "Send Ada the candidate link, and open the room when it is time."),
        ({"kind": "take-home"}, 0, False, "Send Ada the candidate link; the clock starts when they begin."),
        ({"state": "open"}, 2, False, "The interview is on; open the room."),
        ({"state": "open"}, 0, False, "Nobody is in the room now; open it to go on, or end it."),
        (
            {"state": "open", "kind": "take-home"},
            1,
            False,
            "Ada is working on it; nothing to do until it is submitted.",
        ),
        ({"state": "ended", "kind": "take-home"}, 0, False, "Make the live room that continues it with Ada."),
        ({"state": "ended", "kind": "take-home"}, 0, True, "Watch the replay and read the report."),
        ({"state": "ended"}, 0, False, "Watch the replay and read the report."),
        (
            {"state": "ended", "continues": "take-home"},
            0,
            False,
            "Watch the replay and read the report with the comparison of typing.",
        ),
        ({"state": "ended", "replay_deleted": True}, 0, False, "Read the report and download the code."),
    ],
)
def test_every_state_has_a_next_step(
    values: dict[str, Any], people_here: int, is_continued: bool, sentence: str
) -> None:
    room = stored_room(**values)
    told = next_step(room, people_here=people_here, someone_waits=False, is_continued=is_continued)
    assert told == sentence


def test_who_waits_in_the_lobby_comes_first() -> None:
    room = stored_room(lobby=True)
    told = next_step(room, people_here=2, someone_waits=True, is_continued=False)
    assert told == "Ada waits in the lobby; open the room and let them in."


def test_a_take_home_knows_the_room_that_continues_it() -> None:
    take_home, live = stored_room("home", kind="take-home"), stored_room("live", continues="home")
    people_here = {"home": 0, "live": 3}.__getitem__
    first, second = summaries(
        [take_home, live], people_here=people_here, someone_waits=lambda _: False, retention_days=10
    )
    assert (first.continued_by, second.continues, second.people_here) == ("live", "home", 3)


def test_a_room_goes_as_many_days_after_its_end_as_the_site_says() -> None:
    room = stored_room(state="ended", started_wall_us=MADE_US + DAY_US, ended_wall_us=MADE_US + 2 * DAY_US)
    (summary,) = summaries([room], people_here=lambda _: 0, someone_waits=lambda _: False, retention_days=10)
    assert (summary.made, summary.ended, summary.deletes_on) == (
        "2026-02-02T02:40:00Z",
        "2026-02-04T02:40:00Z",
        "2026-02-14",
    )
