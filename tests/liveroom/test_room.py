"""The room's decisions: who may do what, what is recorded, and what a rebuilt room remembers."""

import base64
import hashlib
import json

import pytest

from kernels.outputs import Display, Failure, Finished, Stream
from liveroom import frames, lib0
from liveroom.close_codes import (
    BAD_FRAME,
    ENDED,
    NOT_ALLOWED,
    OTHER_HISTORY,
    TRY_AGAIN,
)
from liveroom.effects import (
    Acknowledge,
    Close,
    Interrupt,
    Judge,
    Mark,
    Record,
    Relay,
    ReleaseKernel,
    Restart,
    Send,
    StartRun,
)
from liveroom.messages import (
    BadMessage,
    CheckResult,
    ChecksChanged,
    Edit,
    EditOrigin,
    EndRoom,
    ExtendTime,
    Focus,
    Hello,
    InterruptRun,
    Keys,
    NoteChanged,
    OutputAdded,
    Refused,
    RestartKernel,
    RoomEnded,
    RunChecks,
    RunFinished,
    RunRequested,
    SetUp,
    StartOver,
    StreamOutput,
    TimerChanged,
    Welcome,
    WriteNote,
    decode,
)
from liveroom.people import Allowed
from tests.support.rooms import Table, of, records, told
from tests.support.yjs import Client

MINUTE = 60_000_000


def test_the_starter_is_the_first_edit_and_the_servers_own() -> None:
    table = Table(starter="# %%\n")
    assert records(table.log) == ["room", "edit"]
    assert str(table.room.document) == "# %%\n"


@pytest.mark.parametrize("origin", ["pasted", "dropped"])
def test_text_that_came_whole_is_known_again_by_its_length_and_hash(origin: EditOrigin) -> None:
    table = Table()
    candidate = table.page("p3")
    effects = table.edit(candidate, table.clients[candidate].insert(0, "naïve 🌴"), origin=origin)
    body = of(effects, Record)[0].body
    assert body["chars"] == 8
    assert body["sha256"] == hashlib.sha256("naïve 🌴".encode()).hexdigest()
    assert "sha256" not in of(table.write(candidate, "x"), Record)[0].body


def test_an_edit_is_recorded_relayed_and_then_acknowledged() -> None:
    table = Table()
    candidate = table.page("p3")
    effects = table.write(candidate, "x")
    assert [type(e) for e in effects] == [Record, Relay, Acknowledge]
    record = of(effects, Record)[0]
    assert (record.participant, record.kind, record.page, record.n) == ("p3", "edit", "page1", 1)
    assert record.body["ops"] == [("main", 0, 0, "x")]
    assert record.body["origin"] == "typed"


def test_a_resend_is_acknowledged_and_recorded_once() -> None:
    table = Table()
    candidate = table.page("p3")
    update = table.clients[candidate].insert(0, "x")
    table.edit(candidate, update, n=1)
    assert [type(e) for e in table.edit(candidate, update, n=1)] == [Acknowledge]
    assert str(table.room.document) == "x"


def test_a_page_that_comes_back_is_told_only_of_what_is_on_disk() -> None:
    table = Table()
    candidate = table.page("p3")
    for text in "abc":
        table.write(candidate, text)
    table.room.durable("page1", 2)
    table.room.leave(candidate, 0)
    table.room.join(candidate, "p3", speaks_text=True, allowed=Allowed(), now=0)
    hello = Hello("page1", table.clients[candidate].id)
    assert told(table.room.receive(candidate, hello, 0), Welcome)[0].saved == 2


def test_a_frame_after_one_that_never_came_is_not_taken() -> None:
    table = Table()
    candidate = table.page("p3")
    first, second = table.clients[candidate].insert(0, "a"), table.clients[candidate].insert(1, "b")
    assert [e.code for e in of(table.edit(candidate, second, n=2), Close)] == [TRY_AGAIN]
    table.edit(candidate, first, n=1)
    table.edit(candidate, second, n=2)
    assert str(table.room.document) == "ab"


