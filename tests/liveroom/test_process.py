"""A room's timeline as the edits and runs of its candidate, and what a report says of them."""

import base64
from typing import Any

import pytest

from keystroke.process.trace import Edit, RunAsked, RunEnded, trace
from keystroke.timeline import Event, line
from liveroom.api import ProcessMetric
from liveroom.effects import Record
from liveroom.messages import Paste
from liveroom.people import Allowed
from liveroom.process import happenings_of, process_metrics
from liveroom.replay import decode_events, text_at
from tests.support.rooms import Table
from tests.support.timelines import SECOND, Log, a_room

CANDIDATE = "p3"


class Writing(Log):
    """A room in which people write, each with one page."""

    def __init__(self) -> None:
        super().__init__()
        self.events = a_room().events

    def edit(
        self,
        at: int,
        by: str | None,
        origin: str,
        *ops: tuple[str, int, int, str],
        client_at: int | None = None,
    ) -> "Writing":
        """At whole seconds; of a page, whose clock is at `client_at` if it is not the server's."""
        body: dict[str, Any] = {"origin": origin, "ops": [list(op) for op in ops], "update": ""}
        if by is not None:
            body |= {"page": f"page-{by}", "n": at}
            body["client_at_us"] = (at if client_at is None else client_at) * SECOND
        self.add(at, by, "edit", **body)
        return self

    def paste(self, at: int, chars: int, *, own: bool, by: str = CANDIDATE) -> "Writing":
        self.add(at, by, "paste", page=f"page-{by}", n=at, client_at_us=0, chars=chars, lines=1, own=own)
        return self

    def edits(self) -> list[Edit]:
        return [each for each in happenings_of(self.events, CANDIDATE)[0] if isinstance(each, Edit)]


def one(*ops: tuple[str, int, int, str], origin: str, before: str = "") -> list[Edit]:
    """What one edit of the candidate's becomes, in a text that the server wrote."""
    writing = Writing().edit(1, None, "command", ("main", 0, 0, before)).edit(9, CANDIDATE, origin, *ops)
    return writing.edits()[1:]


# One edit


@pytest.mark.parametrize(
    ("origin", "how"),
    [
        ("typed", "typed"),
        ("deleted", "typed"),
        ("completed", "completed"),
        ("pasted", "pasted"),
        ("dropped", "pasted"),
        ("undo", "undo"),
        ("redo", "redo"),
        ("command", "automatic"),
        ("of a later version", "other"),
    ],
)
def test_each_origin_has_its_place(origin: str, how: str) -> None:
    (edit,) = one(("main", 0, 0, "x"), origin=origin)
    assert (edit.how, edit.own, edit.inserted) == (how, True, 1)


@pytest.mark.parametrize(
    ("origin", "written", "automatic"),
    [
        ("typed", "x", 0),
        ("typed", "\n", 0),
        ("typed", "\n    ", 4),
        ("typed", "()", 1),
        ("typed", '""""', 3),
        ("typed", "ab", 0),
        ("typed", "日本", 0),
        ("auto-closed", "<>", 1),
        ("indented", "\n\t", 1),
        ("indented", "  }", 2),
        ("indented", "    ", 4),
    ],
)
def test_of_what_a_key_writes_the_editors_share_is_the_editors(
    origin: str, written: str, automatic: int
) -> None:
    (edit,) = one(("main", 0, 0, written), origin=origin)
    assert (edit.how, edit.inserted, edit.automatic) == ("typed", len(written), automatic)


def test_the_other_half_around_a_selection_is_the_editors() -> None:
    closed = one(("main", 0, 0, "("), ("main", 4, 0, ")"), origin="auto-closed", before="abc")
    assert [(edit.how, edit.typed) for edit in closed] == [("typed", 1), ("automatic", 0)]


@pytest.mark.parametrize("ops", [[("main", 0, 4, ""), ("main", 0, 0, "}")], [("main", 0, 4, "}")]])
def test_a_line_that_is_indented_anew_is_no_revision(ops: list[tuple[str, int, int, str]]) -> None:
    found = trace(one(*ops, origin="indented", before="    "))
    assert (found.revisions, found.taken_out, found.put_in["typed"]) == (0, 0, 1)


