"""Every text frame of `liveroom.1`, in both directions; `make protocol` makes the page's types from this file.

Binary frames on the same socket are plain y-protocols (sync and awareness) and are not described here.
Times are whole microseconds since the room was made (`Micros`); positions in text are UTF-16 units.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

SUBPROTOCOL = "liveroom.1"

MAIN_FILE = "main"
"""The name of the root text on the timeline and on the wire."""

INLINE_BYTES_MAX = 16 * 1024
SOURCE_CHARS_MAX = 200_000
FILE_CHARS_MAX = 200_000
PATH_CHARS_MAX = 120
NOTE_CHARS_MAX = 20_000
KEYS_PER_BATCH_MAX = 256

Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Micros = Annotated[int, Meta(ge=0, le=2**53 - 1)]
PageId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
ParticipantId = Annotated[str, Meta(pattern=r"^p[0-9]{1,6}$")]
RunId = Annotated[str, Meta(max_length=32)]
FileId = Annotated[str, Meta(max_length=64)]
FilePath = Annotated[str, Meta(min_length=1, max_length=PATH_CHARS_MAX)]
SlotId = Annotated[str, Meta(max_length=128)]
Base64 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/=]*$")]
YjsClientId = Annotated[int, Meta(ge=0, le=2**53 - 1)]

Role = Literal["owner", "interviewer", "observer", "candidate"]
RoomKind = Literal["live", "take-home"]
Accommodation = Literal[0, 25, 50]
"""Per cent more time than the room's minutes, for a candidate who needs it."""
EditOrigin = Literal[
    "typed",
    "auto-closed",
    "indented",
    "pasted",
    "dropped",
    "deleted",
    "completed",
    "undo",
    "redo",
    "command",
]
RunState = Literal["queued", "running", "ok", "error", "interrupted", "died", "timed-out", "cancelled"]
KernelState = Literal["none", "starting", "ready", "busy", "lost"]
RoomState = Literal["waiting", "open", "ended"]
CheckKind = Literal["visible", "hidden"]
KeyWay = Literal["down", "up", "lost"]
Platform = Literal["mac", "windows", "linux", "chromeos", "android", "ios", "other"]
Browser = Literal["chromium", "firefox", "safari", "other"]
Layout = Literal["qwerty", "qwertz", "azerty", "dvorak", "colemak", "other"]


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, rename="camel"):
    """A frame, or a part of one. Field names are snake_case here and camelCase on the wire."""


# --- parts that several frames share


class Place(Message, frozen=True):
    """Where a cell's `# %%` mark is: as a Yjs relative position, and as the offset its sender saw."""

    file: FileId
    position: Annotated[Base64, Meta(max_length=512)]
    offset: Count


class Person(Message, frozen=True):
    """A participant as the others see them. `clients` are their Yjs client ids; `here` counts open tabs.

    `waiting`: in the lobby, and not in the room until an interviewer admits them.
    """

    participant: ParticipantId
    name: str
    role: Role
    colour: Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}$")]
    here: Count = 0
    clients: list[YjsClientId] = []
    waiting: bool = False


class FileView(Message, frozen=True):
    """One file of the room. Its text is the root text `content` for `main`, else `files[file]` of the Yjs document."""

    file: FileId
    path: FilePath


class Timer(Message, frozen=True):
    """The time box. It starts when the candidate is first in the room; until then `ends_at_us` is absent.

    `minutes` is all of it, `accommodation` included: how many per cent of it come on top for this candidate.
    """

    minutes: Count
    started_at_us: Micros | None = None
    ends_at_us: Micros | None = None
    accommodation: Accommodation = 0


class FocusTime(Message, frozen=True):
    """Minutes in which the candidate works unwatched: interviewers' and observers' pages blur, the record goes on."""

    started_at_us: Micros
    ends_at_us: Micros
    by: ParticipantId


class Blob(Message, frozen=True):
    """Content that is too large for a frame: `GET /api/rooms/{room}/blobs/{sha256}` with the participant's token."""

    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    size: Count


class Part(Message, frozen=True):
    """One representation of a display. Binary types are base64 in `text`; large ones are a `blob` instead."""

    mime: str
    text: str | None = None
    blob: Blob | None = None