def test_what_a_page_typed_before_it_heard_of_the_refusal_is_not_taken() -> None:
    table = Table()
    candidate = table.page("p3")
    table.edit(candidate, b"garbage")
    assert table.write(candidate, "x") == []
    hello = Hello("page-new", Client().id)
    assert of(table.room.receive(candidate, hello, 0), Close), "another page id needs another connection"
    assert told(table.room.receive(candidate, Hello("page1", Client().id, next=3), 0), Welcome)


def test_refused_frames_leave_a_gap_that_the_page_tells_of_when_it_comes_back() -> None:
    table = Table(allowed=Allowed())
    candidate = table.page("p3")
    table.room.receive(candidate, Focus("page1", table.next_n(candidate), 0, True), 0)
    assert of(table.write(candidate, "x"), Acknowledge)[0].n == 2
    table.room = table.rebuilt()
    table.room.join(candidate, "p3", speaks_text=True, allowed=Allowed(), now=0)
    table.room.receive(candidate, Hello("page1", table.clients[candidate].id, next=3), 0)
    assert of(table.write(candidate, "y"), Acknowledge)[0].n == 3


def test_an_edit_that_arrives_after_a_gap_says_that_it_is_late() -> None:
    table = Table()
    candidate = table.page("p3")
    update = table.clients[candidate].insert(0, "x")
    edit = Edit("page1", 1, 10_000_000, "typed", base64.b64encode(update).decode())
    record = of(table.room.receive(candidate, edit, 60_000_000), Record)[0]
    assert (record.at_us, record.body["client_at_us"], record.body["late"]) == (60_000_000, 10_000_000, True)


def test_a_refused_edit_starts_the_page_over_and_is_not_acknowledged() -> None:
    table = Table()
    candidate = table.page("p3")
    effects = table.edit(candidate, Client("forged").whole().replace(b"content", b"another"))
    assert [type(e) for e in effects if not isinstance(e, Record)]
    assert not of(effects, Acknowledge)
    assert told(effects, Refused)[0].n == 1
    assert told(effects, StartOver)[0].history == "h1"
    assert records(effects) == ["refused"]
    assert str(table.room.document) == ""


def test_structs_under_anothers_id_are_refused_on_the_page_and_close_a_stock_client() -> None:
    table = Table()
    interviewer, candidate, stock = table.page("p1"), table.page("p3"), table.stock("p4")
    table.write(interviewer, "ab")
    later = table.clients[interviewer].insert(2, "c")
    assert told(table.edit(candidate, later), Refused)
    closed = of(table.room.receive_binary(stock, frames.update(later), 0), Close)
    assert closed[0].code == NOT_ALLOWED
    assert str(table.room.document) == "ab"


def test_a_stock_clients_step_2_of_another_history_closes_it_with_4409() -> None:
    table = Table()
    interviewer, stock = table.page("p1"), table.stock("p4")
    table.write(interviewer, "ab")
    foreign = Client("x")
    foreign.apply(table.clients[interviewer].whole())
    other = table.clients[interviewer]
    other.insert(0, "unsent")
    closed = of(table.room.receive_binary(stock, frames.step_2(other.whole()), 0), Close)
    assert closed[0].code == OTHER_HISTORY


def test_a_stock_client_that_left_one_out_is_asked_to_come_again() -> None:
    table = Table()
    stock = table.stock("p4")
    client = table.clients[stock]
    client.insert(0, "a")
    later = client.insert(1, "b")
    assert of(table.room.receive_binary(stock, frames.update(later), 0), Close)[0].code == TRY_AGAIN


def test_a_stock_client_is_served_at_once_and_its_edits_are_recorded() -> None:
    table = Table(starter="hi")
    stock = table.stock("p4")
    greetings = of(table.log, Send)
    assert greetings[0].frame == frames.step_1(table.room.document.state())
    update = table.clients[stock].insert(2, "!")
    assert records(table.room.receive_binary(stock, frames.update(update), 0)) == ["edit"]
    answer = of(table.room.receive_binary(stock, frames.step_1(b"\x00"), 0), Send)
    assert frames.read(answer[0].frame).kind == "step-2"
    assert str(table.room.document) == "hi!"


