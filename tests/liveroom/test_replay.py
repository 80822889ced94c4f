"""A timeline played back is what the pages of the live room were told, for those who may see it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keystroke.timeline import Event, line
from liveroom.api import Replay, ReplayFrame
from liveroom.messages import (
    Blob,
    CaretMoved,
    CheckResult,
    CheckRound,
    ChecksChanged,
    DisplayOutput,
    FailureOutput,
    FocusChanged,
    FromServer,
    KernelChanged,
    Note,
    NoteChanged,
    OutputAdded,
    OutputsCleared,
    Part,
    Pasted,
    PeopleChanged,
    Person,
    Place,
    Role,
    RoomEnded,
    RoomReopened,
    RoomView,
    RunFinished,
    RunRequested,
    RunStarted,
    RunView,
    StreamOutput,
    TextEdited,
    Timer,
    TimerChanged,
)
from liveroom.replay import NoReplay, decode_events, replay, text_at

VIEW = RoomView("r7", "Attention", "live", "ended", "2026-03-02T14:00:00Z", "Mend it.", [], guide="Listen.")
ADA = {"participant": "p1", "name": "Ada", "role": "interviewer", "colour": "#112233"}
CLEO = {"participant": "p3", "name": "Cleo", "role": "candidate", "colour": "#445566"}


class Log:
    """A timeline in the making: each event one second after the one before."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, participant: str | None, kind: str, body: dict[str, Any], audience: str = "all") -> "Log":
        seq = len(self.events) + 1
        self.events.append(Event(seq, seq * 1_000_000, participant, kind, audience, body))
        return self

    def edit(self, participant: str | None, *ops: list[Any], late: bool = False) -> "Log":
        body: dict[str, Any] = {"origin": "typed", "ops": [*ops], "update": ""}
        return self.add(participant, "edit", body | ({"late": True} if late else {}))


def played(log: Log, notes: Log | None = None, role: Role = "interviewer", participant: str = "p1") -> Replay:
    return replay(VIEW, log.events, notes.events if notes else [], role=role, participant=participant)


def messages(log: Log) -> list[FromServer]:
    return [frame.message for frame in played(log).frames]


def test_what_is_shown_is_counted_without_gaps_so_that_nobody_sees_whether_keys_were_recorded() -> None:
    def log(*, keys: bool) -> Log:
        typed = Log().add("p3", "participant", CLEO)
        for letter in "abc":
            if keys:
                typed.add("p3", "keys", {"page": "x", "n": 1, "keys": [[5, "down", "KeyA", 0]]})
            typed.edit("p3", ["main", 0, 0, letter])
        return typed

    declined, agreed = (played(log(keys=keys)).frames for keys in (False, True))
    assert [frame.seq for frame in agreed] == [frame.seq for frame in declined] == [1, 2, 3, 4]


def test_people_come_and_go_tab_by_tab() -> None:
    log = (
        Log()
        .add("p3", "participant", CLEO)
        .add("p3", "join", {"connection": 1})
        .add("p3", "join", {"connection": 2})
        .add("p3", "leave", {"connection": 1})
    )
    cleo = Person("p3", "Cleo", "candidate", "#445566")
    here = [PeopleChanged([msgspec.structs.replace(cleo, here=count)]) for count in (0, 1, 2, 1)]
    assert messages(log) == here
    assert played(log).people == [cleo]


def test_the_starter_is_the_text_before_the_first_frame() -> None:
    log = Log().add(None, "room", {}).edit(None, ["main", 0, 0, "# %%\n"]).edit("p3", ["main", 5, 0, "x"])
    assert played(log).starter == "# %%\n"
    assert messages(log) == [TextEdited("p3", "typed", [("main", 5, 0, "x")])]


def test_a_first_edit_by_a_person_is_no_starter() -> None:
    log = Log().edit("p3", ["main", 0, 0, "x"])
    assert played(log).starter == ""
    assert messages(log) == [TextEdited("p3", "typed", [("main", 0, 0, "x")])]


def test_a_run_is_played_as_it_was_told() -> None:
    picture = {"type": "display", "parts": [{"mime": "image/png", "blob": {"sha256": "a" * 64, "size": 9}}]}
    failure = {"type": "failure", "name": "ValueError", "message": "no", "traceback": ["line"]}
    log = (
        Log()
        .add(
            "p3", "run", {"run": "run-1", "source": "f()", "place": ["main", "AAE=", 4], "page": "x", "n": 1}
        )
        .add(None, "run-started", {"run": "run-1"})
        .add(None, "output", {"run": "run-1", "output": {"type": "stream", "name": "stdout", "text": "1"}})
        .add(None, "outputs-cleared", {"run": "run-1"})
        .add(None, "output", {"run": "run-1", "output": picture, "slot": "d1"})
        .add(None, "output", {"run": "run-1", "output": failure})
        .add(
            None,
            "run-finished",
            {"run": "run-1", "state": "error", "execution_count": 3, "reason": "Failed."},
        )
    )
    blob = Part("image/png", blob=Blob("a" * 64, 9))
    assert messages(log) == [
        RunRequested(RunView("run-1", "p3", "f()", Place("main", "AAE=", 4), "queued", 1_000_000)),
        RunStarted("run-1", 2_000_000),
        OutputAdded("run-1", StreamOutput("stdout", "1")),
        OutputsCleared("run-1"),
        OutputAdded("run-1", DisplayOutput([blob]), "d1"),
        OutputAdded("run-1", FailureOutput("ValueError", "no", ["line"])),
        RunFinished("run-1", "error", 7_000_000, 3, "Failed."),
    ]