class StreamOutput(Message, frozen=True, tag="stream"):
    """Text that a run printed; consecutive ones of the same name continue each other."""

    name: Literal["stdout", "stderr"]
    text: str


class DisplayOutput(Message, frozen=True, tag="display"):
    """Something a run showed, in one or more representations; `result` marks a cell's last value."""

    parts: list[Part]
    result: bool = False


class FailureOutput(Message, frozen=True, tag="failure"):
    """An exception that ended a run. The traceback's lines carry ANSI colours."""

    name: str
    message: str
    traceback: list[str]


class InputOutput(Message, frozen=True, tag="input"):
    """What a run asked for by `input()`, and who answered what. The answer to a hidden one (`getpass`) is absent."""

    prompt: str
    by: ParticipantId
    answer: str | None = None


Output = StreamOutput | DisplayOutput | FailureOutput | InputOutput


class SlottedOutput(Message, frozen=True):
    """An output of a run as a late joiner finds it."""

    output: Output
    slot: SlotId | None = None


class Question(Message, frozen=True):
    """A run waits for an answer to `input()`; `question` counts them within the run. `hidden` is for `getpass()`."""

    question: Count
    prompt: str
    hidden: bool = False


class KernelLimits(Message, frozen=True):
    """What the room's kernel may use, and the environment that it runs in."""

    environment: str
    memory_mib: Count
    cpus: float
    pids: Count
    disk_mib: Count
    run_seconds: float
    output_mib: float


class Match(Message, frozen=True):
    """One way to complete; `kind` is a word such as function, module or instance, or empty."""

    text: str
    kind: str = ""


class Variable(Message, frozen=True):
    """One variable of the live kernel. `shape` and `dtype` are empty where the value has none."""

    name: str
    kind: str
    shape: str = ""
    dtype: str = ""
    summary: str = ""


class RunView(Message, frozen=True):
    """One run with all that it has put out so far."""

    run: RunId
    by: ParticipantId
    source: str
    place: Place
    state: RunState
    requested_at_us: Micros
    started_at_us: Micros | None = None
    finished_at_us: Micros | None = None
    execution_count: int | None = None
    reason: str | None = None
    stale: bool = False
    outputs: list[SlottedOutput] = []
    question: Question | None = None


class Note(Message, frozen=True):
    """A private note, written at an instant of the room. An empty text means that it was removed."""

    note: str
    by: ParticipantId
    at_us: Micros
    text: str


class CheckResult(Message, frozen=True):
    """One check's outcome. `reason` is a sentence; hidden checks keep it from the candidate by audience."""

    name: str
    sentence: str
    passed: bool
    reason: str | None = None


class CheckRound(Message, frozen=True):
    """One time that somebody asked for checks. `results` is absent while they run."""

    round: str
    which: CheckKind
    by: ParticipantId
    at_us: Micros
    results: list[CheckResult] | None = None
    problem: str | None = None


class DataFile(Message, frozen=True):
    """A file that the kernel sees at `data/<name>`: `GET /api/rooms/{room}/data/{name}` downloads it."""

    name: str
    size: Count
    preview: str = ""


class RoomView(Message, frozen=True):
    """What everyone in the room may know of it. `guide` is present for interviewers alone.

    Of a `practice` room nothing is kept.
    """

    room: str
    title: str
    kind: RoomKind
    state: RoomState
    made: str
    brief: str
    data: list[DataFile]
    has_visible_checks: bool = False
    has_hidden_checks: bool = False
    meeting_url: str | None = None
    guide: str | None = None
    practice: bool = False


# --- from the page


class Hello(Message, frozen=True, tag="hello"):
    """The first frame of every connection. `history` is the one that the page's document belongs to, if it has one.

    `next` is the `n` of the recorded frame that the page sends next: frames that were refused leave gaps, and from
    here on none may be left out.
    """

    page: PageId
    client: YjsClientId
    history: str | None = None
    next: Annotated[int, Meta(ge=1, le=2**53 - 1)] = 1


class Edit(Message, frozen=True, tag="edit"):
    """One Yjs update of the page's document, in base64. `n` counts every recorded frame of the page, from 1."""

    page: PageId
    n: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    client_at_us: Micros
    origin: EditOrigin
    update: str  # checked when it is decoded; a pattern here would look at each of a key's letters twice