def test_an_observer_may_answer_step_1_but_not_write_or_run() -> None:
    table = Table(starter="hi")
    observer, stock = table.page("p2"), table.stock("p2")
    assert not of(table.room.receive_binary(stock, frames.step_2(table.clients[stock].whole()), 0), Close)
    written = table.clients[stock].insert(0, "x")
    assert of(table.room.receive_binary(stock, frames.update(written), 0), Close)[0].code == NOT_ALLOWED
    assert told(table.run(observer, "1"), Refused)
    assert told(table.write(observer, "y"), StartOver)
    assert str(table.room.document) == "hi"


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00", b"\x00\x02\xff\xff", b"\x09\x00", b"\x00\x07\x00", b"\x01\x05ab", b"\x00\x02\x02\x01\x01"],
)
def test_a_bad_binary_frame_closes_its_sender_alone(data: bytes) -> None:
    table = Table()
    bad, good = table.stock("p1"), table.stock("p4")
    closed = of(table.room.receive_binary(bad, data, 0), Close)
    assert [(c.connection, c.code) for c in closed] == [(bad, BAD_FRAME)]
    assert not of(table.room.receive_binary(good, frames.step_1(b"\x00"), 0), Close)


def test_a_page_has_to_say_hello_first_and_as_itself() -> None:
    table = Table()
    table.page("p1")
    connection = table.page("p4", page="page1")
    assert of(table.log, Close)[-1].connection == connection
    silent = table.page("p4")
    table.room.people.disconnect(silent)
    table.room.join(silent, "p4", speaks_text=True, allowed=Allowed(), now=0)
    assert of(table.room.receive(silent, InterruptRun(), 0), Close)[0].code == BAD_FRAME


def test_a_room_is_rebuilt_from_its_log_as_it_was() -> None:
    table = Table(starter="# %%\n", kind="live")
    interviewer, candidate = table.page("p1"), table.page("p3")
    table.write(candidate, "import torch\n", at=5)
    table.run(candidate, "import torch")
    table.did(table.room.kernel.output("run-1", Stream("stdout", "1\n"), 5))
    table.did(table.room.kernel.output("run-1", Finished("ok", 1, 0.1), 6))
    table.run(interviewer, "while True: pass")
    table.did(table.room.receive(interviewer, WriteNote("n1", "careful"), 7))
    table.did(table.room.receive(interviewer, ExtendTime(10), 8))
    rebuilt = table.rebuilt()
    assert str(rebuilt.document) == str(table.room.document)
    assert rebuilt.timer == table.room.timer
    assert rebuilt.state == "open"
    first, second = rebuilt.runs.views()
    assert first == table.room.runs.views()[0]
    assert (second.state, second.reason) == (
        "died",
        "The server restarted while this ran; run the cell again.",
    )
    assert [r.body["connection"] for r in of(table.recovery, Record) if r.kind == "leave"] == [1, 2]
    # What was recorded stays recorded: a resend after the restart adds nothing.
    assert rebuilt.has("page2", 2)
    assert not rebuilt.has("page2", 3)


def test_the_candidates_first_arrival_opens_the_room_and_starts_the_clock_once() -> None:
    table = Table()
    table.page("p1")
    assert (table.room.state, table.room.timer.ends_at_us) == ("waiting", None)
    table.now = MINUTE
    table.page("p3")
    table.now = 9 * MINUTE
    table.page("p3")
    assert of(table.log, Mark) == [Mark("open")]
    assert table.room.timer.ends_at_us == 61 * MINUTE


def test_ten_minutes_more_are_the_interviewers_to_give() -> None:
    table = Table()
    interviewer, candidate = table.page("p1"), table.page("p3")
    assert told(table.room.receive(candidate, ExtendTime(10), 0), Refused)
    changed = told(table.room.receive(interviewer, ExtendTime(10), 0), TimerChanged)
    assert changed[0].timer.ends_at_us == 70 * MINUTE


