// Made from liveroom/messages.py and liveroom/api.py by `make protocol`: change those, not this file.
// A field marked `?` is absent when it has its default, which is "none" unless a comment names another.

// --- messages.py

export const SUBPROTOCOL = "liveroom.1";

export const MAIN_FILE = "main";

export const INLINE_BYTES_MAX = 16384;

export const SOURCE_CHARS_MAX = 200000;

export const FILE_CHARS_MAX = 200000;

export const PATH_CHARS_MAX = 120;

export const NOTE_CHARS_MAX = 20000;

export const KEYS_PER_BATCH_MAX = 256;

export type Role = "owner" | "interviewer" | "observer" | "candidate";

export type RoomKind = "live" | "take-home";

export type Accommodation = 0 | 25 | 50;

export type EditOrigin =
  | "typed"
  | "auto-closed"
  | "indented"
  | "pasted"
  | "dropped"
  | "deleted"
  | "completed"
  | "undo"
  | "redo"
  | "command";

export type RunState =
  | "queued"
  | "running"
  | "ok"
  | "error"
  | "interrupted"
  | "died"
  | "timed-out"
  | "cancelled";

export type KernelState = "none" | "starting" | "ready" | "busy" | "lost";

export type RoomState = "waiting" | "open" | "ended";

export type CheckKind = "visible" | "hidden";

export type KeyWay = "down" | "up" | "lost";

export type Platform = "mac" | "windows" | "linux" | "chromeos" | "android" | "ios" | "other";

export type Browser = "chromium" | "firefox" | "safari" | "other";

export type Layout = "qwerty" | "qwertz" | "azerty" | "dvorak" | "colemak" | "other";

/** Where a cell's `# %%` mark is: as a Yjs relative position, and as the offset its sender saw. */
export interface Place {
  file: string;
  position: string;
  offset: number;
}

/**
 * A participant as the others see them. `clients` are their Yjs client ids; `here` counts open tabs.
 *
 * `waiting`: in the lobby, and not in the room until an interviewer admits them.
 */
export interface Person {
  participant: string;
  name: string;
  role: Role;
  colour: string;
  /** Absent means 0. */
  here?: number;
  /** Absent means []. */
  clients?: number[];
  /** Absent means false. */
  waiting?: boolean;
}

/** One file of the room. Its text is the root text `content` for `main`, else `files[file]` of the Yjs document. */
export interface FileView {
  file: string;
  path: string;
}

/**
 * The time box. It starts when the candidate is first in the room; until then `ends_at_us` is absent.
 *
 * `minutes` is all of it, `accommodation` included: how many per cent of it come on top for this candidate.
 */
export interface Timer {
  minutes: number;
  startedAtUs?: number;
  endsAtUs?: number;
  /** Absent means 0. */
  accommodation?: Accommodation;
}

/** Minutes in which the candidate works unwatched: interviewers' and observers' pages blur, the record goes on. */
export interface FocusTime {
  startedAtUs: number;
  endsAtUs: number;
  by: string;
}

/** Content that is too large for a frame: `GET /api/rooms/{room}/blobs/{sha256}` with the participant's token. */
export interface Blob {
  sha256: string;
  size: number;
}

/** One representation of a display. Binary types are base64 in `text`; large ones are a `blob` instead. */
export interface Part {
  mime: string;
  text?: string;
  blob?: Blob;
}

/** Text that a run printed; consecutive ones of the same name continue each other. */
export interface StreamOutput {
  type: "stream";
  name: "stdout" | "stderr";
  text: string;
}

/** Something a run showed, in one or more representations; `result` marks a cell's last value. */
export interface DisplayOutput {
  type: "display";
  parts: Part[];
  /** Absent means false. */
  result?: boolean;
}

/** An exception that ended a run. The traceback's lines carry ANSI colours. */
export interface FailureOutput {
  type: "failure";
  name: string;
  message: string;
  traceback: string[];
}

/** What a run asked for by `input()`, and who answered what. The answer to a hidden one (`getpass`) is absent. */
export interface InputOutput {
  type: "input";
  prompt: string;
  by: string;
  answer?: string;
}

export type Output = StreamOutput | DisplayOutput | FailureOutput | InputOutput;