def test_what_was_selected_and_then_typed_over_by_a_line_end_was_taken_back() -> None:
    (edit,) = one(("main", 0, 3, "\n    "), origin="indented", before="abc")
    assert (edit.revises, edit.deleted, edit.typed) == (True, 3, 1)


@pytest.mark.parametrize(
    ("before", "op", "at", "deleted", "inserted"),
    [
        ("f()", ("main", 2, 1, ")"), 3, 0, 0),  # the bracket that stood there, typed over
        ("pri", ("main", 0, 3, "print"), 3, 0, 2),
        ("a = b", ("main", 0, 5, "a == b"), 3, 0, 1),
        ("aaa", ("main", 0, 3, "aa"), 2, 1, 0),
        ("abc", ("main", 1, 1, "xyz"), 1, 1, 3),
        ("😀b", ("main", 2, 1, "c"), 2, 1, 1),  # positions count UTF-16 units
        ("😀", ("main", 0, 2, "😁"), 1, 1, 1),  # which differ in their second half
    ],
)
def test_an_edit_is_what_it_changed(
    before: str, op: tuple[str, int, int, str], at: int, deleted: int, inserted: int
) -> None:
    (edit,) = one(op, origin="typed", before=before)
    assert (edit.at, edit.deleted, edit.inserted) == (at, deleted, inserted)


@pytest.mark.parametrize(
    ("before", "at", "begins"),
    [
        ("", 0, True),
        ("a\n", 2, True),
        ("a\n   ", 5, True),
        ("a\nb ", 4, False),
        ("b" + " " * 5000, 5001, True),
    ],
)
def test_whether_it_begins_a_line(before: str, at: int, begins: bool) -> None:
    (edit,) = one(("main", at, 0, "x"), origin="typed", before=before)
    assert edit.begins_line is begins


# A room


def test_pastes_of_what_was_copied_in_the_room_are_no_pastes_from_outside() -> None:
    writing = (
        Writing()
        .paste(1, 3, own=True)
        .edit(1, CANDIDATE, "pasted", ("main", 0, 0, "abc"))
        .edit(2, CANDIDATE, "pasted", ("main", 3, 0, "d"))
        .paste(3, 4, own=False)
        .edit(3, CANDIDATE, "pasted", ("main", 4, 0, "efgh"))
        .paste(4, 2, own=True, by="p1")
        .edit(4, CANDIDATE, "dropped", ("main", 0, 0, "i"))
    )
    assert [edit.how for edit in writing.edits()] == ["moved", "pasted", "pasted", "pasted"]
    largest = next(m for m in process_metrics(writing.events, CANDIDATE) if m.name.startswith("Largest"))
    assert (largest.value, largest.at_us) == ("4 characters", 3 * SECOND)


def test_a_pages_own_clock_counts_where_edits_came_late_and_all_at_once() -> None:
    writing = Writing()
    for i in range(4):
        writing.edit(60, CANDIDATE, "typed", ("main", i, 0, "x"), client_at=10 * i)
    assert [edit.t_ms for edit in writing.edits()] == [0, 10_000, 20_000, 30_000]
    assert len(trace(writing.edits()).pauses) == 3


def test_several_files_starter_and_others_text_stay_apart() -> None:
    writing = (
        Writing()
        .edit(1, None, "command", ("main", 0, 0, "starter\n"))
        .edit(2, "p1", "typed", ("main", 0, 0, "# hi\n"))
        .edit(3, CANDIDATE, "typed", ("main", 13, 0, "a"))
        .edit(4, CANDIDATE, "typed", ("f2", 0, 0, "b"))
    )
    assert [(edit.file, edit.own, edit.how) for edit in writing.edits()] == [
        ("main", False, "other"),
        ("main", False, "other"),
        ("main", True, "typed"),
        ("f2", True, "typed"),
    ]
    assert trace(writing.edits()).left.total() == 2


