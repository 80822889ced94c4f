// A recording and the room as it was at any instant of it. Pure: frames go in, a `Moment` comes out.

import type { Replay, ReplayFrame } from "../protocol.gen.ts";
import { MAIN_FILE } from "../protocol.gen.ts";
import { emptyRoom, type RoomState, update } from "../room/state.ts";

/** Frames between two kept moments, and characters of text handled, whichever comes first: what bounds a seek. */
const FRAMES_PER_CHECKPOINT = 256;
const WORK_PER_CHECKPOINT = 8_000_000;

export interface Caret {
  readonly file: string;
  readonly anchor: number;
  readonly head: number;
  /** When its person last moved it. */
  readonly movedUs: number;
}

/** Where a run's cell is by now, or null when its mark was deleted. */
export interface Place {
  readonly file: string;
  readonly at: number | null;
}

/** Everything as it was after `applied` frames. */
export interface Moment {
  readonly applied: number;
  readonly files: ReadonlyMap<string, string>;
  readonly carets: ReadonlyMap<string, Caret>;
  readonly places: ReadonlyMap<string, Place>;
  readonly room: RoomState;
  /** Where somebody wrote or went last: the file that somebody who follows wants to see. */
  readonly activeFile: string;
  /** Where the last edit ended: the lines that they want to see. */
  readonly edited: { readonly file: string; readonly at: number } | null;
}

export interface Recording {
  readonly frames: readonly ReplayFrame[];
  readonly durationUs: number;
  readonly checkpoints: readonly Moment[];
}

type Op = readonly [file: string, from: number, deleted: number, inserted: string];

/** Plays everything once, keeping moments to seek from. */
export function record(replay: Replay): Recording {
  const frames = replay.frames;
  let moment: Moment = {
    applied: 0,
    files: new Map([[MAIN_FILE, replay.starter]]),
    carets: new Map(),
    places: new Map(),
    activeFile: MAIN_FILE,
    edited: null,
    room: {
      ...emptyRoom,
      room: replay.view,
      people: replay.people.map((person) => ({ ...person, here: 0 })),
    },
  };
  const checkpoints = [moment];
  let work = 0;
  for (const frame of frames) {
    moment = step(moment, frame);
    if (frame.message.type === "text-edited") work += moment.files.get(moment.activeFile)?.length ?? 0;
    const since = moment.applied - (checkpoints.at(-1)?.applied ?? 0);
    if (since >= FRAMES_PER_CHECKPOINT || work > WORK_PER_CHECKPOINT) {
      checkpoints.push(moment);
      work = 0;
    }
  }
  return { frames, durationUs: Math.max(replay.durationUs, frames.at(-1)?.atUs ?? 0), checkpoints };
}

/** How many frames had happened at an instant, that instant's own included. */
export function framesUntil(recording: Recording, atUs: number): number {
  return bisect(recording.frames.length, (index) => (recording.frames[index] as ReplayFrame).atUs <= atUs);
}

/** The room at an instant. `from` is a moment to go on from where it lies before; playing forward then costs only the new frames. */
export function momentAt(recording: Recording, atUs: number, from?: Moment): Moment {
  const target = framesUntil(recording, atUs);
  const { checkpoints, frames } = recording;
  const kept = checkpoints[
    bisect(checkpoints.length, (index) => (checkpoints[index] as Moment).applied <= target) - 1
  ] as Moment;
  let moment = from && from.applied <= target && from.applied >= kept.applied ? from : kept;
  while (moment.applied < target) {
    moment = step(moment, frames[moment.applied] as ReplayFrame);
  }
  return moment;
}

/** The first index for which `holds` is false, where it holds for a beginning only. */
export function bisect(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function step(moment: Moment, { atUs, message }: ReplayFrame): Moment {
  const after = { ...moment, applied: moment.applied + 1 };
  switch (message.type) {
    case "text-edited":
      return edited(after, atUs, message.by, message.ops);
    case "caret-moved": {
      const { by, file, anchor, head } = message;
      const carets = new Map(moment.carets).set(by, { file, anchor, head, movedUs: atUs });
      return { ...after, carets, activeFile: file };
    }
    case "run-requested": {
      const { run, place } = message.run;
      const places = new Map(moment.places).set(run, { file: place.file, at: place.offset });
      return { ...after, places, room: update(moment.room, message) };
    }
    case "files-changed": {
      const room = update(moment.room, message);
      return message.files.some(({ file }) => file === moment.activeFile)
        ? { ...after, room }
        : { ...after, room, activeFile: MAIN_FILE };
    }
    case "people-changed": {
      const here = new Set(
        message.people.filter((person) => (person.here ?? 0) > 0).map((one) => one.participant),
      );
      const carets = new Map([...moment.carets].filter(([participant]) => here.has(participant)));
      return { ...after, carets, room: update(moment.room, message) };
    }
    default:
      return { ...after, room: update(moment.room, message) };
  }
}

/** Text, carets and places after an edit. The editor's own caret ends behind what it wrote; everything else moves along. */
function edited(moment: Moment, atUs: number, by: string | null, ops: readonly Op[]): Moment {
  const files = new Map(moment.files);
  let carets = new Map(moment.carets);
  let { places, edited, activeFile } = moment;
  for (const op of ops) {
    const [file, from, deleted, inserted] = op;
    const text = files.get(file) ?? "";
    files.set(file, text.slice(0, from) + inserted + text.slice(from + deleted));
    carets = new Map([...carets].map(([who, caret]) => [who, moveCaret(caret, op)]));
    const at = from + inserted.length;
    edited = { file, at };
    activeFile = file;
    if (by !== null) {
      carets.set(by, { file, anchor: at, head: at, movedUs: atUs });
    }
    if (places.size > 0) places = new Map([...places].map(([run, place]) => [run, movePlace(place, op)]));
  }
  return { ...moment, files, carets, places, activeFile, edited };
}

function moveCaret(caret: Caret, op: Op): Caret {
  if (caret.file !== op[0]) return caret;
  return { ...caret, anchor: moved(caret.anchor, op, false), head: moved(caret.head, op, false) };
}

/** A place stays before its mark's first character, and is nowhere once that is deleted. */
function movePlace(place: Place, op: Op): Place {
  const [file, from, deleted] = op;
  if (place.file !== file || place.at === null) return place;
  const gone = from <= place.at && place.at < from + deleted;
  return { file, at: gone ? null : moved(place.at, op, true) };
}

/** `pushed`: text inserted exactly here goes before the position. */
function moved(at: number, [, from, deleted, inserted]: Op, pushed: boolean): number {
  if (at < from || (at === from && !pushed)) return at;
  if (at >= from + deleted) return at - deleted + inserted.length;
  return from;
}
