"""A timeline played back: events become the frames that a page in the live room would have been sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from keystroke.timeline import Event
from liveroom.api import Replay, ReplayFrame
from liveroom.audience import PANEL, may_see
from liveroom.errors import NotFound
from liveroom.files import MAIN_PATH
from liveroom.messages import (
    MAIN_FILE,
    CaretMoved,
    CheckResult,
    CheckRound,
    ChecksChanged,
    FilesChanged,
    FileView,
    FocusChanged,
    FocusTime,
    FocusTimeChanged,
    FromServer,
    KernelChanged,
    Note,
    NoteChanged,
    Output,
    OutputAdded,
    OutputsCleared,
    Pasted,
    PeopleChanged,
    Person,
    Place,
    Question,
    QuestionAsked,
    Role,
    RoomEnded,
    RoomReopened,
    RoomView,
    RunFinished,
    RunRequested,
    RunStarted,
    RunView,
    TextEdited,
    Timer,
    TimerChanged,
)

NO_REPLAY = "This room has no replay. Its code can still be downloaded."


class NoReplay(NotFound):
    """A replay that was deleted, which reads like one that the site never made."""

    code = "no-replay"


_decoder = msgspec.json.Decoder(tuple[int, int, str | None, str, str, dict[str, Any]])


def decode_events(lines: Iterable[bytes]) -> list[Event]:
    """The events of stored lines, which are the six fields that the chain covers."""
    return [Event(*_decoder.decode(line)) for line in lines]


def seen_by(events: Iterable[Event], *, role: Role, participant: str) -> list[Event]:
    """The events whose audience includes this participant."""
    return [event for event in events if may_see(event.audience, role=role, participant=participant)]


def replay(
    view: RoomView,
    timeline: Sequence[Event],
    notes: Sequence[Event],
    *,
    role: Role,
    participant: str,
    deleted: bool = False,
) -> Replay:
    """What this participant may see of the room, in order. `notes` are the second chain's events.

    A `deleted` replay raises the same error as one that a site never made, so that the two read alike.
    """
    if deleted:
        raise NoReplay(NO_REPLAY)
    merged = sorted([*timeline, *notes], key=lambda event: event.at_us)  # stable: notes come second
    events = seen_by(merged, role=role, participant=participant)
    starter_event = _starter_event(events)
    player = _Player()
    shown = [
        (event, message)
        for event in events
        if event is not starter_event and (message := player.message(event)) is not None
    ]
    frames = [
        ReplayFrame(number, event.at_us, message, late=event.body.get("late") is True)
        for number, (event, message) in enumerate(shown, start=1)
    ]
    starter = text_at([starter_event], starter_event.at_us)[MAIN_FILE] if starter_event else ""
    duration_us = events[-1].at_us if events else 0
    if not may_see(PANEL, role=role, participant=participant):
        view = msgspec.structs.replace(view, guide=None, has_hidden_checks=False)
    return Replay(view, player.everyone(), duration_us, starter, frames)


def text_at(events: Iterable[Event], at_us: int) -> dict[str, str]:
    """Every file's text as it was at an instant. Positions in the events count UTF-16 units."""
    files: dict[str, bytearray] = {}
    for event in events:
        if event.kind != "edit" or event.at_us > at_us:
            continue
        for file, start, deleted, inserted in event.body["ops"]:
            text = files.setdefault(file, bytearray())
            text[2 * start : 2 * (start + deleted)] = inserted.encode("utf-16-le", "surrogatepass")
    return {file: text.decode("utf-16-le", "surrogatepass") for file, text in files.items()}


def last_files(events: Sequence[Event]) -> dict[str, str]:
    """The text of every file that the timeline leaves, by its path."""
    paths: dict[str, str | None] = {MAIN_FILE: MAIN_PATH}
    for event in events:
        if event.kind == "file":
            paths[event.body["file"]] = event.body["path"]
    texts = text_at(events, events[-1].at_us) if events else {}
    return {path: texts.get(file, "") for file, path in paths.items() if path is not None}


def _starter_event(events: Iterable[Event]) -> Event | None:
    """The server's first edit, which is the text that the room began with."""
    first = next((event for event in events if event.kind == "edit"), None)
    if first is None or first.participant is not None:
        return None
    begins_empty = [op[:3] for op in first.body["ops"]] == [[MAIN_FILE, 0, 0]]
    return first if begins_empty else None