def test_minutes_given_before_the_start_count_from_the_start() -> None:
    table = Table()
    interviewer = table.page("p1")
    assert told(table.room.receive(interviewer, ExtendTime(15), 0), TimerChanged)[0].timer.ends_at_us is None
    table.now = 5 * MINUTE
    table.page("p3")
    assert table.room.timer.ends_at_us == (5 + 60 + 15) * MINUTE


def test_a_room_reopened_before_anybody_came_starts_its_clock_with_the_candidate() -> None:
    table = Table(kind="take-home")
    assert records(table.room.end(None, 0)) == ["ended"]
    table.room.reopen(None, 1)
    table.now = MINUTE
    table.page("p3")
    assert table.room.alarm_at_us() == 61 * MINUTE


def test_whoever_ends_or_reopens_a_room_from_outside_is_introduced_on_the_timeline() -> None:
    table = Table()
    assert records(table.room.end("p1", 0)) == ["participant", "ended"]
    assert records(table.room.reopen("p3", 1))[:2] == ["participant", "reopened"]
    assert records(table.room.end("p1", 2)) == ["ended"]


def test_keys_are_taken_from_a_candidate_who_consented_and_from_nobody_else() -> None:
    keys = [(5, "down", "KeyA", 0), (9, "up", "KeyA", 0)]
    for participant, allowed, taken in (
        ("p3", Allowed(typing=True), True),
        ("p3", Allowed(), False),
        ("p1", Allowed(), False),
    ):
        table = Table(allowed=allowed)
        connection = table.page(participant)
        welcome = told(table.log, Welcome)[-1]
        assert welcome.record_keys is taken
        effects = table.room.receive(connection, Keys("page1", 1, keys), 10)  # type: ignore[arg-type]
        assert records(effects) == (["keys"] if taken else [])
        assert bool(told(effects, Refused)) is not taken
        focus = table.room.receive(connection, Focus("page1", 2, 5, False), 10)
        assert records(focus) == []


def test_what_keys_are_typed_on_is_taken_from_a_candidate_who_consented_and_from_nobody_else() -> None:
    set_up = SetUp("page1", 1, 5, True, "linux", "chromium", False, tick_us=100)
    for participant, allowed, taken in (
        ("p3", Allowed(typing=True), True),
        ("p3", Allowed(metrics=True), False),
        ("p1", Allowed(), False),
    ):
        table = Table(allowed=allowed)
        connection = table.page(participant)
        effects = table.room.receive(connection, set_up, 10)
        assert bool(told(effects, Refused)) is not taken
        bodies = [record.body for record in of(effects, Record)]
        facts: dict[str, object] = {"client_at_us": 5, "tick_us": 100, "isolated": True, "platform": "linux"}
        facts |= {"browser": "chromium", "layout": None, "touch": False}
        assert bodies == ([{"page": "page1", "n": 1, **facts}] if taken else [])
        assert not of(table.room.receive(connection, set_up, 11), Record)  # a resend


@pytest.mark.parametrize(
    "bad",
    [
        {"tickUs": 0},
        {"tickUs": 1_000_001},
        {"tickUs": 1.5},
        {"platform": "my own laptop"},
        {"browser": "Chromium 130.0.6723.58"},
        {"layout": "qwertyuiop"},
        {"touch": 1},
        {"isolated": None},
        {"fonts": []},
    ],
)
def test_a_set_up_says_no_more_than_it_may(bad: dict[str, object]) -> None:
    frame = {"type": "set-up", "page": "page1", "n": 1, "clientAtUs": 5, "isolated": True}
    frame |= {"platform": "mac", "browser": "safari", "touch": False}
    assert isinstance(decode(json.dumps(frame)), SetUp)
    with pytest.raises(BadMessage):
        decode(json.dumps(frame | bad))