class Keys(Message, frozen=True, tag="keys"):
    """Key presses and releases of a candidate who consented: `[client_at_us, way, code, flags]`.

    Flags: 1 repeat, 2 untrusted, 4 composing, 8 chord. `lost`: the page cannot see this key come up any more.
    """

    page: PageId
    n: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    keys: Annotated[
        list[tuple[Micros, KeyWay, Annotated[str, Meta(max_length=24)], Annotated[int, Meta(ge=0, le=15)]],],
        Meta(min_length=1, max_length=KEYS_PER_BATCH_MAX),
    ]


class SetUp(Message, frozen=True, tag="set-up"):
    """What a candidate who consented types on, in classes too coarse to tell people apart; sent again when it changes.

    `tick_us` is the step of the keys' clock, as found from their times; `isolated` lets the browser make it fine.
    `touch`: a keyboard on the screen. What the page cannot tell, or not yet, is absent.
    """

    page: PageId
    n: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    client_at_us: Micros
    isolated: bool
    platform: Platform
    browser: Browser
    touch: bool
    layout: Layout | None = None
    tick_us: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None


class Paste(Message, frozen=True, tag="paste"):
    """Text came in by clipboard or drop. `own` says that the same text was copied or cut in this room before."""

    page: PageId
    n: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    client_at_us: Micros
    chars: Count
    lines: Count
    own: bool = False


class Focus(Message, frozen=True, tag="focus"):
    """The room's tab gained or lost focus."""

    page: PageId
    n: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    client_at_us: Micros
    focused: bool


class RequestRun(Message, frozen=True, tag="request-run"):
    """Run a cell's source, exactly as the sender saw it."""

    page: PageId
    n: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    client_at_us: Micros
    source: str
    place: Place


class Caret(Message, frozen=True, tag="caret"):
    """Where the sender's selection is, in UTF-16 units, for the replay; live carets travel as Yjs awareness."""

    file: FileId
    anchor: Count
    head: Count


class InterruptRun(Message, frozen=True, tag="interrupt-run"):
    """Interrupt what runs and cancel what waits. Variables are kept. A second one during a run is harder to ignore."""


