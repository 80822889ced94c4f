"""What a room knows of its kernel: questions and their answers, words of an interrupt, and who may ask it what."""

import msgspec
import pytest

from kernels.outputs import Asked, Finished
from liveroom.effects import (
    Answer,
    Ask,
    ConnectionId,
    Effect,
    Interrupt,
    PrepareKernel,
    Record,
    ReleaseKernel,
)
from liveroom.messages import (
    AnswerQuestion,
    Complete,
    EndRoom,
    InputOutput,
    Inspect,
    KernelChanged,
    ListVariables,
    OutputAdded,
    Question,
    QuestionAsked,
    Refused,
    RestartKernel,
    SlottedOutput,
    Unanswered,
    Welcome,
)
from liveroom.quota import BYTES_MOST
from liveroom.room import Room
from liveroom.runs import Runs
from tests.support.rooms import Table, of, records, told

NOTICE = "The kernel was ended after 30 minutes without anyone here."


def asking(*, hidden: bool = False) -> tuple[Table, ConnectionId]:
    """A room whose first run, the candidate's, asks for a name."""
    table = Table()
    candidate = table.page("p3")
    table.run(candidate, "input('Name? ')")
    table.did(table.room.kernel.changed("busy", 4))
    table.did(table.room.kernel.output("run-1", Asked("Name? ", hidden), 5))
    return table, candidate


def put(effects: list[Effect]) -> list[InputOutput]:
    return [m.output for m in told(effects, OutputAdded) if isinstance(m.output, InputOutput)]


def test_everyone_hears_what_a_run_asks_and_it_is_recorded() -> None:
    table = Table()
    candidate = table.page("p3")
    table.run(candidate, "input('Name? ')")
    effects = table.did(table.room.kernel.output("run-1", Asked("Name? "), 5))
    question = Question(1, "Name? ")
    assert [table.heard_by(person, effects) for person in ("p1", "p2", "p3")] == [
        [QuestionAsked("run-1", question)]
    ] * 3
    assert of(effects, Record) == [
        Record(None, "question", {"run": "run-1", "question": 1, "prompt": "Name? ", "hidden": False}, 5)
    ]
    late = table.page("p2")
    (welcome,) = told(table.hello(late), Welcome)
    assert welcome.runs[0].question == question


def test_the_first_answer_counts_whoever_gave_it() -> None:
    table, candidate = asking()
    ivy = table.page("p1")
    answered = table.send(ivy, AnswerQuestion("run-1", 1, "Ada"))
    assert of(answered, Answer) == [Answer("Ada")]
    assert put(answered) == [InputOutput("Name? ", "p1", "Ada")]
    (record,) = of(answered, Record)
    assert (record.participant, record.kind, record.body["run"]) == ("p1", "output", "run-1")
    assert table.send(candidate, AnswerQuestion("run-1", 1, "Eve")) == []
    assert table.room.runs.views()[0].question is None


def test_the_answer_to_an_earlier_question_is_not_taken_for_the_next() -> None:
    table, candidate = asking()
    table.send(candidate, AnswerQuestion("run-1", 1, "Ada"))
    table.did(table.room.kernel.output("run-1", Asked("Sure? "), 6))
    assert table.send(candidate, AnswerQuestion("run-1", 1, "Ada")) == []
    assert of(table.send(candidate, AnswerQuestion("run-1", 2, "yes")), Answer) == [Answer("yes")]


def test_a_hidden_answer_goes_to_the_kernel_alone() -> None:
    table, candidate = asking(hidden=True)
    answered = table.send(candidate, AnswerQuestion("run-1", 1, "swordfish"))
    assert of(answered, Answer) == [Answer("swordfish")]
    assert put(answered) == [InputOutput("Name? ", "p3", None)]
    others = [effect for effect in answered if not isinstance(effect, Answer)]
    assert "swordfish" not in repr(others)
    assert "swordfish" not in repr(table.room.runs.views())


def test_an_observer_does_not_answer() -> None:
    table, _ = asking()
    olaf = table.page("p2")
    refused = table.send(olaf, AnswerQuestion("run-1", 1, "Ada"))
    assert told(refused, Refused)
    assert not of(refused, Answer)
    assert table.room.runs.views()[0].question is not None


@pytest.mark.parametrize("end", ["interrupted", "died", "restart", "lost", "room"])
def test_the_end_of_the_run_is_the_end_of_its_question(end: str) -> None:
    table, candidate = asking()
    match end:
        case "interrupted" | "died":
            table.did(table.room.kernel.output("run-1", Finished(end, None, 1.0), 6))
        case "restart":
            table.send(candidate, RestartKernel())
        case "lost":
            table.did(table.room.kernel.changed("lost", 6, reason="The kernel host was lost.", fresh=True))
        case _:
            table.send(table.page("p1"), EndRoom())
    assert table.room.runs.views()[0].question is None
    assert not of(table.send(candidate, AnswerQuestion("run-1", 1, "Ada")), Answer)
    assert table.rebuilt().runs.views()[0].question is None