/** An output of a run as a late joiner finds it. */
export interface SlottedOutput {
  output: Output;
  slot?: string;
}

/** A run waits for an answer to `input()`; `question` counts them within the run. `hidden` is for `getpass()`. */
export interface Question {
  question: number;
  prompt: string;
  /** Absent means false. */
  hidden?: boolean;
}

/** What the room's kernel may use, and the environment that it runs in. */
export interface KernelLimits {
  environment: string;
  memoryMib: number;
  cpus: number;
  pids: number;
  diskMib: number;
  runSeconds: number;
  outputMib: number;
}

/** One way to complete; `kind` is a word such as function, module or instance, or empty. */
export interface Match {
  text: string;
  /** Absent means "". */
  kind?: string;
}

/** One variable of the live kernel. `shape` and `dtype` are empty where the value has none. */
export interface Variable {
  name: string;
  kind: string;
  /** Absent means "". */
  shape?: string;
  /** Absent means "". */
  dtype?: string;
  /** Absent means "". */
  summary?: string;
}

/** One run with all that it has put out so far. */
export interface RunView {
  run: string;
  by: string;
  source: string;
  place: Place;
  state: RunState;
  requestedAtUs: number;
  startedAtUs?: number;
  finishedAtUs?: number;
  executionCount?: number;
  reason?: string;
  /** Absent means false. */
  stale?: boolean;
  /** Absent means []. */
  outputs?: SlottedOutput[];
  question?: Question;
}

/** A private note, written at an instant of the room. An empty text means that it was removed. */
export interface Note {
  note: string;
  by: string;
  atUs: number;
  text: string;
}

/** One check's outcome. `reason` is a sentence; hidden checks keep it from the candidate by audience. */
export interface CheckResult {
  name: string;
  sentence: string;
  passed: boolean;
  reason?: string;
}

/** One time that somebody asked for checks. `results` is absent while they run. */
export interface CheckRound {
  round: string;
  which: CheckKind;
  by: string;
  atUs: number;
  results?: CheckResult[];
  problem?: string;
}

/** A file that the kernel sees at `data/<name>`: `GET /api/rooms/{room}/data/{name}` downloads it. */
export interface DataFile {
  name: string;
  size: number;
  /** Absent means "". */
  preview?: string;
}

/**
 * What everyone in the room may know of it. `guide` is present for interviewers alone.
 *
 * Of a `practice` room nothing is kept.
 */
export interface RoomView {
  room: string;
  title: string;
  kind: RoomKind;
  state: RoomState;
  made: string;
  brief: string;
  data: DataFile[];
  /** Absent means false. */
  hasVisibleChecks?: boolean;
  /** Absent means false. */
  hasHiddenChecks?: boolean;
  meetingUrl?: string;
  guide?: string;
  /** Absent means false. */
  practice?: boolean;
}

/**
 * The first frame of every connection. `history` is the one that the page's document belongs to, if it has one.
 *
 * `next` is the `n` of the recorded frame that the page sends next: frames that were refused leave gaps, and from
 * here on none may be left out.
 */
export interface Hello {
  type: "hello";
  page: string;
  client: number;
  history?: string;
  /** Absent means 1. */
  next?: number;
}

/** One Yjs update of the page's document, in base64. `n` counts every recorded frame of the page, from 1. */
export interface Edit {
  type: "edit";
  page: string;
  n: number;
  clientAtUs: number;
  origin: EditOrigin;
  update: string;
}

/**
 * Key presses and releases of a candidate who consented: `[client_at_us, way, code, flags]`.
 *
 * Flags: 1 repeat, 2 untrusted, 4 composing, 8 chord. `lost`: the page cannot see this key come up any more.
 */
export interface Keys {
  type: "keys";
  page: string;
  n: number;
  keys: [number, KeyWay, string, number][];
}

/**
 * What a candidate who consented types on, in classes too coarse to tell people apart; sent again when it changes.
 *
 * `tick_us` is the step of the keys' clock, as found from their times; `isolated` lets the browser make it fine.
 * `touch`: a keyboard on the screen. What the page cannot tell, or not yet, is absent.
 */
export interface SetUp {
  type: "set-up";
  page: string;
  n: number;
  clientAtUs: number;
  isolated: boolean;
  platform: Platform;
  browser: Browser;
  touch: boolean;
  layout?: Layout;
  tickUs?: number;
}