def test_everything_else_that_a_page_shows_is_played() -> None:
    log = (
        Log()
        .add("p3", "caret", {"file": "main", "anchor": 1, "head": 2})
        .add("p3", "paste", {"page": "x", "n": 1, "client_at_us": 0, "chars": 9, "lines": 1, "own": True})
        .add("p3", "focus", {"page": "x", "n": 2, "client_at_us": 0, "focused": False})
        .add(None, "kernel", {"state": "lost", "reason": "It died.", "fresh": True})
        .add("p1", "timer", {"minutes": 70, "started_at_us": 0, "ends_at_us": 4_200_000_000})
        .add("p1", "ended", {})
        .add("p1", "reopened", {})
    )
    assert messages(log) == [
        CaretMoved("p3", "main", 1, 2),
        Pasted("p3", 9, own=True),
        FocusChanged("p3", False),
        KernelChanged("lost", "It died.", fresh=True),
        TimerChanged(Timer(70, 0, 4_200_000_000), 5_000_000, "p1"),
        RoomEnded(6_000_000, "p1"),
        RoomReopened(7_000_000, "p1"),
    ]


def test_a_round_of_checks_keeps_who_asked_and_when() -> None:
    results = [{"name": "check_a", "sentence": "It adds.", "passed": True}]
    log = (
        Log()
        .add("p1", "checks", {"round": "checks-1", "which": "visible", "results": None, "problem": None})
        .add(None, "checks", {"round": "checks-1", "which": "visible", "results": results, "problem": None})
    )
    asked = CheckRound("checks-1", "visible", "p1", 1_000_000)
    done = msgspec.structs.replace(asked, results=[CheckResult("check_a", "It adds.", True)])
    assert messages(log) == [ChecksChanged(asked), ChecksChanged(done)]


def test_kinds_that_no_page_shows_are_passed_over() -> None:
    log = Log().add(None, "room", {}).add("p3", "keys", {"keys": []}).add("p3", "from-next-year", {"a": 1})
    assert messages(log) == []
    assert played(log).duration_us == 3_000_000


def test_a_late_edit_stands_at_its_arrival_and_says_so() -> None:
    frames = played(Log().edit("p3", ["main", 0, 0, "x"], late=True)).frames
    assert frames == [
        ReplayFrame(1, 1_000_000, TextEdited("p3", "typed", [("main", 0, 0, "x")]), late=True),
    ]


@pytest.mark.parametrize(("role", "participant"), [("candidate", "p3"), ("observer", "p2")])
def test_what_is_the_panels_stays_with_the_panel(role: Role, participant: str) -> None:
    hidden = {"round": "checks-1", "which": "hidden", "results": None, "problem": None}
    log = Log().add("p1", "participant", ADA).add("p1", "checks", hidden, "panel")
    notes = Log().add("p1", "note", {"note": "n1", "text": "Quick.", "at_us": 1_000_000}, "panel")
    theirs, panels = played(log, notes, role, participant), played(log, notes)
    assert [type(frame.message) for frame in theirs.frames] == [PeopleChanged]
    assert theirs.view.guide is None
    assert panels.view.guide == "Listen."
    assert [type(frame.message) for frame in panels.frames] == [PeopleChanged, NoteChanged, ChecksChanged]


def test_an_observers_note_is_theirs_alone() -> None:
    notes = Log().add("p2", "note", {"note": "n1", "text": "Calm.", "at_us": 1_000_000}, "p2")
    own = played(Log(), notes, "observer", "p2").frames
    assert [frame.message for frame in own] == [NoteChanged(Note("n1", "p2", 1_000_000, "Calm."))]
    assert played(Log(), notes, "owner", "p4").frames == []


def test_a_deleted_replay_reads_like_one_that_never_was() -> None:
    with pytest.raises(NoReplay, match="This room has no replay"):
        replay(VIEW, [], [], role="owner", participant="p4", deleted=True)


def test_text_is_counted_in_utf_16_units() -> None:
    log = (
        Log()
        .edit(None, ["main", 0, 0, "a😀b"])
        .edit("p3", ["main", 3, 1, "c"])
        .edit("p3", ["main", 1, 2, ""], ["notes", 0, 0, "é"])
    )
    assert text_at(log.events, 1_999_999) == {"main": "a😀b"}
    assert text_at(log.events, 2_000_000) == {"main": "a😀c"}
    assert text_at(log.events, 3_000_000) == {"main": "ac", "notes": "é"}


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), st.text(max_size=6)), max_size=30))
def test_text_at_any_instant_is_what_splicing_gives(edits: list[tuple[int, int, str]]) -> None:
    log, texts = Log(), [""]
    for start, deleted, inserted in edits:
        before = texts[-1]
        start, end = min(start, len(before)), min(start + deleted, len(before))
        log.edit("p3", ["main", units(before[:start]), units(before[start:end]), inserted])
        texts.append(before[:start] + inserted + before[end:])
    for number, text in enumerate(texts):
        assert text_at(log.events, number * 1_000_000).get("main", "") == text


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_stored_lines_are_read_as_events() -> None:
    stored = [line(1, 5, None, "room", "all", {"title": "Ω"}), line(2, 9, "p1", "ended", "all", {})]
    assert decode_events(stored) == [
        Event(1, 5, None, "room", "all", {"title": "Ω"}),
        Event(2, 9, "p1", "ended", "all", {}),
    ]
