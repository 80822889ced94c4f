// What happened, as a list of sentences and of marks: the moments that somebody may want to jump to. Pure.

import { plural } from "../core/format.ts";
import type { FileView, FromServer, Person, Replay, RunState } from "../protocol.gen.ts";
import { filesOf, pathOf } from "../room/files.ts";

export const KINDS = ["run", "error", "paste", "check", "note", "people", "focus", "room"] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_WORDS: Record<Kind, string> = {
  run: "Runs",
  error: "Errors",
  paste: "Pastes",
  check: "Checks",
  note: "Notes",
  people: "Joins and leaves",
  focus: "Tab focus",
  room: "Room",
};

export interface ReplayEvent {
  readonly atUs: number;
  readonly kind: Kind;
  /** The participant, or null for the server. */
  readonly by: string | null;
  readonly words: string;
  /** The candidate never sees it. */
  readonly private: boolean;
  readonly late: boolean;
}

interface Known {
  files: readonly FileView[];
  here: Map<string, number>;
  runs: Map<string, { by: string; number: number }>;
  wasOpen: boolean;
}

type Told = Pick<ReplayEvent, "kind" | "by" | "words"> & { private?: boolean };

export function eventsOf(replay: Replay): ReplayEvent[] {
  const known: Known = { files: filesOf([]), here: new Map(), runs: new Map(), wasOpen: false };
  return replay.frames.flatMap(({ atUs, message, late }) =>
    tell(message, known).map((told) => ({
      ...told,
      atUs,
      private: told.private ?? false,
      late: late ?? false,
    })),
  );
}

function tell(message: FromServer, known: Known): Told[] {
  switch (message.type) {
    case "people-changed":
      return comings(message.people, known);
    case "run-requested": {
      const number = known.runs.size + 1;
      known.runs.set(message.run.run, { by: message.run.by, number });
      return [{ kind: "run", by: message.run.by, words: `Run ${number}: ${firstLine(message.run.source)}` }];
    }
    case "run-finished": {
      const run = known.runs.get(message.run);
      const words = ENDINGS[message.state];
      if (!run || !words) return [];
      return [{ kind: "error", by: run.by, words: `Run ${run.number} ${words}` }];
    }
    case "pasted": {
      const words = `Pasted ${plural(message.chars, "character")}`;
      return [{ kind: "paste", by: message.by, words: message.own ? `${words} copied in this room` : words }];
    }
    case "focus-changed":
      return [
        {
          kind: "focus",
          by: message.by,
          words: message.focused ? "Came back to the tab" : "Went to another tab or window",
        },
      ];
    case "checks-changed": {
      const { which, results, problem, by } = message.round;
      const passed = results?.filter((result) => result.passed).length;
      if (passed === undefined && problem === undefined) return [];
      const told = results ? `${passed} of ${results.length} pass` : problem;
      return [
        {
          kind: "check",
          by,
          words: `${which === "hidden" ? "Hidden" : "Visible"} checks: ${told}`,
          private: which === "hidden",
        },
      ];
    }
    case "note-changed":
      return message.note.text
        ? [
            {
              kind: "note",
              by: message.note.by,
              words: clipped(message.note.text.trim(), NOTE_MAX),
              private: true,
            },
          ]
        : [];
    case "kernel-changed":
      return message.fresh && message.reason ? [{ kind: "room", by: null, words: message.reason }] : [];
    case "timer-changed":
      return message.by === undefined
        ? []
        : [
            {
              kind: "room",
              by: message.by,
              words: `Changed the time box to ${plural(message.timer.minutes, "minute")}`,
            },
          ];
    case "files-changed": {
      const [before, now] = [known.files, message.files].map((files) => pathOf(files, message.file));
      known.files = message.files;
      return fileWords(before, now).map((words) => ({ kind: "room", by: message.by ?? null, words }));
    }
    case "focus-time-changed": {
      const words = message.focusTime === undefined ? "Focus time ended" : "Focus time began";
      return [{ kind: "room", by: message.by ?? null, words }];
    }
    case "room-ended":
      return [
        { kind: "room", by: message.by ?? null, words: message.by ? "Ended the room" : "The room ended" },
      ];
    case "room-reopened":
      return [
        {
          kind: "room",
          by: message.by ?? null,
          words: message.by ? "Reopened the room" : "The room was reopened",
        },
      ];
    default:
      return [];
  }
}

function fileWords(before: string | undefined, now: string | undefined): string[] {
  if (now === undefined) return [`Deleted ${before ?? "a file"}`];
  if (before === undefined) return [`Added ${now}`];
  return before === now ? [] : [`Renamed ${before} to ${now}`];
}

const ENDINGS: Partial<Record<RunState, string>> = {
  error: "raised an error",
  died: "ended with the kernel",
  "timed-out": "ran out of time",
  interrupted: "was interrupted",
};

function comings(people: Person[], known: Known): Told[] {
  const told: Told[] = [];
  for (const { participant, here = 0 } of people) {
    const before = known.here.get(participant) ?? 0;
    known.here.set(participant, here);
    if (before === 0 && here > 0) told.push({ kind: "people", by: participant, words: "Joined" });
    if (before > 0 && here === 0) told.push({ kind: "people", by: participant, words: "Left" });
  }
  return told;
}

const LINE_MAX = 80;
const NOTE_MAX = 400;

function firstLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return clipped(lines.find((line) => line !== "" && !line.startsWith("# %%")) ?? "nothing", LINE_MAX);
}

function clipped(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Where Shift and the arrows go: the next or the previous event, or undefined past the last. */
export function neighbour(
  events: readonly ReplayEvent[],
  atUs: number,
  forward: boolean,
): ReplayEvent | undefined {
  return forward ? events.find((event) => event.atUs > atUs) : events.findLast((event) => event.atUs < atUs);
}