/** Text came in by clipboard or drop. `own` says that the same text was copied or cut in this room before. */
export interface Paste {
  type: "paste";
  page: string;
  n: number;
  clientAtUs: number;
  chars: number;
  lines: number;
  /** Absent means false. */
  own?: boolean;
}

/** The room's tab gained or lost focus. */
export interface Focus {
  type: "focus";
  page: string;
  n: number;
  clientAtUs: number;
  focused: boolean;
}

/** Run a cell's source, exactly as the sender saw it. */
export interface RequestRun {
  type: "request-run";
  page: string;
  n: number;
  clientAtUs: number;
  source: string;
  place: Place;
}

/** Where the sender's selection is, in UTF-16 units, for the replay; live carets travel as Yjs awareness. */
export interface Caret {
  type: "caret";
  file: string;
  anchor: number;
  head: number;
}

/** Interrupt what runs and cancel what waits. Variables are kept. A second one during a run is harder to ignore. */
export interface InterruptRun {
  type: "interrupt-run";
}

/** Answer what a run asks for by `input()`. The first answer counts. */
export interface AnswerQuestion {
  type: "answer-question";
  run: string;
  question: number;
  text: string;
}

/** Ask the live kernel for completions at `cursor`, in code points of `source`. `ask` comes back in the answer. */
export interface Complete {
  type: "complete";
  ask: number;
  source: string;
  cursor: number;
}

/** Ask the live kernel what it knows of the name at `cursor`, in code points of `source`. */
export interface Inspect {
  type: "inspect";
  ask: number;
  source: string;
  cursor: number;
}

/** Ask the live kernel for its variables. */
export interface ListVariables {
  type: "list-variables";
  ask: number;
}

/** Start the kernel anew. Variables are gone, text and earlier outputs stay. */
export interface RestartKernel {
  type: "restart-kernel";
}

/** Make a file, with a text if it has one already, as a dropped or a brought back one has. */
export interface AddFile {
  type: "add-file";
  path: string;
  /** Absent means "". */
  text?: string;
}

/** Give a file another path. */
export interface RenameFile {
  type: "rename-file";
  file: string;
  path: string;
}

/** Delete a file with its text. The first file cannot be deleted. */
export interface DeleteFile {
  type: "delete-file";
  file: string;
}

/** Let somebody who waits in the lobby into the room (interviewers). */
export interface Admit {
  type: "admit";
  participant: string;
}

/** Let the candidate work unwatched for some minutes (the candidate, or an interviewer). */
export interface StartFocusTime {
  type: "start-focus-time";
  /** Absent means 5. */
  minutes?: number;
}

/** End focus time before its clock does (who may start it). */
export interface EndFocusTime {
  type: "end-focus-time";
}

/** Give this candidate more time than others, before the clock starts (interviewers). */
export interface SetAccommodation {
  type: "set-accommodation";
  percent: Accommodation;
}

/** Give more time (interviewers). */
export interface ExtendTime {
  type: "extend-time";
  minutes: number;
}

/** Add a private note, or change or (empty text) remove one of one's own. */
export interface WriteNote {
  type: "write-note";
  note: string;
  text: string;
}

/** Judge the document as it is now. Hidden checks are for interviewers. */
export interface RunChecks {
  type: "run-checks";
  which: CheckKind;
}

/** End the interview (interviewers), or submit a take-home (its candidate). */
export interface EndRoom {
  type: "end-room";
}

export type FromClient =
  | Hello
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
  | EndRoom;

/**
 * The answer to `Hello` of somebody who waits to be let in. Nothing of them is recorded, nothing of the room told.
 *
 * `hosts` are the names of those who could admit them and are here. `Admitted` comes on the same socket.
 */
export interface Lobby {
  type: "lobby";
  title: string;
  kind: RoomKind;
  /** Absent means []. */
  hosts?: string[];
}

/** The wait in the lobby is over: say `Hello` again. */
export interface Admitted {
  type: "admitted";
}

/**
 * The answer to `Hello`: everything as it is now. `saved` is the highest `n` of this page that is on disk.
 *
 * It comes again, unasked, when the participant's role has changed. `record_keys` and `record_focus` say whether
 * this participant's key and focus events are wanted at all. `unsafe_kernels`: this site runs code without a sandbox.
 */
