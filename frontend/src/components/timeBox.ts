// The time box in words: how long it is, what of it is more time for this candidate, and how much is left. Pure.

import { clockTime, plural } from "../core/format.ts";
import type { Accommodation, Timer } from "../protocol.gen.ts";

export const ACCOMMODATIONS: readonly Accommodation[] = [0, 25, 50];

/** Minutes before the end at which people are told. */
const TOLD_MINUTES = [10, 5, 1];

export function accommodationWords(percent: Accommodation): string {
  return percent === 0 ? "Time as for everyone" : `${percent} % more time`;
}

/** "60 min", or with an accommodation "60 + 15 min". */
export function boxWords({ minutes, accommodation = 0 }: Timer): string {
  const own = ownMinutes({ minutes, accommodation });
  return minutes === own ? `${minutes} min` : `${own} + ${minutes - own} min`;
}

/** The time box as it would be. */
export function withAccommodation(timer: Timer, accommodation: Accommodation): Timer {
  return { ...timer, accommodation, minutes: Math.ceil(ownMinutes(timer) * (1 + accommodation / 100)) };
}

/** The minutes that everyone would have. What comes on top is rounded up. */
function ownMinutes({ minutes, accommodation = 0 }: Timer): number {
  return Math.floor(minutes / (1 + accommodation / 100));
}

/** What the clock shows. The room goes on when the time is up, and so does the count. */
export function leftWords(secondsLeft: number): string {
  return secondsLeft > 0 ? `${clockTime(secondsLeft)} left` : `Time is up, ${clockTime(-secondsLeft)} over`;
}

/** What is said aloud now: the same words for a whole minute, so that they are read once. */
export function announcement(secondsLeft: number): string {
  if (secondsLeft <= 0) {
    return "The time is up. The room stays open.";
  }
  const minutes = Math.ceil(secondsLeft / 60);
  return TOLD_MINUTES.includes(minutes) ? `${plural(minutes, "minute")} left` : "";
}

/** The clock stands out in the last minutes. */
export function isSoon(secondsLeft: number): boolean {
  return secondsLeft <= 5 * 60;
}