def test_a_room_built_anew_from_its_log_knows_the_question_and_the_answer() -> None:
    table, candidate = asking()
    kinds = {"run", "run-started", "question", "output"}

    def restored() -> Runs:
        runs = Runs()
        for record in of(table.log, Record):
            if record.kind in kinds:
                runs.restore(record.kind, record.participant, record.at_us, dict(record.body))
        return runs

    assert restored().views()[0].question == Question(1, "Name? ")
    table.send(candidate, AnswerQuestion("run-1", 1, "Ada"))
    (view,) = restored().views()
    assert view.question is None
    assert view.outputs == [SlottedOutput(InputOutput("Name? ", "p3", "Ada"))]


def test_a_question_that_nobody_could_be_asked_ends_its_run() -> None:
    table, _ = asking()
    table.room.quota.kept = 2 * BYTES_MOST
    effects = table.room.kernel.output("run-1", Asked("More? "), 6)
    assert of(effects, Interrupt)
    assert not told(effects, QuestionAsked)


def test_a_full_room_still_asks_while_people_may_write() -> None:
    table, _ = asking()
    table.room.quota.kept = BYTES_MOST
    assert told(table.room.kernel.output("run-1", Asked("More? "), 6), QuestionAsked)


# --- a second interrupt


def test_the_word_of_an_interrupt_is_told_until_the_run_is_over() -> None:
    table, _ = asking()
    said = table.did(table.room.kernel.answered_interrupt("Only a restart will help.", 6))
    assert told(said, KernelChanged) == [KernelChanged("busy", "Only a restart will help.")]
    assert records(said) == ["kernel"]
    assert told(table.hello(table.page("p1")), Welcome)[0].kernel_reason == "Only a restart will help."
    ended = table.room.kernel.output("run-1", Finished("interrupted", 1, 1.0), 7)
    assert told(ended, KernelChanged) == [KernelChanged("ready")]
    assert table.room.kernel.answered_interrupt("Too late.", 8) == []


# --- asking the live kernel


@pytest.mark.parametrize("participant", ["p1", "p3"])
@pytest.mark.parametrize("asked", [Complete(7, "x.", 2), Inspect(7, "x", 1), ListVariables(7)])
def test_who_writes_may_ask_the_kernel_and_nothing_of_it_is_recorded(
    participant: str, asked: Complete | Inspect | ListVariables
) -> None:
    table = Table()
    me = table.page(participant)
    assert table.send(me, asked) == [Ask(me, asked)]


def test_an_observer_may_see_the_variables_and_no_more() -> None:
    table = Table()
    olaf = table.page("p2")
    assert table.send(olaf, ListVariables(1)) == [Ask(olaf, ListVariables(1))]
    for asked in (Complete(2, "x", 1), Inspect(2, "x", 1)):
        effects = table.send(olaf, asked)
        assert [message.ask for message in told(effects, Unanswered)] == [2]
        assert not of(effects, Ask)


def test_a_room_that_is_over_has_no_kernel_to_ask() -> None:
    table = Table()
    ivy = table.page("p1")
    table.send(ivy, EndRoom())
    effects = table.send(ivy, ListVariables(3))
    assert told(effects, Unanswered)[0].ask == 3
    assert not of(effects, Ask)


# --- a kernel that nobody came back to


def test_a_reclaimed_kernel_is_told_of_and_not_started_again_by_an_arrival() -> None:
    table = Table()
    candidate = table.page("p3")
    table.run(candidate, "x = 1")
    table.did(table.room.kernel.output("run-1", Finished("ok", 1, 0.1), 5))
    table.did(table.room.leave(candidate, 6))
    effects = table.did(table.room.kernel.reclaim(NOTICE, 7))
    assert told(effects, KernelChanged) == [KernelChanged("none", NOTICE, fresh=True)]
    assert of(effects, ReleaseKernel)
    assert table.room.runs.views()[0].stale
    for room in (table.room, table.rebuilt()):
        assert (room.kernel.state, room.kernel.reason) == ("none", NOTICE)
        assert room.runs.views()[0].stale
    before = len(table.log)
    candidate = table.page("p3")
    assert not of(table.log[before:], PrepareKernel)
    assert told(table.log[before:], Welcome)[0].kernel_reason == NOTICE


def test_the_restart_of_the_server_is_no_reason_to_wait_with_a_kernel() -> None:
    table = Table()
    table.page("p3")
    table.did(table.room.kernel.changed("ready", 5))
    room: Room = table.rebuilt()
    assert (room.kernel.state, room.kernel.reason) == ("none", None)
    assert room.kernel.wanted_for(room.people["p3"])
    assert not room.kernel.wanted_for(room.people["p2"])


def test_an_answer_is_bounded() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(AnswerQuestion("run-1", 1, "x" * 5_000)), type=AnswerQuestion)