export interface Welcome {
  type: "welcome";
  you: string;
  role: Role;
  history: string;
  nowUs: number;
  saved: number;
  recordKeys: boolean;
  recordFocus: boolean;
  room: RoomView;
  timer: Timer;
  kernel: KernelState;
  people: Person[];
  runs: RunView[];
  checks: CheckRound[];
  /** Absent means []. */
  notes?: Note[];
  kernelReason?: string;
  /** Absent means []. */
  files?: FileView[];
  focusTime?: FocusTime;
  limits?: KernelLimits;
  /** Absent means false. */
  unsafeKernels?: boolean;
}

/** Every recorded frame of this page up to `n` is on disk. */
export interface Saved {
  type: "saved";
  page: string;
  n: number;
}

/** The page's text is not the room's: keep it as a download, then begin from the server's document. */
export interface StartOver {
  type: "start-over";
  reason: string;
  history: string;
}

/** A request was not granted, and why. With `page` and `n`, that frame was not recorded. */
export interface Refused {
  type: "refused";
  reason: string;
  page?: string;
  n?: number;
}

/** The page sends faster than one page may, so the server reads it more slowly, and why. Nothing is lost. */
export interface Slowed {
  type: "slowed";
  reason: string;
}

/** Who belongs to the room and how many tabs each has open. */
export interface PeopleChanged {
  type: "people-changed";
  people: Person[];
}

/** A run joined the queue. */
export interface RunRequested {
  type: "run-requested";
  run: RunView;
}

/** A run reached the kernel. */
export interface RunStarted {
  type: "run-started";
  run: string;
  atUs: number;
}

/** The run produced one more output. `slot` names an earlier one that it replaces (display updates). */
export interface OutputAdded {
  type: "output-added";
  run: string;
  output: Output;
  slot?: string;
}

/** The run removed all that it had put out. */
export interface OutputsCleared {
  type: "outputs-cleared";
  run: string;
}

/** A run ended; `reason` is a sentence when it did not end by itself. */
export interface RunFinished {
  type: "run-finished";
  run: string;
  state: RunState;
  atUs: number;
  executionCount?: number;
  reason?: string;
}

/** A run waits for an answer. An `input` output with it, or the end of the run, ends the wait. */
export interface QuestionAsked {
  type: "question-asked";
  run: string;
  question: Question;
}

/** Each match may stand in place of the source from `start` to `end`, in code points. */
export interface Completed {
  type: "completed";
  ask: number;
  start: number;
  end: number;
  matches: Match[];
}

/** What the kernel knows of a name, with ANSI colours; empty if nothing. */
export interface Inspected {
  type: "inspected";
  ask: number;
  text: string;
}

/** The kernel's variables, in the order in which they were made. */
export interface VariablesListed {
  type: "variables-listed";
  ask: number;
  variables: Variable[];
}

/** The kernel could not be asked, and why. */
export interface Unanswered {
  type: "unanswered";
  ask: number;
  reason: string;
}

/** The kernel's state, with a sentence where one helps. `fresh`: variables are gone, earlier runs are stale. */
export interface KernelChanged {
  type: "kernel-changed";
  state: KernelState;
  reason?: string;
  /** Absent means false. */
  fresh?: boolean;
}

/** `file` was made, renamed or deleted; a deleted one is not among `files` any more. */
export interface FilesChanged {
  type: "files-changed";
  files: FileView[];
  file: string;
  by?: string;
}

/** Focus time began, or (absent) ended. */
export interface FocusTimeChanged {
  type: "focus-time-changed";
  nowUs: number;
  focusTime?: FocusTime;
  by?: string;
}

/** The time box as it is now. */
export interface TimerChanged {
  type: "timer-changed";
  timer: Timer;
  nowUs: number;
  by?: string;
}

/** A private note was written, changed or removed. Never sent to the candidate. */
export interface NoteChanged {
  type: "note-changed";
  note: Note;
}

/** Checks began or finished. */
export interface ChecksChanged {
  type: "checks-changed";
  round: CheckRound;
}

/** The room is over; the candidate's sockets close after this. */
export interface RoomEnded {
  type: "room-ended";
  atUs: number;
  by?: string;
}

