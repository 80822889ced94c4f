// The room as the page knows it: one pure `update` for every message, shared by the live room and the replay.

import type {
  CheckRound,
  FileView,
  FocusTime,
  FromServer,
  KernelLimits,
  KernelState,
  Lobby,
  Note,
  Output,
  Person,
  Role,
  RoomView,
  RunView,
  SlottedOutput,
  Timer,
} from "../protocol.gen.ts";

/** A run with the parts that the wire leaves out when they are empty. */
export type Run = Omit<RunView, "outputs"> & { readonly outputs: readonly SlottedOutput[] };

export interface RoomState {
  readonly you: string | null;
  readonly role: Role | null;
  readonly history: string | null;
  readonly recordKeys: boolean;
  readonly recordFocus: boolean;
  readonly room: RoomView | null;
  readonly timer: Timer | null;
  readonly kernel: KernelState;
  readonly kernelReason: string | null;
  readonly limits: KernelLimits | null;
  /** This site runs code without a sandbox. */
  readonly unsafeKernels: boolean;
  readonly people: readonly Person[];
  readonly runs: readonly Run[];
  readonly checks: readonly CheckRound[];
  readonly notes: readonly Note[];
  readonly files: readonly FileView[];
  readonly focusTime: FocusTime | null;
  /** Set while this person waits to be let in; then nothing else is known. */
  readonly lobby: Lobby | null;
  /** The last request that was not granted, as a sentence. */
  readonly notice: string | null;
  /** Why the server reads this page more slowly, said lately. */
  readonly slowed: string | null;
}

export const emptyRoom: RoomState = {
  you: null,
  role: null,
  history: null,
  recordKeys: false,
  recordFocus: false,
  room: null,
  timer: null,
  kernel: "none",
  kernelReason: null,
  limits: null,
  unsafeKernels: false,
  people: [],
  runs: [],
  checks: [],
  notes: [],
  files: [],
  focusTime: null,
  lobby: null,
  notice: null,
  slowed: null,
};

/** The room as it is after one more message. Pure: the socket, the replay and the tests call it. */
export function update(state: RoomState, message: FromServer): RoomState {
  switch (message.type) {
    case "lobby":
      return { ...emptyRoom, lobby: message, notice: state.notice };
    case "welcome":
      return {
        ...emptyRoom,
        you: message.you,
        role: message.role,
        history: message.history,
        recordKeys: message.recordKeys,
        recordFocus: message.recordFocus,
        room: message.room,
        timer: message.timer,
        kernel: message.kernel,
        kernelReason: message.kernelReason ?? null,
        limits: message.limits ?? null,
        unsafeKernels: message.unsafeKernels ?? false,
        people: message.people,
        runs: message.runs.map(asRun),
        checks: message.checks,
        notes: message.notes ?? [],
        files: message.files ?? [],
        focusTime: message.focusTime ?? null,
        notice: state.notice,
      };
    case "refused":
      return { ...state, notice: message.reason };
    case "slowed":
      return { ...state, slowed: message.reason };
    case "people-changed":
      return { ...state, people: message.people };
    case "run-requested":
      return { ...state, runs: put(state.runs, asRun(message.run), (run) => run.run === message.run.run) };
    case "run-started":
      return inRun(state, message.run, (run) => ({ ...run, state: "running", startedAtUs: message.atUs }));
    case "output-added":
      return inRun(state, message.run, (run) => ({
        ...(message.output.type === "input" ? withoutQuestion(run) : run),
        outputs: addOutput(run.outputs, message.output, message.slot ?? null),
      }));
    case "question-asked":
      return inRun(state, message.run, (run) => ({ ...run, question: message.question }));
    case "outputs-cleared":
      return inRun(state, message.run, (run) => ({ ...run, outputs: [] }));
    case "run-finished":
      return inRun(state, message.run, (run) => ({
        ...withoutQuestion(run),
        state: message.state,
        finishedAtUs: message.atUs,
        ...(message.executionCount === undefined ? {} : { executionCount: message.executionCount }),
        ...(message.reason === undefined ? {} : { reason: message.reason }),
      }));
    case "kernel-changed":
      return {
        ...state,
        kernel: message.state,
        kernelReason: message.reason ?? null,
        runs: message.fresh ? state.runs.map((run) => ({ ...run, stale: true })) : state.runs,
      };
    case "files-changed":
      return { ...state, files: message.files };
    case "focus-time-changed":
      return { ...state, focusTime: message.focusTime ?? null };
    case "timer-changed":
      return { ...state, timer: message.timer };
    case "note-changed":
      return { ...state, notes: changeNote(state.notes, message.note) };
    case "checks-changed":
      return {
        ...state,
        checks: put(state.checks, message.round, (round) => round.round === message.round.round),
      };
    case "room-ended":
      return state.room === null ? state : { ...state, room: { ...state.room, state: "ended" } };
    case "room-reopened":
      return state.room === null ? state : { ...state, room: { ...state.room, state: "open" } };
    // What is kept is the outbox's business, and beginning anew the session's.
    case "admitted":
    case "saved":
    case "start-over":
    // Whoever asked the kernel has the answer.
    case "completed":
    case "inspected":
    case "variables-listed":
    case "unanswered":
    // The replay's player follows the text, carets, pastes and focus itself.
    case "text-edited":
    case "caret-moved":
    case "pasted":
    case "focus-changed":
      return state;
    default:
      message satisfies never; // every message is handled above; a newer server's leaves the room as it is
      return state;
  }
}

export function personOf(people: readonly Person[], participant: string): Person | undefined {
  return people.find((person) => person.participant === participant);
}

/** Whether somebody of this role runs the room: lets people in, gives time, ends it. */
export function isHost(role: Role | null): boolean {
  return role === "owner" || role === "interviewer";
}

export function isBusy(run: Run): boolean {
  return run.state === "queued" || run.state === "running";
}

/** The run that the kernel is at. */
export function runningOf(state: RoomState): string | undefined {
  return state.runs.find((run) => run.state === "running")?.run;
}

/** The run that waits for an answer. */
export function askingRun(runs: readonly Run[]): Run | undefined {
  return runs.find((run) => run.question !== undefined);
}

function asRun(view: RunView): Run {
  return { ...view, outputs: view.outputs ?? [] };
}

/** Messages are safe to receive twice: what is known already is replaced where it stands. */
function put<T>(list: readonly T[], item: T, same: (other: T) => boolean): T[] {
  const at = list.findIndex(same);
  return at < 0 ? [...list, item] : list.with(at, item);
}

function inRun(state: RoomState, id: string, change: (run: Run) => Run): RoomState {
  return { ...state, runs: state.runs.map((run) => (run.run === id ? change(run) : run)) };
}

function withoutQuestion({ question: _, ...run }: Run): Run {
  return run;
}

/** Consecutive text of one stream is one output; an output with a slot takes the place of the one before it. */
function addOutput(
  outputs: readonly SlottedOutput[],
  output: Output,
  slot: string | null,
): readonly SlottedOutput[] {
  if (slot !== null) {
    return put(outputs, { output, slot }, (other) => other.slot === slot);
  }
  const last = outputs.at(-1)?.output;
  if (output.type === "stream" && last?.type === "stream" && last.name === output.name) {
    return outputs.with(-1, { output: { ...last, text: last.text + output.text } });
  }
  return [...outputs, { output }];
}

function changeNote(notes: readonly Note[], note: Note): readonly Note[] {
  if (note.text === "") {
    return notes.filter((other) => other.note !== note.note);
  }
  return put(notes, note, (other) => other.note === note.note);
}