def test_what_another_editor_wrote_is_not_told_apart() -> None:
    log = a_room().add(5, CANDIDATE, "edit", origin="typed", ops=[["main", 0, 0, "x" * 900]], update="")
    (edit,) = happenings_of(log.events, CANDIDATE)[0]
    assert isinstance(edit, Edit)
    assert (edit.how, edit.inserted, edit.t_ms) == ("other", 900, 5000)


def test_runs_of_the_candidate_that_came_to_an_end() -> None:
    log = a_room()
    for n, (by, state) in enumerate(
        [("p3", "error"), ("p1", "error"), ("p3", "cancelled"), ("p3", "interrupted"), ("p3", "ok")], start=1
    ):
        log.add(10 * n, by, "run", run=f"run-{n}", source="f()", place=["main", "AA==", 0])
        log.add(10 * n + 1, None, "run-finished", run=f"run-{n}", state=state, execution_count=n, reason=None)
    assert happenings_of(log.events, CANDIDATE)[0] == [
        RunAsked(10_000, "run-1"),
        RunEnded(11_000, "run-1", failed=True),
        RunAsked(30_000, "run-3"),
        RunAsked(40_000, "run-4"),
        RunAsked(50_000, "run-5"),
        RunEnded(51_000, "run-5", failed=False),
    ]


def recorded(table: Table) -> list[Event]:
    """What the room recorded, through the bytes that are stored."""
    records = [effect for effect in table.log if isinstance(effect, Record)]
    return decode_events(
        line(seq, r.at_us, r.participant, r.kind, r.audience, dict(r.body))
        for seq, r in enumerate(records, start=1)
    )


def by_name(metrics: list[ProcessMetric]) -> dict[str, ProcessMetric]:
    return {metric.name: metric for metric in metrics}


def a_real_room(allowed: Allowed) -> Table:
    """A candidate types, is interrupted, takes back, pastes; an interviewer writes above them meanwhile."""
    table = Table(starter="def solve():\n", allowed=allowed)
    theirs, own = table.page("p1"), table.page(CANDIDATE)
    candidate = table.clients[own]

    def tick(ms: int) -> None:
        table.now += ms * 1000

    for i, char in enumerate("    return 1"):
        tick(150)
        table.edit(own, candidate.insert(13 + i, char))
    table.edit(theirs, table.clients[theirs].insert(0, "# hi\n"))
    candidate.apply(table.room.document.missing(b"\x00"))
    tick(3000)
    end = len(str(candidate).encode())
    table.edit(own, candidate.delete(end - 1, end), origin="deleted")
    for i, char in enumerate("23"):
        tick(150)
        table.edit(own, candidate.insert(end - 1 + i, char))
    tick(400)
    pasted = "\n# from my notes"
    table.send(own, Paste(f"page{own}", table.next_n(own), table.now, len(pasted), 2))
    table.edit(own, candidate.insert(end + 1, pasted), origin="pasted")
    return table


def test_a_real_room_is_read_as_it_was_written() -> None:
    events = recorded(a_real_room(Allowed(metrics=True, typing=False)))
    text = text_at(events, events[-1].at_us)["main"]
    assert text == "# hi\ndef solve():\n    return 23\n# from my notes"
    found = by_name(process_metrics(events, CANDIDATE))
    assert found["Where the text came from"].value == (
        "29 characters of the candidate's at the end: 45% typed, 55% pasted from outside the room"
    )
    assert {name: metric.value for name, metric in found.items()}.items() >= {
        "Time on task": "Less than a minute, pauses of more than a minute left out",
        "Largest paste from outside": "16 characters",
        "Pauses": "1 of 2 seconds or more, 0 of them before a line; 7% of the steps from one change to the next",
        "Bursts between pauses": "Typically 7 characters from one pause to the next",
        "Bursts between revisions": "Typically 7 characters from one revision to the next",
        "Revisions": "1 time something was taken back, 7.1 for each 100 typed characters",
        "Typed in one go": "0% of what was typed came in stretches of 50 characters or more without a pause or a "
        "correction; the longest has 12",
        "Taken out again": "1 character taken out for 30 put in (3%)",
        "Written downwards": "100% of what was typed stood behind everything that the candidate had in that file",
    }.items()
    instant = found["Largest paste from outside"].at_us
    assert instant is not None
    assert "from my notes" in text_at(events, instant)["main"]
    assert "from my notes" not in text_at(events, instant - 1)["main"]