/** The room goes on. */
export interface RoomReopened {
  type: "room-reopened";
  atUs: number;
  by?: string;
}

/** Replay only: what an edit did, as `[file, from, deleted, inserted]` in order. */
export interface TextEdited {
  type: "text-edited";
  by: string | null;
  origin: EditOrigin;
  ops: [string, number, number, string][];
}

/** Replay only: where somebody's selection went. */
export interface CaretMoved {
  type: "caret-moved";
  by: string;
  file: string;
  anchor: number;
  head: number;
}

/** Replay only: somebody pasted. */
export interface Pasted {
  type: "pasted";
  by: string;
  chars: number;
  /** Absent means false. */
  own?: boolean;
}

/** Replay only: somebody's tab gained or lost focus. */
export interface FocusChanged {
  type: "focus-changed";
  by: string;
  focused: boolean;
}

export type FromServer =
  | Lobby
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
  | FocusChanged;

// --- api.py

/** The body of every reply that is not a success. `error` is a sentence for a person; `code` is for a program. */
export interface Problem {
  code: string;
  error: string;
}

/**
 * What every page may know of this server. `warning` is a sentence for the owner, as of loopback-only links.
 *
 * `unsafe_kernels`: code in rooms runs without a sandbox.
 */
export interface Site {
  organisation: string;
  contact: string;
  retentionDays: number;
  signedIn: boolean;
  warning?: string;
  /** Absent means false. */
  unsafeKernels?: boolean;
}

/** The one-use token that `make run` or `liveroom sign-in` printed. */
export interface SignIn {
  token: string;
}

export interface ExerciseSummary {
  slug: string;
  title: string;
  summary: string;
  minutes: number;
}

/** A file in base64. A .py or .ipynb becomes the starter text; anything else is data. */
export interface Upload {
  name: string;
  content: string;
}

/**
 * `exercise` names one of the catalogue; without it the room is blank, with one's own brief and starter.
 *
 * `continues` names the take-home before it; `with`, the command line's word for the same, will do too. `lobby`: the
 * candidate waits until an interviewer admits them. `accommodation` is per cent more than `minutes`. `environment`,
 * `memory_mib` and `run_seconds` are for its kernel, where they are not what the exercise or the site has.
 */
export interface NewRoom {
  kind: RoomKind;
  candidate: string;
  exercise?: string;
  title?: string;
  /** Absent means "". */
  brief?: string;
  /** Absent means "". */
  starter?: string;
  /** Absent means []. */
  uploads?: Upload[];
  minutes?: number;
  meetingUrl?: string;
  /** Absent means false. */
  lobby?: boolean;
  /** Absent means 0. */
  accommodation?: Accommodation;
  environment?: string;
  memoryMib?: number;
  runSeconds?: number;
  continues?: string;
  with?: string;
}

/** The room with one link and one participant's token a role. */
export interface RoomMade {
  room: string;
  links: Partial<Record<Role, string>>;
  tokens: Partial<Record<Role, string>>;
}

/** A role's link to the room. `state` says why it would not open now. */
export interface Link {
  serial: string;
  role: Role;
  url: string;
  made: string;
  expires: string;
  state: "valid" | "expired" | "revoked";
}

export interface NewLink {
  role: Role;
  days?: number;
}

/** What a member of the panel may do from now on. Nobody becomes a candidate, and a candidate stays one. */
export interface ChangeRole {
  role: "interviewer" | "observer";
}

/** A line of the dashboard. `next_step` is a sentence: what to do now. */
export interface RoomSummary {
  room: string;
  title: string;
  kind: RoomKind;
  state: RoomState;
  candidate: string;
  candidateId: string;
  made: string;
  minutes: number;
  nextStep: string;
  /** Absent means 0. */
  peopleHere?: number;
  started?: string;
  ended?: string;
  deletesOn?: string;
  continues?: string;
  continuedBy?: string;
  /** Absent means true. */
  replay?: boolean;
}

/** A room with its links, for the owner. */
export interface RoomDetails {
  summary: RoomSummary;
  links: Link[];
}

/** A participant's own token, the only kind that sockets take. It lives in the tab's sessionStorage. */
export interface Entered {
  room: string;
  participant: string;
  role: Role;
  token: string;
  /** Absent means false. */
  consentNeeded?: boolean;
}

