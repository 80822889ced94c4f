// How much each person wrote when: characters put in or taken out, a bucket a stretch of the axis. Pure.

import type { ReplayFrame } from "../protocol.gen.ts";
import { type Axis, fractionAt } from "./axis.ts";

export interface Lane {
  readonly participant: string;
  /** From 0 to 1; the square root evens pastes and single keys out. */
  readonly buckets: readonly number[];
}

/** What a paste adds to a bucket at most, so that one paste does not flatten all typing. */
const CHARS_PER_EDIT_MAX = 80;

export function lanesOf(frames: readonly ReplayFrame[], axis: Axis, buckets: number): Lane[] {
  const lanes = new Map<string, number[]>();
  for (const { atUs, message } of frames) {
    if (message.type !== "text-edited" || message.by === null) continue;
    const lane = lanes.get(message.by) ?? new Array<number>(buckets).fill(0);
    lanes.set(message.by, lane);
    const chars = message.ops.reduce((sum, [, , deleted, inserted]) => sum + deleted + inserted.length, 0);
    const bucket = Math.min(buckets - 1, Math.floor(fractionAt(axis, atUs) * buckets));
    lane[bucket] = (lane[bucket] ?? 0) + Math.min(chars, CHARS_PER_EDIT_MAX);
  }
  const most = Math.max(1, ...[...lanes.values()].flat());
  return [...lanes].map(([participant, lane]) => ({
    participant,
    buckets: lane.map((chars) => Math.sqrt(chars / most)),
  }));
}
