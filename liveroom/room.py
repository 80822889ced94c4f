"""One interview: who may do what, and what follows. Pure: a message in, effects out.

Changes enter through methods and leave as effects. Time is handed in, as microseconds since the room was made.
The same state is rebuilt from the timeline by `fold`, event by event.
"""

import base64
import binascii
from dataclasses import dataclass

import msgspec

from kernels.outputs import AnyOutput, Finished
from keystroke.timeline import Event
from liveroom import frames
from liveroom.audience import ALL, PANEL, may_see
from liveroom.document import Change, Document, ReadOnly, TooLarge
from liveroom.effects import (
    Acknowledge,
    Close,
    ConnectionId,
    Effect,
    Judge,
    Mark,
    PrepareKernel,
    Record,
    Relay,
    ReleaseKernel,
    Restart,
    Send,
    Tell,
)
from liveroom.lib0 import Truncated
from liveroom.messages import (
    MAIN_FILE,
    Caret,
    CheckKind,
    CheckResult,
    Edit,
    EndRoom,
    ExtendTime,
    Focus,
    FromClient,
    Hello,
    InterruptRun,
    KernelChanged,
    KernelState,
    Keys,
    Note,
    Paste,
    PeopleChanged,
    Refused,
    RequestRun,
    RestartKernel,
    Role,
    RoomEnded,
    RoomReopened,
    RoomState,
    RoomView,
    RunChecks,
    StartOver,
    Timer,
    TimerChanged,
    Welcome,
    WriteNote,
)
from liveroom.notes import Notes
from liveroom.people import CARET_EVERY_US, MANAGERS, WRITERS, Allowed, Connection, Participant, People
from liveroom.presence import Presence
from liveroom.rounds import Rounds
from liveroom.runs import Runs
from liveroom.updates import BadUpdate, Forged, Gapped, parse

BAD_FRAME, BAD_TOKEN, NOT_ALLOWED, GONE, OTHER_HISTORY, ENDED, TOO_LARGE = (
    4400,
    4401,
    4403,
    4404,
    4409,
    4410,
    4413,
)
TRY_AGAIN = 1013

LATE_US = 3_000_000
"""An edit this much older than its arrival came after a gap, and says so."""


@dataclass(frozen=True)
class Facts:
    """What does not change while a room is live. `view.guide` is there; `Room` shows it to interviewers alone."""

    view: RoomView
    minutes: int
    history: str
    starter: str