@dataclass
class _Player:
    """What must be remembered of earlier events to say what a later one meant."""

    people: dict[str, Person] = field(default_factory=dict)
    tabs: dict[str, set[str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=lambda: {MAIN_FILE: MAIN_PATH})
    rounds: dict[str, CheckRound] = field(default_factory=dict)

    def everyone(self) -> list[Person]:
        return [*self.people.values()]

    def message(self, event: Event) -> FromServer | None:
        """The frame for one event, or None for a kind that a page does not play."""
        match event.kind:
            case "participant" | "join" | "leave":
                return self._people_changed(event)
            case "checks":
                return self._checks_changed(event)
            case "file":
                return self._files_changed(event)
            case _:
                return _message_of(event)

    def _people_changed(self, event: Event) -> PeopleChanged:
        body = event.body
        if event.kind == "participant":
            person = Person(body["participant"], body["name"], body["role"], body["colour"])
            self.people[person.participant] = person
        elif event.kind == "join":
            self.tabs.setdefault(event.participant or "", set()).add(str(body["connection"]))
        else:
            self.tabs.setdefault(event.participant or "", set()).discard(str(body["connection"]))
        here = {participant: len(tabs) for participant, tabs in self.tabs.items()}
        return PeopleChanged(
            [
                msgspec.structs.replace(person, here=here.get(person.participant, 0))
                for person in self.people.values()
            ]
        )

    def _files_changed(self, event: Event) -> FilesChanged:
        file, path = event.body["file"], event.body["path"]
        if path is None:
            self.files.pop(file, None)
        else:
            self.files[file] = path
        views = [FileView(name, where) for name, where in self.files.items()]
        return FilesChanged(views, file, event.participant)

    def _checks_changed(self, event: Event) -> ChecksChanged:
        body = event.body
        results, asked = body.get("results"), self.rounds.get(body["round"])
        self.rounds[body["round"]] = CheckRound(
            body["round"],
            body["which"],
            asked.by if asked else event.participant or "",
            asked.at_us if asked else event.at_us,
            None if results is None else msgspec.convert(results, list[CheckResult]),
            body.get("problem"),
        )
        return ChecksChanged(self.rounds[body["round"]])


def _message_of(event: Event) -> FromServer | None:
    body, by = event.body, event.participant or ""
    match event.kind:
        case "edit":
            ops = [(file, start, deleted, inserted) for file, start, deleted, inserted in body["ops"]]
            return TextEdited(event.participant, body["origin"], ops)
        case "caret":
            return CaretMoved(by, body["file"], body["anchor"], body["head"])
        case "paste":
            return Pasted(by, body["chars"], body.get("own", False))
        case "focus":
            return FocusChanged(by, body["focused"])
        case "kernel":
            return KernelChanged(body["state"], body.get("reason"), body.get("fresh", False))
        case "note":
            return NoteChanged(Note(body["note"], by, body["at_us"], body["text"]))
        case "timer":
            return TimerChanged(_timer(body), event.at_us, event.participant)
        case "focus-time":
            ends = body["ends_at_us"]
            focus_time = None if ends is None else FocusTime(event.at_us, ends, by)
            return FocusTimeChanged(event.at_us, focus_time, event.participant)
        case "ended":
            return RoomEnded(event.at_us, event.participant)
        case "reopened":
            return RoomReopened(event.at_us, event.participant)
        case _:
            return _message_of_run(event)


def _message_of_run(event: Event) -> FromServer | None:
    body, at_us = event.body, event.at_us
    match event.kind:
        case "run":
            place = Place(*body["place"])
            return RunRequested(
                RunView(body["run"], event.participant or "", body["source"], place, "queued", at_us)
            )
        case "run-started":
            return RunStarted(body["run"], at_us)
        case "output":
            output: Output = msgspec.convert(body["output"], Output)
            return OutputAdded(body["run"], output, body.get("slot"))
        case "question":
            return QuestionAsked(body["run"], Question(body["question"], body["prompt"], body["hidden"]))
        case "outputs-cleared":
            return OutputsCleared(body["run"])
        case "run-finished":
            count, reason = body.get("execution_count"), body.get("reason")
            return RunFinished(body["run"], body["state"], at_us, count, reason)
        case _:
            return None


def _timer(body: Mapping[str, Any]) -> Timer:
    started, ends = body.get("started_at_us"), body.get("ends_at_us")
    return Timer(body["minutes"], started, ends, body.get("accommodation", 0))