KEY = [5, "down", "KeyA", 0]


@pytest.mark.parametrize("keys", [[KEY], [[5, "lost", "", 0]], [[2**53 - 1, "up", "x" * 24, 15]] * 256])
def test_keys_are_taken_within_their_bounds(keys: list[list[object]]) -> None:
    assert isinstance(decode(json.dumps({"type": "keys", "page": "page1", "n": 1, "keys": keys})), Keys)


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [KEY] * 257,
        [KEY[:3]],
        [[*KEY, 0]],
        [[-1, *KEY[1:]]],
        [[5.5, *KEY[1:]]],
        [[2**53, *KEY[1:]]],
        [[5, "held", *KEY[2:]]],
        [[5, "down", "x" * 25, 0]],
        [[5, "down", "KeyA", 16]],
        [[5, "down", "KeyA", -1]],
        [[5, "down", "KeyA", True]],
    ],
)
def test_keys_past_their_bounds_are_no_frame(keys: list[list[object]]) -> None:
    with pytest.raises(BadMessage):
        decode(json.dumps({"type": "keys", "page": "page1", "n": 1, "keys": keys}))


def test_runs_queue_and_start_one_after_the_other() -> None:
    table = Table()
    candidate, interviewer = table.page("p3"), table.page("p1")
    assert [e.source for e in of(table.run(candidate, "a"), StartRun)] == ["a"]
    assert not of(table.run(interviewer, "b"), StartRun)
    ended = table.did(table.room.kernel.output("run-1", Finished("ok", 1, 0.1), 5))
    assert [e.source for e in of(ended, StartRun)] == ["b"]
    assert told(ended, RunFinished)[0].execution_count == 1


def test_after_a_failure_the_same_persons_waiting_runs_are_cancelled_and_others_go_on() -> None:
    table = Table()
    candidate, interviewer = table.page("p3"), table.page("p1")
    for connection, source in ((candidate, "a"), (candidate, "b"), (interviewer, "c")):
        table.run(connection, source)
    table.room.kernel.output("run-1", Failure("ValueError", "no", ["ValueError: no"]), 5)
    ended = table.room.kernel.output("run-1", Finished("error", 1, 0.1), 5)
    assert [(f.run, f.state) for f in told(ended, RunFinished)] == [
        ("run-1", "error"),
        ("run-2", "cancelled"),
    ]
    assert [e.run for e in of(ended, StartRun)] == ["run-3"]


def test_interrupting_stops_what_runs_and_cancels_what_waits() -> None:
    table = Table()
    candidate = table.page("p3")
    table.run(candidate, "a")
    table.run(candidate, "b")
    effects = table.room.receive(candidate, InterruptRun(), 5)
    assert of(effects, Interrupt)
    assert [(f.run, f.state) for f in told(effects, RunFinished)] == [("run-2", "cancelled")]


def test_a_late_joiner_finds_the_outputs_that_the_others_saw() -> None:
    table = Table()
    candidate = table.page("p3")
    table.run(candidate, "a")
    for item in (Stream("stdout", "1\n"), Stream("stdout", "2\n"), Display({"text/plain": "x"}, slot="d")):
        table.room.kernel.output("run-1", item, 5)
    table.room.kernel.output("run-1", Display({"text/plain": "y"}, slot="d", update=True), 6)
    table.page("p2")
    outputs = told(table.log, Welcome)[-1].runs[0].outputs
    assert outputs[0].output == StreamOutput("stdout", "1\n2\n")
    assert [o.slot for o in outputs] == [None, "d"]
    assert outputs[1].output.parts[0].text == "y"  # type: ignore[union-attr]