export interface LookAtLink {
  link: string;
}

/** `name` is how others will see the person; the candidate's is known and ignored here. */
export interface JoinByLink {
  link: string;
  name?: string;
}

/** The exact text that the candidate is shown. `text_hash` (sha256) goes back with the answer. */
export interface ConsentNotice {
  who: string;
  contact: string;
  purpose: string;
  recorded: string[];
  notRecorded: string[];
  retentionDays: number;
  replay: string;
  metrics: string;
  typing: string;
  textHash: string;
  /** Absent means true. */
  asksTyping?: boolean;
  /** Absent means true. */
  asksMetrics?: boolean;
}

/** What a link leads to, before anything is recorded. `notice` is present while a candidate has not answered. */
export interface Invitation {
  role: Role;
  title: string;
  kind: RoomKind;
  state: RoomState;
  minutes: number;
  organisation: string;
  contact: string;
  needsName: boolean;
  meetingUrl?: string;
  notice?: ConsentNotice;
}

/** The candidate's answer, a switch each. */
export interface Consent {
  textHash: string;
  replay: boolean;
  metrics: boolean;
  typing: boolean;
}

/** The thank-you page of a candidate, after the end. `kept` are sentences; `typing_kept` lets them take it back. */
export interface WhatWasKept {
  organisation: string;
  contact: string;
  title: string;
  kind: RoomKind;
  kept: string[];
  deletesOn: string | null;
  howToDelete: string;
  /** Absent means false. */
  typingKept?: boolean;
}

/** A file of the kernel's work folder; `GET /api/rooms/{room}/work/{path}` downloads it. */
export interface WorkFile {
  path: string;
  size: number;
  modified: string;
}

/**
 * One thing that happened. `late` marks one that arrived after a gap; its own time is then `client_at_us`.
 *
 * `seq` counts what is shown: gaps would tell who let keys be recorded, which a replay does not show.
 */
export interface ReplayFrame {
  seq: number;
  atUs: number;
  message: FromServer;
  /** Absent means false. */
  late?: boolean;
}

/** A whole room, played back. `people` holds everyone who was ever in it. */
export interface Replay {
  view: RoomView;
  people: Person[];
  durationUs: number;
  starter: string;
  frames: ReplayFrame[];
}

/**
 * What one feature adds to the log10 likelihood ratio, with typical values in milliseconds where it has any.
 *
 * `cohort_ms` holds the middle 60 % of the cohort's people.
 */
export interface Contribution {
  feature: string;
  contribution: number;
  profileMs?: number;
  questionedMs?: number;
  cohortMs?: [number, number];
}

/** One circumstance of the two sessions side by side, in words. `effect`: what a difference did to the result. */
export interface Condition {
  name: string;
  profile: string;
  questioned: string;
  /** Absent means false. */
  differs?: boolean;
  /** Absent means "". */
  effect?: string;
}

/** Of 100 ratios of 1/10 or lower, how many would be right if `prevalence` of candidates had somebody else type. */
export interface BaseRate {
  prevalence: number;
  rightOf100: number;
  sentence: string;
}

/** How the cohort's log10 ratios are spread at `keys` questioned keys: `same` and `different` over `log10_lr`. */
export interface Densities {
  keys: number;
  log10Lr: number[];
  same: number[];
  different: number[];
}

/** Shares of times between `edges_ms` (one more than shares), of the profile and of the questioned session. */
export interface Histogram {
  name: "hold" | "flight";
  edgesMs: number[];
  profile: number[];
  questioned: number[];
}

/** The comparison of one stretch of the room. None: too little of it could be compared. */
export interface TypingWindow {
  fromUs: number;
  toUs: number;
  keys: number;
  log10Lr?: number;
  interval90?: [number, number];
}

/** Two windows or more, one after the other, say otherwise than those before them. */
export interface Handover {
  atUs: number;
  sentence: string;
}

/** Something about where the key events came from, apart from the ratio. `explanation` is an innocent reason. */
export interface ProvenanceFlag {
  kind: string;
  sentence: string;
  explanation: string;
  atUs?: number;
}