class Room:
    """The interview's state. Changes enter through methods and leave as effects."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.state: RoomState = facts.view.state  # what a log that was deleted cannot tell
        self.document = Document()
        self.runs = Runs()
        self.timer = Timer(facts.minutes)
        self.kernel: KernelState = "none"
        self._kernel_reason: str | None = None
        self.people = People()
        self._presence = Presence()
        self._pages: dict[str, tuple[str, int]] = {}  # page -> (participant, highest n recorded)
        self._durable: dict[str, int] = {}  # page -> highest n that is on disk
        self._notes = Notes()
        self._rounds = Rounds()
        self._introduced: set[str] = set()
        self._open: dict[int, str] = {}  # connections of the log that have not left

    # --- the log

    def first_events(self, now: int) -> list[Effect]:
        """What a room's timeline begins with: what it is, and the starter text, seeded once and by the server."""
        view = self.facts.view
        body = {"title": view.title, "kind": view.kind, "minutes": self.facts.minutes}
        effects: list[Effect] = [Record(None, "room", dict(body), now)]
        if self.facts.starter:
            update = base64.b64encode(self.document.seed(self.facts.starter)).decode()
            ops = [(MAIN_FILE, 0, 0, self.facts.starter)]
            effects.append(Record(None, "edit", {"origin": "command", "ops": ops, "update": update}, now))
        return effects

    def fold(self, event: Event) -> None:
        """Take one event of the log into the state; `recovered` comes after the last."""
        body, by, at_us = event.body, event.participant, event.at_us
        if by is not None and "page" in body and "n" in body and event.kind != "refused":
            self._pages[body["page"]] = (by, body["n"])
            self._durable[body["page"]] = body["n"]
        match event.kind:
            case "participant":
                self._introduced.add(body["participant"])
            case "join":
                self._open[body["connection"]] = by or ""
            case "leave":
                self._open.pop(body["connection"], None)
            case "edit":
                self._fold_edit(by, base64.b64decode(body["update"]))
            case "run" | "run-started" | "output" | "outputs-cleared" | "run-finished":
                self.runs.restore(event.kind, by, at_us, body)
            case "kernel":
                self.kernel = body["state"]
                if body["fresh"]:
                    self.runs.variables_gone()
            case "timer":
                self.timer = Timer(body["minutes"], body["started_at_us"], body["ends_at_us"])
                self.state = "open" if self.timer.started_at_us is not None else self.state
            case "checks":
                self._rounds.restore(by or "", at_us, body)
            case "note":
                note = Note(body["note"], by or "", body["at_us"], body["text"])
                self._notes.restore(note, event.audience)
            case "ended":
                self.state = "ended"
            case "reopened":
                self.state = "open"

    def _fold_edit(self, by: str | None, update: bytes) -> None:
        self.document.restore(update)
        person = self.people.get(by or "")
        if person is not None:
            for struct in parse(update).structs:
                self.people.claim(struct.client, person)

    def recovered(self, now: int) -> list[Effect]:
        """The log is folded in: close what was open when the server stopped."""
        self.document.restored()
        effects: list[Effect] = [
            Record(by, "leave", {"connection": connection}, now) for connection, by in self._open.items()
        ]
        self._open.clear()
        effects += self.runs.lost(now, "The server restarted while this ran; run the cell again.")
        effects += self._rounds.abandon("The server restarted; run the checks again.", now)
        self.kernel = "none"
        return effects

    # --- people and connections

    def has(self, page: str, n: int) -> bool:
        """Whether this frame of this page is recorded."""
        return n <= self._pages.get(page, ("", 0))[1]

    def durable(self, page: str, n: int) -> None:
        """The host says that this frame of this page is on disk."""
        self._durable[page] = max(n, self._durable.get(page, 0))

    def adopt(self, before: "Room") -> list[ConnectionId]:
        """Take over the connections of the room as it was before it was built anew; returns those of pages."""
        connections = self.people.adopt(before.people)
        for connection in connections:
            connection.starting_over = True
            if connection.page is not None:
                self._pages.setdefault(connection.page, (connection.person.participant, 0))
        return [c.connection for c in connections if c.speaks_text]

    def join(
        self, connection: ConnectionId, participant: str, *, speaks_text: bool, allowed: Allowed, now: int
    ) -> list[Effect]:
        """Take a connection in. A page says hello first; a stock client is served at once."""
        person = self.people[participant]
        if self.state == "ended" and person.role == "candidate":
            return [Close(connection, ENDED, "The interview is over.")]
        joined = Connection(connection, person, speaks_text, allowed)
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
        if gone is None or not gone.here:
            return []
        update = self._presence.leave(connection)
        effects: list[Effect] = [Relay(frames.awareness(update), None)] if update else []
        effects.append(Record(gone.person.participant, "leave", {"connection": int(connection)}, now))
        return [*effects, Tell(PeopleChanged(self.people.views()))]

    def _arrived(self, connection: Connection, now: int) -> list[Effect]:
        person = connection.person
        effects = self._introduce(person.participant, now)
        effects.append(Record(person.participant, "join", {"connection": int(connection.connection)}, now))
        if person.role == "candidate" and self.timer.started_at_us is None and self.state != "ended":
            # A room that was ended and reopened before anybody came is open, and its clock still stands.
            self.state = "open"
            minutes = self.timer.minutes
            self.timer = Timer(minutes, now, now + minutes * 60_000_000)
            effects += [Mark("open"), *self._timer_changed(None, now)]
        if person.role in WRITERS and self.state != "ended" and self.kernel == "none":
            effects.append(PrepareKernel())
        return [*effects, Tell(PeopleChanged(self.people.views()))]

    def _introduce(self, participant: str | None, now: int) -> list[Effect]:
        """Record who this is, once; whoever is named on the timeline is introduced before."""
        person = self.people.get(participant or "")
        if person is None or person.participant in self._introduced:
            return []
        self._introduced.add(person.participant)
        body: dict[str, object] = {"participant": person.participant, "name": person.name}
        body |= {"role": person.role, "colour": person.colour}
        return [Record(person.participant, "participant", body, now)]

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
            case Edit() | Keys() | Paste() | Focus() | RequestRun():
                return self._recorded(connection, message, now)
            case Caret():
                return self._caret(connection, message, now)
            case InterruptRun():
                return self._needs(connection, WRITERS) or self.runs.interrupt(now)
            case RestartKernel():
                return self._needs(connection, WRITERS) or self._restart(connection, now)
            case ExtendTime(minutes=minutes):
                return self._needs(connection, MANAGERS) or self._extend(connection, minutes, now)
            case WriteNote():
                return self._note(connection, message, now)
            case RunChecks(which=which):
                return self._run_checks(connection, which, now)
            case EndRoom():
                return self._end_room(connection, now)

    def _hello(self, connection: Connection, hello: Hello, now: int) -> list[Effect]:
        to, person = connection.connection, connection.person
        owner, saved = self._pages.get(hello.page, (person.participant, 0))
        if connection.page not in (None, hello.page) or owner != person.participant:
            return [Close(to, BAD_FRAME, "This page id belongs to another page; reload the page.")]
        if not self._claim(hello.client, person):
            return [Close(to, BAD_FRAME, "The page's client id belongs to somebody else; reload the page.")]
        again, connection.page = connection.page is not None, hello.page
        connection.starting_over = False
        self._pages[hello.page] = (owner, max(saved, hello.next - 1))
        on_disk = max(self._durable.get(hello.page, 0), hello.next - 1)
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
            kernel=self.kernel,
            kernel_reason=self._kernel_reason,
            people=self.people.views(),
            runs=self.runs.views(),
            checks=[check for check, audience in self._rounds.shown() if sees(audience)],
            notes=[note for note, audience in self._notes.shown() if sees(audience)],
        )

    def _recorded(
        self, connection: Connection, message: Edit | Keys | Paste | Focus | RequestRun, now: int
    ) -> list[Effect]:
        """Take a frame that is counted; one that was recorded before is acknowledged again and does nothing."""
        if message.page != connection.page:
            return [Close(connection.connection, BAD_FRAME, "The frame names another page.")]
        participant, last = self._pages[message.page]
        acknowledge = Acknowledge(connection.connection, message.page, message.n)
        if connection.starting_over:
            return []  # typed before the page heard that its text was refused
        if message.n <= last:
            return [acknowledge]
        if message.n > last + 1:
            # Taking it would make the earlier ones look like resends, and lose them.
            return [Close(connection.connection, TRY_AGAIN, "A frame was left out; the page connects again.")]
        match message:
            case Edit():
                effects = self._edit(connection, message, now)
            case Keys():
                effects = self._keys(connection, message, now)
            case Paste():
                effects = self._paste(connection, message, now)
            case Focus():
                effects = self._focus(connection, message, now)
            case RequestRun():
                effects = self._request_run(connection, message, now)
        if not connection.starting_over:
            self._pages[message.page] = (participant, message.n)
        if not any(isinstance(e, Tell) and isinstance(e.message, Refused) for e in effects):
            effects.append(acknowledge)
        return effects

    def _edit(self, connection: Connection, edit: Edit, now: int) -> list[Effect]:
        try:
            update = base64.b64decode(edit.update, validate=True)
            change = self._apply(connection, update)
        except (binascii.Error, BadUpdate) as error:
            reason = str(error) if isinstance(error, BadUpdate) else "The edit could not be read."
            connection.starting_over, to = True, connection.connection
            body: dict[str, object] = {"page": edit.page, "n": edit.n, "reason": reason}
            return [
                Record(connection.person.participant, "refused", body, now, PANEL),
                Tell(Refused(reason, edit.page, edit.n), to=to),
                Tell(StartOver(reason, self.facts.history), to=to),
            ]
        if not change.added:
            return []
        body = {"page": edit.page, "n": edit.n, "client_at_us": edit.client_at_us, "origin": edit.origin}
        body |= {"ops": change.ops, "update": edit.update}
        if now - edit.client_at_us > LATE_US:
            body["late"] = True
        return [
            Record(connection.person.participant, "edit", body, now, ALL, edit.page, edit.n),
            Relay(frames.update(update), connection.connection),
        ]

    def _keys(self, connection: Connection, message: Keys, now: int) -> list[Effect]:
        if not connection.allowed.typing:
            return self._refuse(connection, "Typing is not recorded for you in this room.", message)
        body: dict[str, object] = {"page": message.page, "n": message.n, "keys": message.keys}
        return [Record(connection.person.participant, "keys", body, now, ALL, message.page, message.n)]

    def _paste(self, connection: Connection, message: Paste, now: int) -> list[Effect]:
        if refused := self._may_write(connection):
            return self._refuse(connection, refused, message)
        body = {"page": message.page, "n": message.n, "client_at_us": message.client_at_us}
        body |= {"chars": message.chars, "lines": message.lines, "own": message.own}
        return [Record(connection.person.participant, "paste", body, now, ALL, message.page, message.n)]

    def _focus(self, connection: Connection, message: Focus, now: int) -> list[Effect]:
        if not connection.allowed.metrics:
            return self._refuse(connection, "Focus is not recorded for you in this room.", message)
        body = {"page": message.page, "n": message.n, "client_at_us": message.client_at_us}
        body["focused"] = message.focused
        return [Record(connection.person.participant, "focus", body, now, ALL, message.page, message.n)]

    def _request_run(self, connection: Connection, message: RequestRun, now: int) -> list[Effect]:
        if refused := self._may_write(connection):
            return self._refuse(connection, refused, message)
        if self.runs.full:
            return self._refuse(connection, "Too many runs are waiting; interrupt them first.", message)
        by, place = connection.person.participant, message.place
        view, told = self.runs.request(by=by, source=message.source, place=place, at_us=now)
        body: dict[str, object] = {
            "run": view.run,
            "source": message.source,
            "place": [place.file, place.position, place.offset],
            "page": message.page,
            "n": message.n,
            "client_at_us": message.client_at_us,
        }
        record = Record(by, "run", body, now, ALL, message.page, message.n)
        return [record, *told, *self.runs.start_next(now)]

    def _caret(self, connection: Connection, caret: Caret, now: int) -> list[Effect]:
        if (
            caret == connection.caret
            or now - connection.caret_at_us < CARET_EVERY_US
            or self.state == "ended"
        ):
            return []
        connection.caret, connection.caret_at_us = caret, now
        body: dict[str, object] = {"file": caret.file, "anchor": caret.anchor, "head": caret.head}
        return [Record(connection.person.participant, "caret", body, now)]

    # --- the kernel

    def output(self, run: str, item: AnyOutput | Finished, now: int) -> list[Effect]:
        """Take what the kernel says of a run."""
        if not isinstance(item, Finished):
            return self.runs.output(run, item, now)
        if run != self.runs.running:
            return []  # ended by a restart or by the room's end, and what became of the kernel is said already
        effects = self.runs.finished(run, item, now)
        if item.status == "died":
            effects += self.kernel_changed("lost", now, reason=item.reason, fresh=True)
        elif self.kernel == "busy" and self.runs.idle:
            effects += self.kernel_changed("ready", now)
        return effects

    def kernel_changed(
        self, state: KernelState, now: int, *, reason: str | None = None, fresh: bool = False
    ) -> list[Effect]:
        """The host says how the kernel is; `fresh` means that its variables are gone."""
        effects: list[Effect] = []
        if state == "lost":
            effects += self.runs.lost(now, reason or "The kernel stopped.")
        if fresh:
            self.runs.variables_gone()
        if state == self.kernel and not fresh and reason is None:
            return effects
        self.kernel, self._kernel_reason = state, reason
        body: dict[str, object] = {"state": state, "reason": reason, "fresh": fresh}
        return [*effects, Record(None, "kernel", body, now), Tell(KernelChanged(state, reason, fresh))]

    def _restart(self, connection: Connection, now: int) -> list[Effect]:
        if self.state == "ended":
            return [self._tell_refused(connection, "The room has ended; reopen it to run code.")]
        effects = self.runs.lost(now, f"{connection.person.name} restarted the kernel.")
        return [*effects, *self.kernel_changed("starting", now, fresh=True), Restart()]

    # --- time, notes, checks, end

    def alarm_at_us(self) -> int | None:
        """When `tick` has to be called: a take-home submits itself at the end of its time."""
        if self.facts.view.kind == "take-home" and self.state == "open":
            return self.timer.ends_at_us
        return None

    def tick(self, now: int) -> list[Effect]:
        alarm = self.alarm_at_us()
        return self.end(None, now) if alarm is not None and now >= alarm else []

    def _extend(self, connection: Connection, minutes: int, now: int) -> list[Effect]:
        if self.state == "ended":
            return [self._tell_refused(connection, "The room has ended; reopen it to give more time.")]
        total = self.timer.minutes + minutes
        started = self.timer.started_at_us
        self.timer = Timer(total, started, None if started is None else started + total * 60_000_000)
        return self._timer_changed(connection.person.participant, now)

    def _timer_changed(self, by: str | None, now: int) -> list[Effect]:
        body = {"minutes": self.timer.minutes, "started_at_us": self.timer.started_at_us}
        body["ends_at_us"] = self.timer.ends_at_us
        return [Record(by, "timer", dict(body), now), Tell(TimerChanged(self.timer, now, by))]

    def _note(self, connection: Connection, message: WriteNote, now: int) -> list[Effect]:
        if connection.person.role == "candidate":
            return [self._tell_refused(connection, "Notes are for interviewers.")]
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
        effects = [*self._introduce(by, now), *self.runs.lost(now, "The room ended.")]
        self.state = "ended"
        self.kernel = "none"
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
            started = self.timer.started_at_us or now
            minutes = (now - started) // 60_000_000 + 10
            self.timer = Timer(minutes, started, started + minutes * 60_000_000)
            effects += self._timer_changed(by, now)
        return [*effects, *self.kernel_changed("none", now, fresh=True)]

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
                    return self._update(connection, frame, now)
                case "awareness":
                    return self._awareness(connection, frame.content)
                case "query-awareness":
                    return [Send(frames.awareness(self._presence.everyone()), sender)]
                case "ignored":
                    return []
        except (frames.BadFrame, Truncated, BadUpdate) as error:
            return [Close(sender, BAD_FRAME, str(error))]

    def _update(self, connection: Connection, frame: frames.Frame, now: int) -> list[Effect]:
        sender = connection.connection
        try:
            change = self._apply(connection, frame.content)
        except TooLarge as error:
            return [Close(sender, TOO_LARGE, str(error))]
        except ReadOnly as error:
            return [Close(sender, NOT_ALLOWED, str(error))]
        except (Forged, Gapped) as error:
            # A step 2 with others' structs comes from a document of another history, which is nobody's forgery.
            if frame.kind == "step-2":
                return [
                    Close(sender, OTHER_HISTORY, "The text is not this room's; start from the room's text.")
                ]
            body: dict[str, object] = {"reason": str(error)}
            code = NOT_ALLOWED if isinstance(error, Forged) else TRY_AGAIN
            refused = Record(connection.person.participant, "refused", body, now, PANEL)
            return [refused, Close(sender, code, str(error))]
        if not change.added:
            return []
        body = {"origin": "typed", "ops": change.ops}
        body["update"] = base64.b64encode(frame.content).decode()
        return [
            Record(connection.person.participant, "edit", body, now),
            Relay(frames.update(frame.content), sender),
        ]

    def _awareness(self, connection: Connection, content: bytes) -> list[Effect]:
        relayed = self._presence.receive(
            connection.connection, content, owns=lambda client: self._claim(client, connection.person)
        )
        return [Relay(frames.awareness(relayed), connection.connection)] if relayed else []

    def _apply(self, connection: Connection, update: bytes) -> Change:
        """Check and apply an update under the client ids that are the sender's, or nobody's yet."""
        person, refused, parsed = connection.person, self._may_write(connection), parse(update)
        taken = self.document.clients()
        new = self.people.unclaimed({s.client for s in parsed.structs}) - taken
        writers = frozenset(person.clients | new)
        try:
            change = self.document.receive(update, parsed, writers=writers, may_edit=refused is None)
        except ReadOnly as error:
            raise ReadOnly(f"{refused} The edit was not taken.") from error
        for client in new if refused is None else ():
            self.people.claim(client, person)
        return change

    def _claim(self, client: int, person: Participant) -> bool:
        """Whether the client id is this person's; one that nobody wrote under becomes theirs."""
        if self.people.unclaimed([client]) and client in self.document.clients():
            return False
        return self.people.claim(client, person)

    # --- refusals

    def _may_write(self, connection: Connection) -> str | None:
        """Why this person may not write now, or None."""
        if self.state == "ended":
            return "The room has ended."
        if connection.person.role not in WRITERS:
            return "Your role in this room is to watch."
        return None

    def _needs(self, connection: Connection, roles: frozenset[Role]) -> list[Effect]:
        if connection.person.role in roles:
            return []
        return [self._tell_refused(connection, "Your role in this room does not allow that.")]

    def _tell_refused(self, connection: Connection, reason: str) -> Tell:
        return Tell(Refused(reason), to=connection.connection)

    def _refuse(
        self, connection: Connection, reason: str, message: Keys | Paste | Focus | RequestRun
    ) -> list[Effect]:
        return [Tell(Refused(reason, message.page, message.n), to=connection.connection)]