def test_large_outputs_travel_as_blobs_and_long_prints_in_pieces() -> None:
    table = Table()
    table.run(table.page("p3"), "a")
    picture = "iVBORw0KGgo" * 4000
    effects = table.room.kernel.output(
        "run-1", Display({"image/png": picture + "A" * (-len(picture) % 4)}), 5
    )
    part = told(effects, OutputAdded)[0].output.parts[0]  # type: ignore[union-attr]
    assert part.text is None
    assert part.blob is not None
    assert part.blob.size == 33_000
    pieces = told(table.room.kernel.output("run-1", Stream("stdout", "x" * 40_000), 6), OutputAdded)
    assert [len(p.output.text) for p in pieces] == [16_384, 16_384, 7_232]  # type: ignore[union-attr]


def test_a_dead_kernel_ends_the_run_with_its_reason_and_marks_variables_gone() -> None:
    table = Table()
    table.run(table.page("p3"), "a")
    effects = table.room.kernel.output("run-1", Finished("died", None, 1.0, "Out of memory."), 5)
    assert told(effects, RunFinished)[0].reason == "Out of memory."
    assert table.room.kernel.state == "lost"
    assert table.room.runs.views()[0].stale


def test_what_waited_for_a_kernel_that_died_is_cancelled_and_not_started() -> None:
    table = Table()
    candidate, interviewer = table.page("p3"), table.page("p1")
    table.run(candidate, "a")
    table.run(interviewer, "b")
    effects = table.room.kernel.output("run-1", Finished("died", None, 1.0, "Out of memory."), 5)
    assert [(f.run, f.state) for f in told(effects, RunFinished)] == [
        ("run-1", "died"),
        ("run-2", "cancelled"),
    ]
    assert not of(effects, StartRun)


def test_restart_cancels_and_says_who() -> None:
    table = Table()
    candidate = table.page("p3")
    table.run(candidate, "a")
    effects = table.room.receive(candidate, RestartKernel(), 5)
    assert told(effects, RunFinished)[0].reason == "P3 restarted the kernel."
    assert of(effects, Restart)


def test_a_run_that_a_restart_or_the_end_cut_off_says_nothing_more_of_the_kernel() -> None:
    for cut in (RestartKernel(), EndRoom()):
        table = Table()
        interviewer = table.page("p1")
        table.run(interviewer, "while True: pass")
        table.room.receive(interviewer, cut, 5)
        before = table.room.kernel.state
        assert (
            table.room.kernel.output("run-1", Finished("died", None, 1.0, "The kernel was restarted."), 6)
            == []
        )
        assert table.room.kernel.state == before


def test_notes_stay_with_interviewers_and_an_observers_with_the_observer() -> None:
    table = Table()
    interviewer, observer = table.page("p1"), table.page("p2")
    table.page("p3")
    by_interviewer = table.room.receive(interviewer, WriteNote("n1", "sharp"), 5)
    by_observer = table.room.receive(observer, WriteNote("n2", "hm"), 5)
    heard = {p: len(table.heard_by(p, by_interviewer + by_observer)) for p in ("p1", "p2", "p3", "p4")}
    assert heard == {"p1": 1, "p2": 1, "p3": 0, "p4": 1}
    assert {r.chain for r in of(by_interviewer, Record)} == {1}
    assert told(table.room.receive(table.page("p4"), WriteNote("n1", "mine"), 6), Refused)


def test_the_guide_hidden_checks_and_notes_are_absent_from_a_candidates_welcome() -> None:
    table = Table()
    interviewer = table.page("p1")
    table.did(table.room.receive(interviewer, WriteNote("n1", "sharp"), 5))
    table.did(table.room.receive(interviewer, RunChecks("hidden"), 5))
    table.page("p3")
    candidate = told(table.log, Welcome)[-1]
    table.page("p4")
    colleague = told(table.log, Welcome)[-1]
    assert (candidate.room.guide, candidate.notes, candidate.checks) == (None, [], [])
    assert colleague.room.guide == "Listen for leakage."
    assert (len(colleague.notes), len(colleague.checks)) == (1, 1)


