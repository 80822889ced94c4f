"""The report states facts with their instants, and the comparison of typing or why there is none."""

import pytest

from keystroke.timeline import Event
from liveroom.api import CheckSummary, Fact, TypingReview
from liveroom.report import Subject, candidate_of, checks_of, report
from liveroom.typing.comparison import NOT_RUN
from tests.support.timelines import CLEO, SECOND, Log, a_room

SUBJECT = Subject("r7", "Attention", "live", "Cleo", 60, began="2 March 2026, 14:00 UTC", take_home="r3")


def facts(log: Log, *, metrics_allowed: bool = True, subject: Subject = SUBJECT) -> list[Fact]:
    return report(subject, log.events, NOT_RUN, TypingReview(), metrics_allowed=metrics_allowed).facts


def test_the_header_says_when_and_for_how_long() -> None:
    log = Log().add(0, "p1", "join", connection=1).add(1, "p1", "timer", minutes=60, started_at_us=None)
    log.add(2, "p3", "participant", **CLEO).add(2, "p3", "join", connection=2)
    log.add(2, None, "timer", minutes=60, started_at_us=2 * SECOND)
    log.add(9, "p1", "timer", minutes=70, started_at_us=2 * SECOND).add(20, "p1", "ended")
    subject = Subject("r7", "Attention", "live", "Cleo", 60, began="14:00", ended="15:09")
    assert facts(log, subject=subject)[:3] == [
        Fact("Began", "14:00", 2 * SECOND),
        Fact("Ended", "15:09", 20 * SECOND),
        Fact("Time box", "60 minutes, extended by 10"),
    ]


def test_times_are_counted_from_the_first_person_who_came_as_in_the_replay() -> None:
    assert report(SUBJECT, [], NOT_RUN, TypingReview(), metrics_allowed=True).start_us is None
    log = a_room().add(8, None, "timer", minutes=60, started_at_us=8 * SECOND)
    log.add(8, "p1", "join", connection=2)
    found = report(SUBJECT, log.events, NOT_RUN, TypingReview(), metrics_allowed=True)
    assert found.start_us == SECOND  # the candidate's own join


def test_runs_and_errors_of_the_candidate_are_counted_with_their_instants() -> None:
    failure = {"type": "failure", "name": "KeyError", "message": "'age'\nmore", "traceback": []}
    log = (
        a_room()
        .add(5, "p3", "run", run="run-1", source="f()", place=["main", "AA==", 0])
        .add(6, None, "output", run="run-1", output=failure)
        .add(7, None, "run-finished", run="run-1", state="error", execution_count=1, reason=None)
        .add(8, "p3", "run", run="run-2", source="g()", place=["main", "AA==", 0])
        .add(9, None, "run-finished", run="run-2", state="ok", execution_count=2, reason=None)
        .add(10, "p3", "run", run="run-3", source="h()", place=["main", "AA==", 0])
        .add(
            11, None, "run-finished", run="run-3", state="died", execution_count=None, reason="Out of memory."
        )
        .add(12, "p1", "run", run="run-4", source="theirs()", place=["main", "AA==", 0])
        .add(13, None, "run-finished", run="run-4", state="error", execution_count=3, reason=None)
    )
    assert [fact for fact in facts(log) if fact.label in ("Runs by the candidate", "Error")] == [
        Fact("Runs by the candidate", "3, of which 2 ended in an error"),
        Fact("Error", "KeyError: 'age'", 7 * SECOND),
        Fact("Error", "Out of memory.", 11 * SECOND),
    ]


def test_pastes_are_told_with_size_and_instant_and_own_ones_apart() -> None:
    log = (
        a_room()
        .add(5, "p3", "paste", page="x", n=1, client_at_us=0, chars=1204, lines=31, own=False)
        .add(6, "p3", "paste", page="x", n=2, client_at_us=0, chars=1, lines=1, own=True)
        .add(7, "p1", "paste", page="y", n=1, client_at_us=0, chars=50, lines=2, own=False)
    )
    assert [fact for fact in facts(log) if "Paste" in fact.label] == [
        Fact("Pastes by the candidate", "2, of which 1 from outside the room with 1,204 characters"),
        Fact("Paste", "1,204 characters in 31 lines", 5 * SECOND),
        Fact("Paste", "1 character in 1 line, copied in this room", 6 * SECOND),
    ]


def test_no_paste_is_told_too() -> None:
    assert Fact("Pastes by the candidate", "None") in facts(a_room())


def test_metrics_stand_beside_the_facts() -> None:
    log = a_room()
    for at in (10, 40, 70, 500, 520):
        log.add(at, "p3", "edit", page="x", origin="typed", ops=[], update="")
    log.add(510, "p1", "edit", page="y", origin="typed", ops=[], update="")
    found = report(SUBJECT, log.events, NOT_RUN, TypingReview(), metrics_allowed=True)
    assert [(metric.name, metric.value) for metric in found.metrics[:1]] == [
        ("Time on task", "1 minute, pauses of more than a minute left out")
    ]


@pytest.mark.parametrize(
    ("metrics_allowed", "subject"),
    [(False, SUBJECT), (True, Subject("r7", "Attention", "live", "Cleo", 60, has_replay=False))],
)
def test_metrics_that_were_not_run_read_alike_for_every_cause(
    metrics_allowed: bool, subject: Subject
) -> None:
    log = a_room().add(5, "p3", "paste", page="x", n=1, client_at_us=0, chars=9, lines=1, own=False)
    found = report(subject, log.events, NOT_RUN, TypingReview(), metrics_allowed=metrics_allowed)
    assert found.metrics == []
    labels = [(fact.label, fact.value) for fact in found.facts]
    assert ("Process metrics", "Not run") in labels
    assert not any("Paste" in label or "Run" in label or "task" in label for label, _ in labels)


def test_finished_rounds_of_checks_are_summed_up() -> None:
    results = [
        {"name": "a", "sentence": "A.", "passed": True},
        {"name": "b", "sentence": "B.", "passed": False},
    ]
    log = (
        a_room()
        .add(5, "p1", "checks", round="checks-1", which="hidden", results=None, problem=None)
        .add(9, "p1", "checks", round="checks-1", which="hidden", results=results, problem=None)
        .add(12, "p1", "checks", round="checks-2", which="visible", results=None, problem="No kernel.")
    )
    assert checks_of(log.events) == [CheckSummary("hidden", 1, 2, 9 * SECOND)]


def test_the_candidate_is_known_by_role() -> None:
    ada = {"participant": "p1", "name": "Ada", "role": "interviewer", "colour": "#112233"}
    assert candidate_of(a_room().add(2, "p1", "participant", **ada).events) == "p3"
    assert candidate_of([]) is None


def test_a_participant_of_a_foreign_timeline_may_have_no_role() -> None:
    assert candidate_of([Event(1, 0, "p1", "participant", "all", {})]) is None
