// What the pictures' titles say of their numbers: tails of densities, medians of histograms, windows in a row. Pure.

import type { Densities, Histogram, TypingWindow } from "../protocol.gen.ts";
import { LIMIT, TWICE } from "./scale.ts";

const NEARLY_ALL = 0.95;

/** The area under a density left of `at`, from 0 to 1; a density need not be normed. */
export function below(at: number, grid: readonly number[], density: readonly number[]): number {
  let [left, all] = [0, 0];
  for (let index = 1; index < grid.length; index++) {
    const [from, to] = [grid[index - 1] ?? 0, grid[index] ?? 0];
    const [low, high] = [density[index - 1] ?? 0, density[index] ?? 0];
    all += ((to - from) * (low + high)) / 2;
    if (at >= to) left += ((to - from) * (low + high)) / 2;
    else if (at > from) {
      const middle = low + ((high - low) * (at - from)) / (to - from);
      left += ((at - from) * (low + middle)) / 2;
    }
  }
  return all === 0 ? 0 : left / all;
}

/**
 * Of 100 pairs of each kind, those whose ratio is as far on this one's side of nought, or further. Null at the grid's
 * ends, where whatever lies beyond was cut off.
 */
export function asFar(densities: Densities, log10Lr: number): { same: number; different: number } | null {
  const [first = 0, last = 0] = [densities.log10Lr[0], densities.log10Lr.at(-1)];
  if (log10Lr <= first || log10Lr >= last) return null;
  const share = (density: readonly number[]) => {
    const left = below(log10Lr, densities.log10Lr, density);
    return 100 * (log10Lr < 0 ? left : 1 - left);
  };
  return { same: share(densities.same), different: share(densities.different) };
}

/**
 * How far from nought a picture of the densities reaches: as far as needed for nearly all of both, in whole steps, but
 * never so far that the scale has less than half of it.
 */
export function reachOf({ log10Lr, same, different }: Densities): number {
  const end = Math.min(2 * LIMIT, Math.max(LIMIT, ...log10Lr.map(Math.abs)));
  const holds = (reach: number) =>
    [same, different].every(
      (density) => below(reach, log10Lr, density) - below(-reach, log10Lr, density) >= NEARLY_ALL,
    );
  let reach = LIMIT;
  while (reach < end && !holds(reach)) reach += 1;
  return reach;
}

/** "about 12", "fewer than 1": reference people are too few for more digits. */
export function aboutOf100(count: number): string {
  return count < 0.95 ? "fewer than 1" : `about ${Math.round(count)}`;
}

/** The value below which half of all times lie, straight between a bin's edges; null where the bins hold fewer. */
export function medianMs(edgesMs: readonly number[], shares: readonly number[]): number | null {
  let before = 0;
  for (const [index, share] of shares.entries()) {
    const [from, to] = [edgesMs[index] ?? 0, edgesMs[index + 1] ?? 0];
    if (before + share >= 0.5) return from + ((0.5 - before) / share) * (to - from);
    before += share;
  }
  return null;
}

export function histogramTitle({ name, edgesMs, profile, questioned }: Histogram): string {
  const [home, live] = [medianMs(edgesMs, profile), medianMs(edgesMs, questioned)];
  const what = name === "hold" ? "Keys were held" : "From one press to the next it took";
  if (home === null || live === null) return `${what}: one of the two sessions has too few times`;
  const near = Math.abs(home - live) < 0.5;
  return near
    ? `${what} ${home.toFixed(0)} ms in both (medians)`
    : `${what} ${home.toFixed(0)} ms in the take-home, ${live.toFixed(0)} ms live (medians)`;
}

export interface JudgedWindow extends TypingWindow {
  log10Lr: number;
}

export function isJudged(window: TypingWindow): window is JudgedWindow {
  return window.log10Lr !== undefined;
}

export function middleUs({ fromUs, toUs }: TypingWindow): number {
  return (fromUs + toUs) / 2;
}

/** Which window is nearest to an instant; -1 where there is none. */
export function nearest(windows: readonly TypingWindow[], atUs: number): number {
  let found = -1;
  for (const [index, window] of windows.entries()) {
    const best = windows[found];
    if (!best || Math.abs(middleUs(window) - atUs) < Math.abs(middleUs(best) - atUs)) found = index;
  }
  return found;
}

/** What the windows say together: how many lean which way, and how many could not be compared. */
export function windowsTitle(windows: readonly TypingWindow[]): string {
  const judged = windows.filter(isJudged);
  if (judged.length === 0) return "No stretch of the room holds enough typing to be compared alone";
  const low = judged.filter((window) => window.log10Lr < -TWICE).length;
  const high = judged.filter((window) => window.log10Lr > TWICE).length;
  const of = `of ${judged.length} stretches`;
  if (low === 0 && high === judged.length) return "Every stretch of the room leans towards the same person";
  if (high === 0 && low === judged.length) return "Every stretch of the room leans towards different people";
  return `${high} ${of} lean towards the same person, ${low} towards different people, ${judged.length - low - high} neither way`;
}