class AnswerQuestion(Message, frozen=True, tag="answer-question"):
    """Answer what a run asks for by `input()`. The first answer counts."""

    run: RunId
    question: Count
    text: Annotated[str, Meta(max_length=INLINE_BYTES_MAX // 4)]


class Complete(Message, frozen=True, tag="complete"):
    """Ask the live kernel for completions at `cursor`, in code points of `source`. `ask` comes back in the answer."""

    ask: Count
    source: Annotated[str, Meta(max_length=SOURCE_CHARS_MAX)]
    cursor: Count


class Inspect(Message, frozen=True, tag="inspect"):
    """Ask the live kernel what it knows of the name at `cursor`, in code points of `source`."""

    ask: Count
    source: Annotated[str, Meta(max_length=SOURCE_CHARS_MAX)]
    cursor: Count


class ListVariables(Message, frozen=True, tag="list-variables"):
    """Ask the live kernel for its variables."""

    ask: Count


class RestartKernel(Message, frozen=True, tag="restart-kernel"):
    """Start the kernel anew. Variables are gone, text and earlier outputs stay."""


class AddFile(Message, frozen=True, tag="add-file"):
    """Make a file, with a text if it has one already, as a dropped or a brought back one has."""

    path: str
    text: str = ""


class RenameFile(Message, frozen=True, tag="rename-file"):
    """Give a file another path."""

    file: FileId
    path: str


class DeleteFile(Message, frozen=True, tag="delete-file"):
    """Delete a file with its text. The first file cannot be deleted."""

    file: FileId


class Admit(Message, frozen=True, tag="admit"):
    """Let somebody who waits in the lobby into the room (interviewers)."""

    participant: ParticipantId


class StartFocusTime(Message, frozen=True, tag="start-focus-time"):
    """Let the candidate work unwatched for some minutes (the candidate, or an interviewer)."""

    minutes: Annotated[int, Meta(ge=1, le=30)] = 5


class EndFocusTime(Message, frozen=True, tag="end-focus-time"):
    """End focus time before its clock does (who may start it)."""


class SetAccommodation(Message, frozen=True, tag="set-accommodation"):
    """Give this candidate more time than others, before the clock starts (interviewers)."""

    percent: Accommodation


class ExtendTime(Message, frozen=True, tag="extend-time"):
    """Give more time (interviewers)."""

    minutes: Annotated[int, Meta(ge=1, le=240)]


class WriteNote(Message, frozen=True, tag="write-note"):
    """Add a private note, or change or (empty text) remove one of one's own."""

    note: PageId
    text: str


class RunChecks(Message, frozen=True, tag="run-checks"):
    """Judge the document as it is now. Hidden checks are for interviewers."""

    which: CheckKind


class EndRoom(Message, frozen=True, tag="end-room"):
    """End the interview (interviewers), or submit a take-home (its candidate)."""


FromClient = (
    Hello
    | Edit
    | Keys
    | SetUp
    | Paste
    | Focus
    | RequestRun
    | Caret
    | InterruptRun
    | AnswerQuestion
    | Complete
    | Inspect
    | ListVariables
    | RestartKernel
    | AddFile
    | RenameFile
    | DeleteFile
    | Admit
    | StartFocusTime
    | EndFocusTime
    | SetAccommodation
    | ExtendTime
    | WriteNote
    | RunChecks
    | EndRoom
)


# --- from the server


class Lobby(Message, frozen=True, tag="lobby"):
    """The answer to `Hello` of somebody who waits to be let in. Nothing of them is recorded, nothing of the room told.

    `hosts` are the names of those who could admit them and are here. `Admitted` comes on the same socket.
    """

    title: str
    kind: RoomKind
    hosts: list[str] = []


class Admitted(Message, frozen=True, tag="admitted"):
    """The wait in the lobby is over: say `Hello` again."""


class Welcome(Message, frozen=True, tag="welcome"):
    """The answer to `Hello`: everything as it is now. `saved` is the highest `n` of this page that is on disk.

    It comes again, unasked, when the participant's role has changed. `record_keys` and `record_focus` say whether
    this participant's key and focus events are wanted at all. `unsafe_kernels`: this site runs code without a sandbox.
    """

    you: ParticipantId
    role: Role
    history: str
    now_us: Micros
    saved: Count
    record_keys: bool
    record_focus: bool
    room: RoomView
    timer: Timer
    kernel: KernelState
    people: list[Person]
    runs: list[RunView]
    checks: list[CheckRound]
    notes: list[Note] = []
    kernel_reason: str | None = None
    files: list[FileView] = []
    focus_time: FocusTime | None = None
    limits: KernelLimits | None = None
    unsafe_kernels: bool = False


class Saved(Message, frozen=True, tag="saved"):
    """Every recorded frame of this page up to `n` is on disk."""

    page: PageId
    n: Count


class StartOver(Message, frozen=True, tag="start-over"):
    """The page's text is not the room's: keep it as a download, then begin from the server's document."""

    reason: str
    history: str


class Refused(Message, frozen=True, tag="refused"):
    """A request was not granted, and why. With `page` and `n`, that frame was not recorded."""

    reason: str
    page: PageId | None = None
    n: Count | None = None


class Slowed(Message, frozen=True, tag="slowed"):
    """The page sends faster than one page may, so the server reads it more slowly, and why. Nothing is lost."""

    reason: str


class PeopleChanged(Message, frozen=True, tag="people-changed"):
    """Who belongs to the room and how many tabs each has open."""

    people: list[Person]


class RunRequested(Message, frozen=True, tag="run-requested"):
    """A run joined the queue."""

    run: RunView


class RunStarted(Message, frozen=True, tag="run-started"):
    """A run reached the kernel."""

    run: RunId
    at_us: Micros


class OutputAdded(Message, frozen=True, tag="output-added"):
    """The run produced one more output. `slot` names an earlier one that it replaces (display updates)."""

    run: RunId
    output: Output
    slot: SlotId | None = None


class OutputsCleared(Message, frozen=True, tag="outputs-cleared"):
    """The run removed all that it had put out."""

    run: RunId


class RunFinished(Message, frozen=True, tag="run-finished"):
    """A run ended; `reason` is a sentence when it did not end by itself."""

    run: RunId
    state: RunState
    at_us: Micros
    execution_count: int | None = None
    reason: str | None = None


class QuestionAsked(Message, frozen=True, tag="question-asked"):
    """A run waits for an answer. An `input` output with it, or the end of the run, ends the wait."""

    run: RunId
    question: Question


class Completed(Message, frozen=True, tag="completed"):
    """Each match may stand in place of the source from `start` to `end`, in code points."""

    ask: Count
    start: Count
    end: Count
    matches: list[Match]


class Inspected(Message, frozen=True, tag="inspected"):
    """What the kernel knows of a name, with ANSI colours; empty if nothing."""

    ask: Count
    text: str


class VariablesListed(Message, frozen=True, tag="variables-listed"):
    """The kernel's variables, in the order in which they were made."""

    ask: Count
    variables: list[Variable]


class Unanswered(Message, frozen=True, tag="unanswered"):
    """The kernel could not be asked, and why."""

    ask: Count
    reason: str


class KernelChanged(Message, frozen=True, tag="kernel-changed"):
    """The kernel's state, with a sentence where one helps. `fresh`: variables are gone, earlier runs are stale."""

    state: KernelState
    reason: str | None = None
    fresh: bool = False


class FilesChanged(Message, frozen=True, tag="files-changed"):
    """`file` was made, renamed or deleted; a deleted one is not among `files` any more."""

    files: list[FileView]
    file: FileId
    by: ParticipantId | None = None


class FocusTimeChanged(Message, frozen=True, tag="focus-time-changed"):
    """Focus time began, or (absent) ended."""

    now_us: Micros
    focus_time: FocusTime | None = None
    by: ParticipantId | None = None


class TimerChanged(Message, frozen=True, tag="timer-changed"):
    """The time box as it is now."""

    timer: Timer
    now_us: Micros
    by: ParticipantId | None = None


class NoteChanged(Message, frozen=True, tag="note-changed"):
    """A private note was written, changed or removed. Never sent to the candidate."""

    note: Note


class ChecksChanged(Message, frozen=True, tag="checks-changed"):
    """Checks began or finished."""

    round: CheckRound


class RoomEnded(Message, frozen=True, tag="room-ended"):
    """The room is over; the candidate's sockets close after this."""

    at_us: Micros
    by: ParticipantId | None = None


class RoomReopened(Message, frozen=True, tag="room-reopened"):
    """The room goes on."""

    at_us: Micros
    by: ParticipantId | None = None


class TextEdited(Message, frozen=True, tag="text-edited"):
    """Replay only: what an edit did, as `[file, from, deleted, inserted]` in order."""

    by: ParticipantId | None
    origin: EditOrigin
    ops: list[tuple[FileId, Count, Count, str]]


class CaretMoved(Message, frozen=True, tag="caret-moved"):
    """Replay only: where somebody's selection went."""

    by: ParticipantId
    file: FileId
    anchor: Count
    head: Count


class Pasted(Message, frozen=True, tag="pasted"):
    """Replay only: somebody pasted."""

    by: ParticipantId
    chars: Count
    own: bool = False


class FocusChanged(Message, frozen=True, tag="focus-changed"):
    """Replay only: somebody's tab gained or lost focus."""

    by: ParticipantId
    focused: bool


FromServer = (
    Lobby
    | Admitted
    | Welcome
    | Saved
    | StartOver
    | Refused
    | Slowed
    | PeopleChanged
    | RunRequested
    | RunStarted
    | OutputAdded
    | OutputsCleared
    | RunFinished
    | QuestionAsked
    | Completed
    | Inspected
    | VariablesListed
    | Unanswered
    | KernelChanged
    | FilesChanged
    | FocusTimeChanged
    | TimerChanged
    | NoteChanged
    | ChecksChanged
    | RoomEnded
    | RoomReopened
    | TextEdited
    | CaretMoved
    | Pasted
    | FocusChanged
)


class BadMessage(ValueError):
    """A text frame that is not a `FromClient`."""


_decoder: msgspec.json.Decoder[FromClient] = msgspec.json.Decoder(FromClient)
_encoder = msgspec.json.Encoder()


def decode(frame: str | bytes) -> FromClient:
    """Read one text frame of a page; raises `BadMessage` for anything that is not one."""
    try:
        return _decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadMessage(str(error)) from error


def encode(message: FromServer) -> bytes:
    """Write one text frame for a page."""
    return _encoder.encode(message)
