"""What the panel reads after a room: facts with their instants, the checks, and the comparison of typing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keystroke.timeline import Event
from liveroom.api import CheckSummary, Fact, ProcessMetric, Report, TypingComparison, TypingReview
from liveroom.messages import RoomKind
from liveroom.process import process_facts, process_metrics


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
    facts, metrics = [*_times(subject, timeline)], list[ProcessMetric]()
    if metrics_allowed and subject.has_replay and candidate is not None:
        facts += process_facts(timeline, candidate)
        metrics = process_metrics(timeline, candidate)
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
        metrics,
        review,
        starts_at(timeline),
    )


def candidate_of(timeline: Sequence[Event]) -> str | None:
    """The participant whose role is candidate; a room has one."""
    bodies = (event.body for event in timeline if event.kind == "participant")
    return next((body.get("participant") for body in bodies if body.get("role") == "candidate"), None)


def checks_of(timeline: Sequence[Event]) -> list[CheckSummary]:
    """Every finished round of checks, at the instant at which its results were there."""
    return [
        CheckSummary(
            event.body["which"], sum(result["passed"] for result in results), len(results), event.at_us
        )
        for event in timeline
        if event.kind == "checks" and (results := event.body.get("results"))
    ]


def _times(subject: Subject, timeline: Sequence[Event]) -> Iterator[Fact]:
    if subject.began is not None:
        yield Fact("Began", subject.began, _began_at(timeline))
    if subject.ended is not None:
        yield Fact("Ended", subject.ended, _last_at(timeline, "ended"))
    extended = _minutes_in_the_end(timeline) - subject.minutes if timeline else 0
    box = f"{subject.minutes} minutes"
    yield Fact("Time box", f"{box}, extended by {extended}" if extended > 0 else box)


def _minutes_in_the_end(timeline: Sequence[Event]) -> int:
    minutes = [int(event.body["minutes"]) for event in timeline if event.kind == "timer"]
    return minutes[-1] if minutes else 0


def starts_at(timeline: Sequence[Event]) -> int | None:
    """The replay's nought: when the first person came, before the clock started or with it."""
    return next((event.at_us for event in timeline if event.kind == "join"), None)


def _began_at(timeline: Sequence[Event]) -> int | None:
    """When the clock started; interviewers may have prepared the room long before."""
    starts = (event.body.get("started_at_us") for event in timeline if event.kind == "timer")
    return next((at_us for at_us in starts if at_us is not None), None)


def _last_at(timeline: Sequence[Event], kind: str) -> int | None:
    return next((event.at_us for event in reversed(timeline) if event.kind == kind), None)