def test_who_let_their_keys_be_recorded_cannot_be_told_from_the_metrics() -> None:
    without = recorded(a_real_room(Allowed(metrics=True, typing=False)))
    keys = [
        Event(
            0,
            at * 100_000,
            CANDIDATE,
            "keys",
            "all",
            {"page": "page2", "n": 0, "keys": [[at, "down", "KeyA", 0]]},
        )
        for at in range(3000)
    ]
    setup = Event(0, 0, CANDIDATE, "set-up", "all", {"page": "page2", "n": 0, "client_at_us": 0})
    both = sorted([*without, *keys, setup], key=lambda event: event.at_us)
    assert process_metrics(both, CANDIDATE) == process_metrics(without, CANDIDATE)


# Odd timelines


@pytest.mark.parametrize(
    "events",
    [
        [],
        a_room().events,
        Writing().edit(1, "p1", "typed", ("main", 0, 0, "theirs")).paste(2, 9, own=False, by="p1").events,
    ],
    ids=["empty", "nobody wrote", "only the interviewer"],
)
def test_where_the_candidate_did_nothing_there_is_little_to_say(events: list[Event]) -> None:
    assert [(metric.name, metric.value, metric.at_us) for metric in process_metrics(events, CANDIDATE)] == [
        ("Time on task", "Less than a minute, pauses of more than a minute left out", None),
        ("Largest paste from outside", "None", None),
        ("From an error to the next run", "No run of the candidate's failed", None),
    ]


def test_only_pastes() -> None:
    writing = Writing()
    for n in range(1, 5):
        writing.paste(n, 40, own=False).edit(n, CANDIDATE, "pasted", ("main", 0, 0, "x" * 39 + "\n"))
    found = by_name(process_metrics(writing.events, CANDIDATE))
    assert found["Where the text came from"].value == (
        "160 characters of the candidate's at the end: 100% pasted from outside the room"
    )
    assert found["Largest paste from outside"].at_us == 1 * SECOND
    assert not found.keys() & {"Pauses", "Revisions", "Typed in one go", "Written downwards"}


def test_odd_edits_are_no_accident() -> None:
    """Positions beyond the text, halves of characters, a clock from another age, a paste that never came in."""
    log = a_room()
    odd: list[dict[str, Any]] = [
        {"ops": [["main", 10**6, 10**6, "x"]], "client_at_us": 2**53},
        {"ops": [["main", 0, 1, "\ud800"], ["main", 1, 0, "\udc00"], ["f9", 0, 0, ""]], "client_at_us": 0},
        {"ops": [["main", 0, 0, "\ud800😀"]], "client_at_us": 5},
        {"ops": [], "client_at_us": 6},
    ]
    for n, body in enumerate(odd, start=1):
        log.add(n, CANDIDATE, "paste", page="x", n=n, client_at_us=0, chars=9, lines=1, own=True)
        log.add(n, CANDIDATE, "edit", **{"page": "x", "n": n, "origin": "typed", "update": "", **body})
    assert process_metrics(log.events, CANDIDATE)


def test_an_update_that_says_the_same_twice_is_one_edit() -> None:
    table = Table(allowed=Allowed(metrics=True))
    own = table.page(CANDIDATE)
    update = table.clients[own].insert(0, "x")
    table.edit(own, update, n=1)
    table.edit(own, update, n=1)
    assert base64.b64encode(update).decode() in str(table.log)
    happenings, at_us = happenings_of(recorded(table), CANDIDATE)
    assert len(happenings) == len(at_us) == 1
