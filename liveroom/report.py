"""What the panel reads after a room: facts with their instants, the checks, and the comparison of typing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from keystroke.timeline import Event
from liveroom.api import CheckSummary, Fact, Report, TypingComparison, TypingReview
from liveroom.messages import RoomKind

MICROS_PER_MINUTE = 60_000_000
PAUSE_MAX_US = MICROS_PER_MINUTE
LISTED_MAX = 40
MESSAGE_CHARS_MAX = 160
ACTIONS = frozenset({"edit", "keys", "key-down", "key-up", "run", "caret", "paste"})


@dataclass(frozen=True, slots=True)
class Subject:
    """The room that a report is about. `began` and `ended` are sentences' ends, such as "2 March 2026, 14:00 UTC"."""

    room: str
    title: str
    kind: RoomKind
    candidate: str
    minutes: int
    began: str | None = None
    ended: str | None = None
    take_home: str | None = None
    has_replay: bool = True


def report(
    subject: Subject,
    timeline: Sequence[Event],
    comparison: TypingComparison,
    review: TypingReview,
    *,
    metrics_allowed: bool,
) -> Report:
    """Everything is read from the timeline; a candidate who declined metrics has the times and checks alone."""
    candidate = candidate_of(timeline)
    facts = [*_times(subject, timeline)]
    if metrics_allowed and subject.has_replay and candidate is not None:
        facts += [*_process(timeline, candidate)]
    else:
        facts.append(Fact("Process metrics", "Not run"))
    return Report(
        subject.room,
        subject.title,
        subject.kind,
        subject.candidate,
        facts,
        checks_of(timeline),
        comparison,
        subject.take_home,
        subject.has_replay,
        review=review,
    )


def candidate_of(timeline: Sequence[Event]) -> str | None:
    """The participant whose role is candidate; a room has one."""
    bodies = (event.body for event in timeline if event.kind == "participant")
    return next((body["participant"] for body in bodies if body["role"] == "candidate"), None)


def checks_of(timeline: Sequence[Event]) -> list[CheckSummary]:
    """Every finished round of checks, at the instant at which its results were there."""
    return [
        CheckSummary(
            event.body["which"], sum(result["passed"] for result in results), len(results), event.at_us
        )
        for event in timeline
        if event.kind == "checks" and (results := event.body.get("results"))
    ]


def time_on_task_us(timeline: Sequence[Event], participant: str) -> int:
    """The time between a participant's actions, not counting pauses of more than a minute."""
    instants = [e.at_us for e in timeline if e.participant == participant and e.kind in ACTIONS]
    steps = (later - earlier for earlier, later in pairwise(instants))
    return sum(step for step in steps if step <= PAUSE_MAX_US)


def _times(subject: Subject, timeline: Sequence[Event]) -> Iterator[Fact]:
    if subject.began is not None:
        yield Fact("Began", subject.began, _began_at(timeline))
    if subject.ended is not None:
        yield Fact("Ended", subject.ended, _last_at(timeline, "ended"))
    extended = _minutes_in_the_end(timeline) - subject.minutes if timeline else 0
    box = f"{subject.minutes} minutes"
    yield Fact("Time box", f"{box}, extended by {extended}" if extended > 0 else box)


def _process(timeline: Sequence[Event], candidate: str) -> Iterator[Fact]:
    minutes = round(time_on_task_us(timeline, candidate) / MICROS_PER_MINUTE)
    yield Fact("Time on task", f"{_count(minutes, 'minute')}, pauses of more than a minute left out")
    yield from _runs(timeline, candidate)
    yield from _pastes(timeline, candidate)


def _runs(timeline: Sequence[Event], candidate: str) -> Iterator[Fact]:
    own = {event.body["run"] for event in timeline if event.kind == "run" and event.participant == candidate}
    ends = [e for e in timeline if e.kind == "run-finished" and e.body["run"] in own]
    failed = [event for event in ends if event.body["state"] in ("error", "died", "timed-out")]
    yield Fact("Runs by the candidate", f"{len(own)}, of which {len(failed)} ended in an error")
    failures = {
        event.body["run"]: event.body["output"]
        for event in timeline
        if event.kind == "output" and event.body["output"].get("type") == "failure"
    }
    for event in failed[:LISTED_MAX]:
        failure = failures.get(event.body["run"])
        what = f"{failure['name']}: {failure['message']}" if failure else event.body.get("reason")
        yield Fact("Error", _short(what or "The run did not end by itself."), event.at_us)


def _pastes(timeline: Sequence[Event], candidate: str) -> Iterator[Fact]:
    pastes = [event for event in timeline if event.kind == "paste" and event.participant == candidate]
    foreign = [event for event in pastes if not event.body.get("own")]
    chars = sum(event.body["chars"] for event in foreign)
    value = f"{len(pastes)}, of which {len(foreign)} from outside the room with {_count(chars, 'character')}"
    yield Fact("Pastes by the candidate", value if pastes else "None")
    largest = sorted(pastes, key=lambda event: -int(event.body["chars"]))[:LISTED_MAX]
    for event in sorted(largest, key=lambda event: event.at_us):
        size = f"{_count(event.body['chars'], 'character')} in {_count(event.body['lines'], 'line')}"
        yield Fact("Paste", f"{size}, copied in this room" if event.body.get("own") else size, event.at_us)


def _minutes_in_the_end(timeline: Sequence[Event]) -> int:
    minutes = [int(event.body["minutes"]) for event in timeline if event.kind == "timer"]
    return minutes[-1] if minutes else 0


def _began_at(timeline: Sequence[Event]) -> int | None:
    """When the clock started; interviewers may have prepared the room long before."""
    starts = (event.body.get("started_at_us") for event in timeline if event.kind == "timer")
    return next((at_us for at_us in starts if at_us is not None), None)


def _last_at(timeline: Sequence[Event], kind: str) -> int | None:
    return next((event.at_us for event in reversed(timeline) if event.kind == kind), None)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def _short(text: str) -> str:
    line = text.splitlines()[0] if text else text
    return line if len(line) <= MESSAGE_CHARS_MAX else line[: MESSAGE_CHARS_MAX - 1] + "…"
