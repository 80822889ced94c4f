"""One interview: who may do what, and what follows. Pure: a message in, effects out.

Changes enter through methods and leave as effects. Time is handed in, as microseconds since the room was made.
The same state is rebuilt from the timeline by `fold`, event by event.
"""

import base64
from dataclasses import dataclass

import msgspec

from keystroke.timeline import Event
from liveroom import frames
from liveroom.audience import may_see
from liveroom.checkpoints import Checkpoint
from liveroom.close_codes import BAD_FRAME, ENDED, NOT_ALLOWED, TRY_AGAIN
from liveroom.document import Document
from liveroom.effects import (
    Close,
    ConnectionId,
    Effect,
    Judge,
    Mark,
    PrepareKernel,
    Record,
    Relay,
    ReleaseKernel,
    Send,
    Tell,
)
from liveroom.lib0 import Truncated
from liveroom.messages import (
    NOTE_CHARS_MAX,
    Accommodation,
    AddFile,
    Admit,
    Admitted,
    AnswerQuestion,
    Caret,
    CheckKind,
    CheckResult,
    Complete,
    DeleteFile,
    Edit,
    EndFocusTime,
    EndRoom,
    ExtendTime,
    Focus,
    FocusTime,
    FromClient,
    Hello,
    Inspect,
    InterruptRun,
    KernelLimits,
    Keys,
    ListVariables,
    Lobby,
    Note,
    Paste,
    PeopleChanged,
    Refused,
    RenameFile,
    RequestRun,
    RestartKernel,
    Role,
    RoomEnded,
    RoomReopened,
    RoomState,
    RoomView,
    RunChecks,
    SetAccommodation,
    SetUp,
    Slowed,
    StartFocusTime,
    StartOver,
    Timer,
    Welcome,
    WriteNote,
)
from liveroom.notes import Notes
from liveroom.pages import Pages
from liveroom.people import MANAGERS, WRITERS, Allowed, Connection, Participant, People
from liveroom.presence import Presence
from liveroom.quota import BYTES_MOST, Quota
from liveroom.recording import Recording
from liveroom.room_kernel import RoomKernel
from liveroom.rounds import Rounds
from liveroom.runs import Runs
from liveroom.timebox import Timebox
from liveroom.updates import BadUpdate
from liveroom.writing import Writing

NOT_LET_IN = "An interviewer has not let you in yet; wait on the page."
SLOWED = "This page sends faster than a page may, so the server reads it more slowly. Nothing is lost."
ROLE_CHANGED = "Your role in this room has changed; the client connects again."


@dataclass(frozen=True)
class Facts:
    """What does not change while a room is live. `view.guide` is there; `Room` shows it to interviewers alone.

    `kept_bytes` is what the room held when it was opened, and `most_bytes` what it may.
    """

    view: RoomView
    minutes: int
    history: str
    starter: str
    accommodation: Accommodation = 0
    lobby: bool = False
    most_bytes: int = BYTES_MOST
    kept_bytes: int = 0
    limits: KernelLimits | None = None
    unsafe_kernels: bool = False


