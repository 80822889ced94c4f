// Room time laid out for looking at: it begins with the first person, and long stretches without anything are folded.

import type { ReplayFrame } from "../protocol.gen.ts";
import { bisect } from "./player.ts";

/** Longer stretches are folded, so that a room made on Monday and held on Friday still fits a line. */
const FOLD_FROM_US = 10 * 60 * 1_000_000;
const FOLD_SHOWN_US = 10 * 1_000_000;

interface Stretch {
  readonly fromUs: number;
  readonly toUs: number;
  /** Where it begins on the axis, in shown microseconds. */
  readonly shown: number;
  readonly shownLength: number;
}

export interface Fold {
  readonly fromUs: number;
  readonly toUs: number;
}

export interface Axis {
  readonly startUs: number;
  readonly endUs: number;
  readonly shownLength: number;
  readonly stretches: readonly Stretch[];
  readonly folds: readonly Fold[];
}

/** Something that a person did or that shows a person: where a recording begins to be worth watching. */
function ofPeople(frame: ReplayFrame): boolean {
  const { message } = frame;
  if (message.type === "people-changed") return message.people.some((person) => (person.here ?? 0) > 0);
  return message.type === "text-edited" ? message.by !== null : message.type === "run-requested";
}

export function axisOf(frames: readonly ReplayFrame[], durationUs: number): Axis {
  const startUs = frames.find(ofPeople)?.atUs ?? frames[0]?.atUs ?? 0;
  const endUs = Math.max(durationUs, startUs + 1);
  const times = [startUs, ...frames.map((frame) => frame.atUs).filter((at) => at > startUs), endUs];
  const stretches: Stretch[] = [];
  const folds: Fold[] = [];
  let shown = 0;
  let from = startUs;
  const add = (fromUs: number, toUs: number, shownLength: number) => {
    if (toUs > fromUs) {
      stretches.push({ fromUs, toUs, shown, shownLength });
      shown += shownLength;
    }
  };
  for (let index = 1; index < times.length; index++) {
    const [before, at] = [times[index - 1] as number, times[index] as number];
    if (at - before <= FOLD_FROM_US) continue;
    add(from, before, before - from);
    add(before, at, FOLD_SHOWN_US);
    folds.push({ fromUs: before, toUs: at });
    from = at;
  }
  add(from, endUs, endUs - from);
  return { startUs, endUs, shownLength: Math.max(shown, 1), stretches, folds };
}

/** Where an instant is on the axis, from 0 to 1. */
export function fractionAt(axis: Axis, atUs: number): number {
  const at = Math.min(Math.max(atUs, axis.startUs), axis.endUs);
  const found =
    axis.stretches[
      Math.max(0, bisect(axis.stretches.length, (i) => (axis.stretches[i] as Stretch).fromUs <= at) - 1)
    ];
  if (!found) return 0;
  const inside = (Math.min(at, found.toUs) - found.fromUs) / (found.toUs - found.fromUs);
  return (found.shown + inside * found.shownLength) / axis.shownLength;
}

/** The instant at a fraction of the axis. */
export function timeAt(axis: Axis, fraction: number): number {
  const shown = Math.min(Math.max(fraction, 0), 1) * axis.shownLength;
  const found =
    axis.stretches[
      Math.max(0, bisect(axis.stretches.length, (i) => (axis.stretches[i] as Stretch).shown <= shown) - 1)
    ];
  if (!found) return axis.startUs;
  const inside = Math.min((shown - found.shown) / found.shownLength, 1);
  return Math.round(found.fromUs + inside * (found.toUs - found.fromUs));
}
