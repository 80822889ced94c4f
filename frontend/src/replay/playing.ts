// How time passes in a replay: its speed, its pauses left out, its steps. Pure.

import type { Axis } from "./axis.ts";
import { framesUntil, type Recording } from "./player.ts";

export const SPEEDS = [0.5, 1, 2, 4, 8, 16, 32] as const;
export const STEP_US = 5_000_000;

/** A longer stretch without anything is left out, but for a little before and after it. */
const IDLE_US = 3_000_000;
const IDLE_AFTER_US = 1_000_000;
const IDLE_BEFORE_US = 500_000;

export function faster(speed: number): number {
  return SPEEDS.find((other) => other > speed) ?? speed;
}

export function slower(speed: number): number {
  return SPEEDS.findLast((other) => other < speed) ?? speed;
}

export function clamp(axis: Axis, atUs: number): number {
  return Math.min(Math.max(atUs, axis.startUs), axis.endUs);
}

interface Passing {
  atUs: number;
  /** Microseconds of the viewer's own time since `atUs` was shown. */
  elapsedUs: number;
  speed: number;
  skipIdle: boolean;
}

/** Where the replay is after some of the viewer's time. */
export function later(
  recording: Recording,
  axis: Axis,
  { atUs, elapsedUs, speed, skipIdle }: Passing,
): number {
  const then = atUs + elapsedUs * speed;
  if (!skipIdle) return clamp(axis, then);
  const index = framesUntil(recording, then);
  const before = recording.frames[index - 1]?.atUs ?? axis.startUs;
  const next = recording.frames[index]?.atUs ?? axis.endUs;
  const idle = next - before > IDLE_US && then - before > IDLE_AFTER_US;
  return clamp(axis, idle ? Math.max(then, next - IDLE_BEFORE_US) : then);
}