class Room:
    """The interview's state. Changes enter through methods and leave as effects."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.state: RoomState = facts.view.state  # what a log that was deleted cannot tell
        self.runs = Runs()
        self.people = People()
        self.quota = Quota(facts.most_bytes, facts.kept_bytes)
        self.kernel = RoomKernel(self.runs, self.quota)
        self._writing = Writing(self.people, history=facts.history)
        self._pages = Pages()
        self._recording = Recording(self._pages, self._writing, self.runs, self.quota)
        self._timebox = Timebox(facts.minutes, facts.accommodation)
        self._presence = Presence()
        self._notes = Notes()
        self._rounds = Rounds()
        self._introduced: set[str] = set()
        self._admitted: set[str] = set()
        self._open: dict[int, str] = {}  # connections of the log that have not left

    @property
    def document(self) -> Document:
        return self._writing.document

    @property
    def timer(self) -> Timer:
        return self._timebox.timer

    # --- the log

    def first_events(self, now: int) -> list[Effect]:
        """What a room's timeline begins with: what it is, and the starter text, seeded once and by the server."""
        view = self.facts.view
        body = {"title": view.title, "kind": view.kind, "minutes": self.facts.minutes}
        return [Record(None, "room", dict(body), now), *self._writing.seed(self.facts.starter, now)]

    def fold(self, event: Event) -> None:
        """Take one event of the log into the state; `recovered` comes after the last."""
        body, by, at_us = event.body, event.participant, event.at_us
        if by is not None and "page" in body and "n" in body and event.kind != "refused":
            self._pages.restore(body["page"], by, body["n"])
        match event.kind:
            case "participant":
                self._introduced.add(body["participant"])
            case "join":
                self._open[body["connection"]] = by or ""
            case "admitted":
                self._admitted.add(body["participant"])
            case "leave":
                self._open.pop(body["connection"], None)
            case "edit":
                self._writing.restore(by, base64.b64decode(body["update"]))
            case "run" | "run-started" | "output" | "question" | "outputs-cleared" | "run-finished":
                self.runs.restore(event.kind, by, at_us, body)
            case "kernel":
                self.kernel.restore(body["state"], body.get("reason"), fresh=body.get("fresh", False))
            case "timer":
                given = body.get("accommodation", 0)
                self._timebox.restore(
                    Timer(body["minutes"], body["started_at_us"], body["ends_at_us"], given)
                )
                self.state = "open" if self._timebox.started else self.state
            case "focus-time":
                ends = body["ends_at_us"]
                self._timebox.restore_focus_time(None if ends is None else FocusTime(at_us, ends, by or ""))
            case "checks":
                self._rounds.restore(by or "", at_us, body)
            case "note":
                note = Note(body["note"], by or "", body["at_us"], body["text"])
                self._notes.restore(note, event.audience)
            case "ended":
                self.state = "ended"
            case "reopened":
                self.state = "open"

    def count(self, by: str | None, page: str | None, n: int | None) -> None:
        """Take one event of the log that changed nothing but the count of its page's frames."""
        if by is not None and page is not None and n is not None:
            self._pages.restore(page, by, n)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take what the typing so far comes to; all other events so far are folded already."""
        self._writing.restore_sum(checkpoint.document, checkpoint.writers)
        for page, (participant, n) in checkpoint.pages.items():
            self._pages.restore(page, participant, n)

    def checkpoint(self) -> Checkpoint:
        """What the typing so far comes to."""
        return Checkpoint(self.document.whole(), self._writing.writers(), self._pages.logged())

    def recovered(self, now: int) -> list[Effect]:
        """The log is folded in: close what was open when the server stopped."""
        self.document.restored()
        effects: list[Effect] = [
            Record(by, "leave", {"connection": connection}, now) for connection, by in self._open.items()
        ]
        self._open.clear()
        effects += self.kernel.recovered(now)
        return effects + self._rounds.abandon("The server restarted; run the checks again.", now)

    # --- people and connections

    def has(self, page: str, n: int) -> bool:
        """Whether this frame of this page is recorded."""
        return n <= self._pages.last(page)

    def durable(self, page: str, n: int) -> None:
        """The host says that this frame of this page is on disk."""
        self._pages.durable(page, n)

    def adopt(self, before: "Room") -> list[ConnectionId]:
        """Take over the connections of the room as it was before it was built anew; returns those of pages."""
        self.quota.kept = before.quota.kept
        connections = self.people.adopt(before.people)
        for connection in connections:
            connection.starting_over = True
            if connection.page is None:
                # An admission that could not be kept leaves them waiting.
                connection.waiting = connection.speaks_text and self.keeps_waiting(
                    connection.person.participant
                )
            if connection.page is not None:
                self._pages.know(connection.page, connection.person.participant)
        return [c.connection for c in connections if c.speaks_text]

    def join(
        self, connection: ConnectionId, participant: str, *, speaks_text: bool, allowed: Allowed, now: int
    ) -> list[Effect]:
        """Take a connection in. A page says hello first; a stock client is served at once."""
        person = self.people[participant]
        if self.state == "ended" and person.role == "candidate":
            return [Close(connection, ENDED, "The interview is over.")]
        joined = Connection(connection, person, speaks_text, allowed)
        if not speaks_text and self.keeps_waiting(participant):
            return [Close(connection, NOT_ALLOWED, NOT_LET_IN)]
        self.people.connect(joined)
        if speaks_text:
            return []
        return [
            Send(frames.step_1(self.document.state()), connection),
            Send(frames.awareness(self._presence.everyone()), connection),
            *self._arrived(joined, now),
        ]

    def leave(self, connection: ConnectionId, now: int) -> list[Effect]:
        """A connection is over; its presence ends with it."""
        gone = self.people.disconnect(connection)
        if gone is not None and gone.waiting:
            return self._people_changed()
        if gone is None or not gone.here:
            return []
        update = self._presence.leave(connection)
        effects: list[Effect] = [Relay(frames.awareness(update), None)] if update else []
        effects.append(Record(gone.person.participant, "leave", {"connection": int(connection)}, now))
        return [*effects, *self._people_changed()]

    def _arrived(self, connection: Connection, now: int) -> list[Effect]:
        person = connection.person
        effects = self._introduce(person.participant, now)
        effects.append(Record(person.participant, "join", {"connection": int(connection.connection)}, now))
        if person.role == "candidate" and not self._timebox.started and self.state != "ended":
            # A room that was ended and reopened before anybody came is open, and its clock still stands.
            self.state = "open"
            effects += [Mark("open"), *self._timebox.start(now)]
        return [*effects, *self._prepare_for(person), *self._people_changed()]

    def _prepare_for(self, person: Participant) -> list[Effect]:
        """Have a kernel ready for somebody who may run code."""
        return [PrepareKernel()] if self.state != "ended" and self.kernel.wanted_for(person) else []

    def _people_changed(self) -> list[Effect]:
        """Tell those in the room who is here, and those in the lobby who could let them in."""
        view = self.facts.view
        lobby = Lobby(view.title, view.kind, self.people.names_here(MANAGERS))
        waiting = [Tell(lobby, to=c.connection) for c in self.people.waiting()]
        return [*waiting, Tell(PeopleChanged(self.people.views()))]

    def _introduce(self, participant: str | None, now: int) -> list[Effect]:
        """Record who this is, once; whoever is named on the timeline is introduced before."""
        person = self.people.get(participant or "")
        if person is None or person.participant in self._introduced:
            return []
        self._introduced.add(person.participant)
        return [Record(person.participant, "participant", _card(person), now)]

    # --- frames

    def paced(self, sender: ConnectionId, size: int, now: int) -> tuple[int, list[Effect]]:
        """A frame of so many bytes came: how long (µs) to read nothing more of its connection, and telling its page."""
        connection = self.people.connection(sender)
        if connection is None:
            return 0, []
        wait, tell = connection.pace.take(size, now)
        return wait, [Tell(Slowed(SLOWED), to=sender)] if tell and connection.page is not None else []

    # --- text frames

    def receive(self, sender: ConnectionId, message: FromClient, now: int) -> list[Effect]:
        """Take one text frame of a page."""
        connection = self.people.connection(sender)
        if connection is None:
            return []
        if isinstance(message, Hello):
            return self._hello(connection, message, now)
        if connection.page is None:
            return [Close(sender, BAD_FRAME, "The first frame has to be hello.")]
        match message:
            case Edit() | Keys() | SetUp() | Paste() | Focus() | RequestRun():
                why_not = self._may_write(connection)
                return self._recording.take(connection, message, now, why_not=why_not)
            case Caret():
                return [] if self.state == "ended" else self._recording.caret(connection, message, now)
            case InterruptRun():
                return self._needs(connection, WRITERS) or self.runs.interrupt(now)
            case AnswerQuestion():
                return self._needs(connection, WRITERS) or self.kernel.answer(connection.person, message, now)
            case Complete() | Inspect() | ListVariables():
                return self.kernel.ask(connection, message, is_over=self.state == "ended")
            case RestartKernel():
                return self._needs(connection, WRITERS) or self._restart(connection, now)
            case Admit(participant=participant):
                return self._needs(connection, MANAGERS) or self._admit(connection, participant, now)
            case AddFile() | RenameFile() | DeleteFile():
                return self._change_files(connection, message, now)
            case ExtendTime() | SetAccommodation():
                return self._needs(connection, MANAGERS) or self._change_time(connection, message, now)
            case StartFocusTime() | EndFocusTime():
                return self._needs(connection, WRITERS) or self._focus_time(connection, message, now)
            case WriteNote():
                return self._note(connection, message, now)
            case RunChecks(which=which):
                return self._run_checks(connection, which, now)
            case EndRoom():
                return self._end_room(connection, now)

    def _hello(self, connection: Connection, hello: Hello, now: int) -> list[Effect]:
        to, person = connection.connection, connection.person
        owner = self._pages.owner(hello.page)
        if connection.page not in (None, hello.page) or owner not in (None, person.participant):
            return [Close(to, BAD_FRAME, "This page id belongs to another page; reload the page.")]
        if not self._writing.claim(hello.client, person):
            return [Close(to, BAD_FRAME, "The page's client id belongs to somebody else; reload the page.")]
        if self.keeps_waiting(person.participant):
            return self._wait(connection)
        again, connection.page = connection.page is not None, hello.page
        connection.starting_over = False
        on_disk = self._pages.hello(hello.page, person.participant, hello.next)
        # A page that starts over says hello again on the same socket, with its new document's client id.
        arrived = [] if again else self._arrived(connection, now)
        start_over: list[Effect] = []
        if hello.history is not None and hello.history != self.facts.history:
            start_over = [Tell(StartOver("The room was started anew.", self.facts.history), to=to)]
        return [
            Tell(self._welcome(connection, on_disk, now), to=to),
            *start_over,
            Send(frames.awareness(self._presence.everyone()), to),
            *arrived,
        ]

    # --- the lobby

    def keeps_waiting(self, participant: str) -> bool:
        """Whether this is the candidate of a room with a lobby, and nobody has let them in yet."""
        return (
            self.facts.lobby
            and self.people[participant].role == "candidate"
            and participant not in self._admitted
        )

    def _wait(self, connection: Connection) -> list[Effect]:
        """Show them to those who could let them in, and tell them no more than who that is."""
        connection.waiting = True
        return self._people_changed()

    def _admit(self, by: Connection, participant: str, now: int) -> list[Effect]:
        """Let somebody in for good: a reload or another tab of theirs does not wait again."""
        if self.people.get(participant) is None or not self.keeps_waiting(participant):
            return []  # somebody else was faster
        waiting = self.people.waiting(participant)
        if not waiting:
            return [self._tell_refused(by, "They have left the lobby; let them in when they are back.")]
        self._admitted.add(participant)
        for connection in waiting:
            connection.waiting = False
        return [
            *self._introduce(participant, now),
            Record(by.person.participant, "admitted", {"participant": participant}, now),
            *(Tell(Admitted(), to=connection.connection) for connection in waiting),
            *self._people_changed(),
        ]

    # --- roles

    def change_role(self, participant: str, role: Role, by: str | None, now: int) -> list[Effect]:
        """The host says that this member of the panel has another role now, by `by`; their pages stay."""
        person = self.people[participant]
        person.role = role
        effects: list[Effect] = []
        if participant in self._introduced:
            effects = [*self._introduce(by, now), Record(by, "participant", _card(person), now)]
        for connection in self.people.of(participant):
            if not connection.speaks_text:
                effects.append(Close(connection.connection, TRY_AGAIN, ROLE_CHANGED))
            elif connection.page is not None:
                saved = self._pages.on_disk(connection.page)
                effects.append(Tell(self._welcome(connection, saved, now), to=connection.connection))
        if self.people.is_here(participant):
            effects += self._prepare_for(person)
        return [*effects, *self._people_changed()]

    def _welcome(self, connection: Connection, saved: int, now: int) -> Welcome:
        person = connection.person
        manages = person.role in MANAGERS

        def sees(audience: str) -> bool:
            return may_see(audience, role=person.role, participant=person.participant)

        view = self.facts.view
        return Welcome(
            you=person.participant,
            role=person.role,
            history=self.facts.history,
            now_us=now,
            saved=saved,
            record_keys=connection.allowed.typing,
            record_focus=connection.allowed.metrics,
            room=msgspec.structs.replace(
                view,
                state=self.state,
                guide=view.guide if manages else None,
                has_hidden_checks=manages and view.has_hidden_checks,
            ),
            timer=self.timer,
            focus_time=self._timebox.focus_time,
            files=self.document.files(),
            kernel=self.kernel.state,
            kernel_reason=self.kernel.reason,
            people=self.people.views(),
            runs=self.runs.views(),
            checks=[check for check, audience in self._rounds.shown() if sees(audience)],
            notes=[note for note, audience in self._notes.shown() if sees(audience)],
            limits=self.facts.limits,
            unsafe_kernels=self.facts.unsafe_kernels,
        )

    def _restart(self, connection: Connection, now: int) -> list[Effect]:
        if self.state == "ended":
            return [self._tell_refused(connection, "The room has ended; reopen it to run code.")]
        return self.kernel.restart(connection.person, now)

    # --- time, notes, checks, end

    def alarm_at_us(self) -> int | None:
        """When `tick` has to be called: a take-home submits itself, focus time ends, carets were held back."""
        alarms = (*self._alarms(), self._presence.due_at_us())
        return min((at_us for at_us in alarms if at_us is not None), default=None)

    def _alarms(self) -> tuple[int | None, int | None]:
        """When a take-home's time is over, and when focus time is."""
        submits = self.facts.view.kind == "take-home" and self.state == "open"
        focus_time = self._timebox.focus_time
        return (
            self.timer.ends_at_us if submits else None,
            None if focus_time is None else focus_time.ends_at_us,
        )

    def tick(self, now: int) -> list[Effect]:
        over, unwatched = self._alarms()
        effects: list[Effect] = [
            Relay(frames.awareness(update), sender) for sender, update in self._presence.due(now)
        ]
        if unwatched is not None and now >= unwatched:
            effects += self._timebox.end_focus_time(None, now)
        if over is not None and now >= over:
            effects += self.end(None, now)
        return effects

    def _change_time(
        self, connection: Connection, message: ExtendTime | SetAccommodation, now: int
    ) -> list[Effect]:
        by = connection.person.participant
        if self.state == "ended":
            return [self._tell_refused(connection, "The room has ended; reopen it to give more time.")]
        if isinstance(message, ExtendTime):
            return self._timebox.extend(message.minutes, by, now)
        if self._timebox.started:
            return [self._tell_refused(connection, "The clock is running; give more minutes instead.")]
        return self._timebox.accommodate(message.percent, by, now)

    def _focus_time(
        self, connection: Connection, message: StartFocusTime | EndFocusTime, now: int
    ) -> list[Effect]:
        by = connection.person.participant
        if isinstance(message, EndFocusTime):
            return self._timebox.end_focus_time(by, now)
        if self.state == "ended":
            return [self._tell_refused(connection, "The room has ended.")]
        return self._timebox.begin_focus_time(message.minutes, by, now)

    def _change_files(
        self, connection: Connection, message: AddFile | RenameFile | DeleteFile, now: int
    ) -> list[Effect]:
        if refused := self._may_write(connection):
            return [self._tell_refused(connection, refused)]
        return self._writing.change_files(connection, message, now)

    def _note(self, connection: Connection, message: WriteNote, now: int) -> list[Effect]:
        if connection.person.role == "candidate":
            return [self._tell_refused(connection, "Notes are for interviewers.")]
        if full := self.quota.everything_stops:
            return [self._tell_refused(connection, full)]
        if len(message.text) > NOTE_CHARS_MAX:
            reason = f"A note has at most {NOTE_CHARS_MAX:,} characters; begin another one."
            return [self._tell_refused(connection, reason)]
        effects = self._notes.write(connection.person, message, now)
        if effects is None:
            return [self._tell_refused(connection, "Only its author can change a note.")]
        return effects

    def _run_checks(self, connection: Connection, which: CheckKind, now: int) -> list[Effect]:
        view = self.facts.view
        if which == "hidden" and connection.person.role not in MANAGERS:
            return [self._tell_refused(connection, "You cannot run these checks.")]
        if refused := self._may_write(connection):
            return [self._tell_refused(connection, refused)]
        if not (view.has_hidden_checks if which == "hidden" else view.has_visible_checks):
            return [self._tell_refused(connection, "This room has no such checks.")]
        if self._rounds.running:
            return [self._tell_refused(connection, "Checks are running already; wait for their results.")]
        check, told = self._rounds.start(which, connection.person.participant, now)
        return [*told, Judge(check.round, which, str(self.document))]

    def judged(
        self, name: str, results: list[CheckResult] | None, problem: str | None, now: int
    ) -> list[Effect]:
        """Checks are finished, or could not be run."""
        return self._rounds.judged(name, results, problem, now)

    def _end_room(self, connection: Connection, now: int) -> list[Effect]:
        submits = self.facts.view.kind == "take-home" and connection.person.role == "candidate"
        if connection.person.role not in MANAGERS and not submits:
            return [self._tell_refused(connection, "Only an interviewer can end the interview.")]
        return self.end(connection.person.participant, now)

    def end(self, by: str | None, now: int) -> list[Effect]:
        """End the room: nothing more is taken, the candidate's connections close."""
        if self.state == "ended":
            return []
        effects = [*self._introduce(by, now), *self.kernel.ended(now)]
        self.state = "ended"
        effects += self._timebox.end_focus_time(None, now)
        effects += [Record(by, "ended", {}, now), Mark("ended"), Tell(RoomEnded(now, by)), ReleaseKernel()]
        candidates = self.people.connections_with_role("candidate")
        return effects + [Close(c, ENDED, "The interview is over.") for c in candidates]

    def reopen(self, by: str | None, now: int) -> list[Effect]:
        """Let the room go on; a take-home that ran out of time gets ten more minutes."""
        if self.state != "ended":
            return []
        self.state = "open"
        effects = self._introduce(by, now)
        effects += [Record(by, "reopened", {}, now), Mark("open"), Tell(RoomReopened(now, by))]
        ends = self.timer.ends_at_us
        if self.facts.view.kind == "take-home" and ends is not None and ends <= now:
            effects += self._timebox.go_on(by, now)
        return [*effects, *self.kernel.changed("none", now, fresh=True)]

    # --- binary frames

    def receive_binary(self, sender: ConnectionId, data: bytes, now: int) -> list[Effect]:
        """Take one y-protocols frame. A bad one closes its sender, and nobody else notices."""
        connection = self.people.connection(sender)
        if connection is None:
            return []
        if not connection.here:
            return [Close(sender, BAD_FRAME, "The first frame has to be hello.")]
        try:
            frame = frames.read(data)
            match frame.kind:
                case "step-1":
                    return [Send(frames.step_2(self.document.missing(frame.content)), sender)]
                case "step-2" | "update":
                    return self._writing.update(connection, frame, now, why_not=self._may_write(connection))
                case "awareness":
                    return self._awareness(connection, frame.content, now)
                case "query-awareness":
                    return [Send(frames.awareness(self._presence.everyone()), sender)]
                case "ignored":
                    return []
        except (frames.BadFrame, Truncated, BadUpdate) as error:
            return [Close(sender, BAD_FRAME, str(error))]

    def _awareness(self, connection: Connection, content: bytes, now: int) -> list[Effect]:
        sender = connection.connection
        self._presence.receive(
            sender, content, owns=lambda client: self._writing.claim(client, connection.person)
        )
        return [Relay(frames.awareness(update), but) for but, update in self._presence.due(now)]

    # --- refusals

    def _may_write(self, connection: Connection) -> str | None:
        """Why this person may not write now, or None."""
        if self.state == "ended":
            return "The room has ended."
        if connection.person.role not in WRITERS:
            return "Your role in this room is to watch."
        return self.quota.everything_stops

    def _needs(self, connection: Connection, roles: frozenset[Role]) -> list[Effect]:
        if connection.person.role in roles:
            return []
        return [self._tell_refused(connection, "Your role in this room does not allow that.")]

    def _tell_refused(self, connection: Connection, reason: str) -> Tell:
        return Tell(Refused(reason), to=connection.connection)


def _card(person: Participant) -> dict[str, object]:
    """How the timeline introduces somebody."""
    return {
        "participant": person.participant,
        "name": person.name,
        "role": person.role,
        "colour": person.colour,
    }