def test_hidden_checks_are_refused_to_the_candidate_and_their_results_unheard() -> None:
    table = Table()
    interviewer, candidate = table.page("p1"), table.page("p3")
    assert told(table.room.receive(candidate, RunChecks("hidden"), 5), Refused)
    asked = table.room.receive(interviewer, RunChecks("hidden"), 5)
    assert of(asked, Judge) == [Judge("checks-1", "hidden", "")]
    assert told(table.room.receive(candidate, RunChecks("visible"), 5), Refused), "one round at a time"
    result = CheckResult("a", "It is so.", False, "It was not.")
    judged = table.room.judged("checks-1", [result], None, 6)
    assert not table.heard_by("p3", asked + judged)
    assert told(judged, ChecksChanged)[0].round.results == [result]
    assert of(judged, Record)[0].audience == "panel"


def test_ending_closes_the_candidate_and_takes_nothing_more() -> None:
    table = Table()
    interviewer, candidate = table.page("p1"), table.page("p3")
    assert told(table.room.receive(candidate, EndRoom(), 5), Refused)
    effects = table.room.receive(interviewer, EndRoom(), 5)
    assert [(c.connection, c.code) for c in of(effects, Close)] == [(candidate, ENDED)]
    assert told(effects, RoomEnded)
    assert of(effects, ReleaseKernel)
    assert of(effects, Mark) == [Mark("ended")]
    assert told(table.run(interviewer, "1"), Refused)
    assert told(table.write(interviewer, "late"), StartOver)
    again = table.room.join(candidate, "p3", speaks_text=True, allowed=Allowed(), now=6)
    assert [e.code for e in of(again, Close)] == [ENDED]
    assert records(table.room.reopen("p1", 7))[0] == "reopened"
    assert table.room.state == "open"


def test_a_take_home_is_submitted_by_its_candidate_or_by_the_clock() -> None:
    table = Table(kind="take-home")
    candidate = table.page("p3")
    assert table.room.alarm_at_us() == 60 * MINUTE
    assert table.room.tick(60 * MINUTE - 1) == []
    assert records(table.room.tick(60 * MINUTE))[0] == "ended"
    other = Table(kind="take-home")
    candidate = other.page("p3")
    assert told(other.room.receive(candidate, EndRoom(), 5), RoomEnded)[0].by == "p3"


def test_a_live_room_goes_on_past_its_time() -> None:
    table = Table()
    table.page("p3")
    assert table.room.alarm_at_us() is None
    assert table.room.tick(100 * MINUTE) == []


def test_presence_ends_with_its_connection_and_names_come_from_the_server() -> None:
    table = Table()
    first, second = table.page("p1"), table.page("p3")
    mine = table.clients[first].id
    state = b"\x01" + lib0.uint(mine) + b"\x01" + lib0.buffer(b'{"user":{"name":"Someone else"}}')
    assert of(table.room.receive_binary(first, frames.awareness(state), 0), Relay)
    forged = b"\x01" + lib0.uint(mine) + b"\x09" + lib0.buffer(b'{"cursor":1}')
    assert not table.room.receive_binary(second, frames.awareness(forged), 0)
    gone = table.room.leave(first, 5)
    assert b"null" in of(gone, Relay)[0].frame
    assert told(table.log, Welcome)[0].people[0].name == "P1"


def test_hello_with_another_history_starts_the_page_over() -> None:
    table = Table()
    connection = table.page("p1")
    effects = table.room.receive(connection, Hello("page1", table.clients[connection].id, "old"), 5)
    assert told(effects, StartOver)[0].history == "h1"


def test_the_queue_has_an_end() -> None:
    table = Table()
    candidate, interviewer = table.page("p3"), table.page("p1")
    askers = [candidate] * 60 + [interviewer] * 6
    asked = [bool(told(table.run(one, "a"), RunRequested)) for one in askers]
    assert asked == [True] * 65 + [False]


def test_a_note_reaches_its_readers_as_a_note() -> None:
    table = Table()
    interviewer = table.page("p1")
    note = told(table.room.receive(interviewer, WriteNote("n1", "sharp"), 5), NoteChanged)[0].note
    assert (note.by, note.at_us, note.text) == ("p1", 5, "sharp")
