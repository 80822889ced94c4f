// The step of the browser's event clock, found from the times of events alone.

/** Steps that clocks are known to have, in microseconds: of browsers that hide the time, of displays, of operating systems. */
const STEPS_US = [
  200_000, 100_000, 80_000, 64_000, 50_000, 33_333, 25_000, 20_000, 16_667, 16_000, 15_625, 15_000, 12_000,
  10_000, 8_000, 5_000, 4_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5,
];
const FINEST_US = 5;
/** Longer gaps would make a step that is a little off look wrong. */
const GAP_US_MAX = 500_000;
const GAPS_MIN = 40;
/** Hands know no clock: of a step that is none, half of all gaps are off. */
const OFF_MAX = 0.05;

/** The step in microseconds, 5 for any clock that fine; null where the times are too few to tell. */
export function tickOf(timesUs: readonly number[]): number | null {
  const gaps = timesUs
    .map((time, at) => time - (timesUs[at - 1] ?? time))
    .filter((gap) => gap > 0 && gap < GAP_US_MAX);
  if (gaps.length < GAPS_MIN) {
    return null;
  }
  const step = STEPS_US.find((step) => gaps.filter((gap) => isOff(gap, step)).length < OFF_MAX * gaps.length);
  return step === undefined ? FINEST_US : measured(gaps, step);
}

function isOff(gap: number, step: number): boolean {
  const steps = Math.round(gap / step);
  return steps === 0 || Math.abs(gap - step * steps) > step / 4;
}

/** What the gaps say of a step that is about so long. */
function measured(gaps: readonly number[], step: number): number {
  const on = gaps.filter((gap) => !isOff(gap, step));
  const sum = on.reduce((total, gap) => total + gap, 0);
  return Math.round(sum / on.reduce((steps, gap) => steps + Math.round(gap / step), 0));
}
