"""Roles that change while people are in the room: at once, and for what is in flight too."""

from liveroom.close_codes import TRY_AGAIN
from liveroom.effects import Close, PrepareKernel, Record, Tell
from liveroom.messages import (
    ChecksChanged,
    NoteChanged,
    PeopleChanged,
    Refused,
    RunChecks,
    StartOver,
    Welcome,
    WriteNote,
)
from tests.support.rooms import Table, of, records, told


def test_a_demoted_interviewers_pages_are_told_and_may_only_watch() -> None:
    table = Table()
    ivy, other_tab = table.page("p1"), table.page("p1")
    table.page("p4")
    table.send(ivy, WriteNote("n1", "listens well"))
    effects = table.did(table.room.change_role("p1", "observer", "p4", 5))
    card = of(effects, Record)[0]
    assert (card.participant, card.kind, card.body["role"]) == ("p4", "participant", "observer")
    welcomes = {e.to: e.message for e in of(effects, Tell) if isinstance(e.message, Welcome)}
    assert set(welcomes) == {ivy, other_tab}
    welcome = welcomes[ivy]
    assert (welcome.role, welcome.room.guide, welcome.notes) == ("observer", None, [])
    assert not welcome.room.has_hidden_checks
    people = told(effects, PeopleChanged)[-1].people
    assert next(p for p in people if p.participant == "p1").role == "observer"
    refused = table.write(ivy, "late")
    assert told(refused, Refused)
    assert told(refused, StartOver)
    assert str(table.room.document) == ""


def test_from_then_on_they_hear_what_their_role_hears() -> None:
    table = Table()
    table.page("p1")
    ben = table.page("p4")
    table.did(table.room.change_role("p1", "observer", "p4", 5))
    private = table.send(ben, WriteNote("n1", "hm"))
    assert told(private, NoteChanged)
    assert not table.heard_by("p1", private)
    hidden = table.send(ben, RunChecks("hidden"))
    assert told(hidden, ChecksChanged)
    assert not table.heard_by("p1", hidden)


def test_a_promoted_observer_writes_and_has_a_kernel_made_ready() -> None:
    table = Table()
    olaf = table.page("p2")
    assert not of(table.log, PrepareKernel)
    own = table.send(olaf, WriteNote("n1", "my own"))
    assert not table.heard_by("p1", own)
    effects = table.did(table.room.change_role("p2", "interviewer", None, 5))
    assert of(effects, PrepareKernel)
    welcome = told(effects, Welcome)[0]
    assert (welcome.role, welcome.room.guide) == ("interviewer", "Listen for leakage.")
    assert [note.text for note in welcome.notes] == ["my own"], "its audience is of its writing, and theirs"
    table.write(olaf, "x")
    assert str(table.room.document) == "x"
    shared = table.send(olaf, WriteNote("n2", "for the panel"))
    assert table.heard_by("p1", shared)


def test_a_stock_client_comes_back_in_its_new_role() -> None:
    table = Table()
    ivy = table.stock("p1")
    effects = table.room.change_role("p1", "observer", None, 5)
    assert [(e.connection, e.code) for e in of(effects, Close)] == [(ivy, TRY_AGAIN)]
    assert not told(effects, Welcome)


def test_one_who_was_never_here_is_introduced_when_they_come() -> None:
    table = Table()
    assert records(table.did(table.room.change_role("p1", "observer", None, 5))) == []
    before = len(table.log)
    table.page("p1")
    cards = [e.body for e in of(table.log[before:], Record) if e.kind == "participant"]
    assert [card["role"] for card in cards] == ["observer"]


def test_the_welcome_of_a_new_role_claims_no_frame_that_is_not_on_disk() -> None:
    table = Table()
    ivy = table.page("p1")
    for text in "abc":
        table.write(ivy, text)
    table.room.durable("page1", 2)
    assert told(table.room.change_role("p1", "observer", None, 5), Welcome)[0].saved == 2


def test_a_rebuilt_room_has_the_new_role() -> None:
    table = Table()
    table.page("p1")
    table.did(table.room.change_role("p1", "observer", None, 5))
    room = table.rebuilt()
    assert room.people["p1"].role == "observer"
    assert records(room.recovered(6)) == []
