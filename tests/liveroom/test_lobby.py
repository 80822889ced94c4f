"""The lobby: a candidate who waits is shown to those who may let them in, and told and recorded nothing else."""

import pytest

from liveroom import frames
from liveroom.close_codes import BAD_FRAME, NOT_ALLOWED
from liveroom.effects import Close, ConnectionId, PrepareKernel, Relay, Send, Tell
from liveroom.messages import (
    Admit,
    Admitted,
    Caret,
    FromServer,
    Lobby,
    PeopleChanged,
    Refused,
    TimerChanged,
    Welcome,
)
from tests.support.rooms import Table, of, records, told


def heard(table: Table, connection: ConnectionId, start: int = 0) -> list[FromServer]:
    """The text frames that this page alone is sent, and those for every page if it is one of them."""
    effects = table.log[start:]
    mine = table.heard_by("p3", effects)
    page = table.room.people.connection(connection)
    in_the_room = page is not None and page.page is not None
    return [m for m in mine if in_the_room or not isinstance(m, PeopleChanged)]


def test_a_candidate_waits_with_lobby_frames_alone_and_leaves_no_trace() -> None:
    table = Table(lobby=True)
    table.page("p1")
    before = len(table.log)
    candidate = table.page("p3")
    assert heard(table, candidate, before) == [Lobby("A room", "live", ["P1"])]
    assert records(table.log[before:]) == []
    assert not of(table.log[before:], Send)
    assert not of(table.log[before:], PrepareKernel)
    assert candidate not in table.room.people.pages_that_see("all")
    assert candidate not in table.room.people.everyone_but(None), "no updates and no carets either"
    p3 = next(p for p in told(table.log, PeopleChanged)[-1].people if p.participant == "p3")
    assert (p3.waiting, p3.here) == (True, 0)
    table.did(table.room.leave(candidate, table.now))
    assert records(table.log[before:]) == []
    p3 = next(p for p in told(table.log, PeopleChanged)[-1].people if p.participant == "p3")
    assert (p3.waiting, p3.here) == (False, 0)


def test_who_could_let_them_in_is_told_again_whenever_that_changes() -> None:
    table = Table(lobby=True)
    table.page("p3")
    assert told(table.log, Lobby)[-1].hosts == []
    ivy = table.page("p1")
    assert told(table.log, Lobby)[-1].hosts == ["P1"]
    table.page("p2")
    assert told(table.log, Lobby)[-1].hosts == ["P1"], "an observer cannot let anybody in"
    table.page("p4")
    assert told(table.log, Lobby)[-1].hosts == ["P1", "P4"]
    table.did(table.room.leave(ivy, table.now))
    assert told(table.log, Lobby)[-1].hosts == ["P4"]


def test_once_let_in_they_say_hello_again_and_the_clock_starts_with_their_arrival() -> None:
    table = Table(lobby=True)
    interviewer, candidate = table.page("p1"), table.page("p3")
    table.now = 60_000_000
    effects = table.send(interviewer, Admit("p3"))
    assert records(effects) == ["participant", "admitted"]
    assert not told(effects, TimerChanged), "they are not in the room yet"
    assert told(effects, Admitted)
    table.now = 61_000_000
    arrived = table.hello(candidate)
    assert told(arrived, Welcome)[0].you == "p3"
    assert told(arrived, TimerChanged)[0].timer.started_at_us == 61_000_000
    assert records(arrived) == ["join", "timer"]
    table.write(candidate, "x")
    assert str(table.room.document) == "x"


def test_admission_is_for_the_room_and_survives_a_restart() -> None:
    table = Table(lobby=True)
    interviewer, first = table.page("p1"), table.page("p3")
    second = table.page("p3")
    effects = table.send(interviewer, Admit("p3"))
    assert [e.to for e in of(effects, Tell) if e.message == Admitted()] == [first, second]
    assert table.send(interviewer, Admit("p3")) == [], "somebody else was faster"
    table.hello(first)
    table.did(table.room.leave(first, table.now))
    before = len(table.log)
    table.page("p3")
    assert told(table.log[before:], Welcome)
    assert not table.rebuilt().keeps_waiting("p3")


def test_nobody_is_let_in_who_has_left_or_never_came() -> None:
    table = Table(lobby=True)
    interviewer, candidate = table.page("p1"), table.page("p3")
    table.did(table.room.leave(candidate, table.now))
    effects = table.send(interviewer, Admit("p3"))
    assert records(effects) == []
    assert "have left the lobby" in told(effects, Refused)[0].reason
    assert table.room.keeps_waiting("p3")


@pytest.mark.parametrize("participant", ["p2", "p3"])
def test_only_interviewers_let_in(participant: str) -> None:
    table = Table(lobby=True)
    table.page("p3")
    observer = table.page("p2")
    if participant == "p3":
        waiting = table.page("p3")
        assert of(table.send(waiting, Admit("p3")), Close)[0].code == BAD_FRAME
    else:
        assert told(table.send(observer, Admit("p3")), Refused)
    assert table.room.keeps_waiting("p3")


@pytest.mark.parametrize("frame", ["edit", "caret", "step 1", "update"])
def test_whatever_one_who_waits_sends_reaches_nobody(frame: str) -> None:
    table = Table(lobby=True)
    table.page("p1")
    before = len(table.log)
    candidate = table.page("p3")
    update = table.clients[candidate].insert(0, "x")
    match frame:
        case "edit":
            effects = table.edit(candidate, update)
        case "caret":
            effects = table.send(candidate, Caret("main", 0, 0))
        case "step 1":
            effects = table.did(table.room.receive_binary(candidate, frames.step_1(b"\x00"), 0))
        case _:
            effects = table.did(table.room.receive_binary(candidate, frames.update(update), 0))
    assert [e.code for e in of(effects, Close)] == [BAD_FRAME]
    assert not of(table.log[before:], Relay)
    assert not of(table.log[before:], Send)
    assert records(table.log[before:]) == []
    assert str(table.room.document) == ""


def test_a_stock_client_of_one_who_waits_is_closed() -> None:
    table = Table(lobby=True)
    candidate = table.stock("p3")
    assert [(e.connection, e.code) for e in of(table.log, Close)] == [(candidate, NOT_ALLOWED)]
    assert table.room.people.connection(candidate) is None
    table.stock("p1")
    assert len(of(table.log, Close)) == 1


def test_without_a_lobby_nobody_waits() -> None:
    table = Table()
    table.page("p3")
    assert told(table.log, Welcome)
    assert not told(table.log, Lobby)


def test_an_admission_that_could_not_be_kept_leaves_them_waiting() -> None:
    table = Table(lobby=True)
    interviewer, candidate = table.page("p1"), table.page("p3")
    lost = table.room.receive(interviewer, Admit("p3"), table.now)
    assert told(lost, Admitted)
    anew = table.rebuilt()
    anew.adopt(table.room)
    assert [c.connection for c in anew.people.waiting()] == [candidate]
    assert anew.keeps_waiting("p3")