/**
 * The evidence of typing, or why there is none.
 *
 * "not-run" and "not-run-yet" read alike for every cause. `sentence` says the ratio, `verbal` the scale's word for it.
 * `base_rate_source` says what the base rates are reckoned from. `drift90` holds nine in ten windows that one person
 * typed, as far as the cohort's people tell.
 */
export interface TypingComparison {
  status: "ok" | "indicative" | "insufficient_data" | "incompatible_conditions" | "not-run" | "not-run-yet";
  /** Absent means []. */
  reasons?: string[];
  log10Lr?: number;
  interval90?: [number, number];
  sentence?: string;
  verbal?: string;
  nProfile?: number;
  nQuestioned?: number;
  sharedDigraphs?: number;
  cohort?: string;
  /** Absent means []. */
  propositions?: string[];
  /** Absent means []. */
  baseRates?: BaseRate[];
  baseRateSource?: string;
  /** Absent means []. */
  limits?: string[];
  /** Absent means []. */
  top?: Contribution[];
  /** Absent means []. */
  conditions?: Condition[];
  densities?: Densities;
  /** Absent means []. */
  histograms?: Histogram[];
  /** Absent means []. */
  windows?: TypingWindow[];
  drift90?: [number, number];
  handover?: Handover;
  /** Absent means []. */
  flags?: ProvenanceFlag[];
  /** Absent means []. */
  profileQuality?: string[];
}

/** How the work went, as one number. `percentile` is of `cohort`, None where no cohort measured the same. */
export interface ProcessMetric {
  name: string;
  value: string;
  explanation: string;
  percentile?: number;
  cohort?: string;
  atUs?: number;
}

/** What people wrote beside the comparison: the candidate, and whoever reviewed it. Times are spoken ones. */
export interface TypingReview {
  situationDiffered?: boolean;
  /** Absent means "". */
  candidateNote?: string;
  candidateNoted?: string;
  reviewer?: string;
  /** Absent means "". */
  reviewerNote?: string;
  reviewed?: string;
}

/**
 * The candidate's own view of the comparison, after the room.
 *
 * "none": there is nothing to show or ask. "ask": the question about a different set-up waits. "reading": answered,
 * and only the candidate sees the result. "shown": the panel may open it. `opens` says when it would be shown by
 * itself, `opened` when the panel first opened it. Times are counted from `start_us`, as on the panel's page;
 * `replay`: they may open the room's replay.
 */
export interface OwnTyping {
  state: "none" | "ask" | "reading" | "shown";
  comparison: TypingComparison;
  review: TypingReview;
  opens?: string;
  opened?: string;
  startUs?: number;
  /** Absent means false. */
  replay?: boolean;
}

/** Was the typing set-up or situation different from the take-home's? No details are asked or kept. */
export interface SituationAnswer {
  differed: boolean;
}

/** What the candidate writes beside the comparison, maybe nothing. Sending it lets the panel open the comparison. */
export interface CandidateNote {
  text: string;
}

/** A named person's reading of the comparison, without which it is not exported. */
export interface ReviewNote {
  reviewer: string;
  note: string;
}

/** One line of the report's header, with the instant it speaks of, if it has one. */
export interface Fact {
  label: string;
  value: string;
  atUs?: number;
}

export interface CheckSummary {
  which: CheckKind;
  passed: number;
  total: number;
  atUs: number;
}

/** What the panel reads after the room. Times are counted from `start_us`, as in the replay. */
export interface Report {
  room: string;
  title: string;
  kind: RoomKind;
  candidate: string;
  facts: Fact[];
  checks: CheckSummary[];
  comparison: TypingComparison;
  takeHome?: string;
  /** Absent means true. */
  replay?: boolean;
  /** Absent means []. */
  metrics?: ProcessMetric[];
  /** Absent means {}. */
  review?: TypingReview;
  startUs?: number;
}

export interface CandidateSummary {
  candidateId: string;
  name: string;
  rooms: string[];
}

/** What was deleted for good. */
export interface Forgotten {
  candidateId: string;
  rooms: number;
  events: number;
  note: string;
}

/** A bearer token for programs, shown this once. */
export interface NewToken {
  token: string;
}

/** A one-use address that signs the owner in. */
export interface SignInLink {
  url: string;
}

export interface Ok {
  /** Absent means true. */
  ok?: boolean;
}
