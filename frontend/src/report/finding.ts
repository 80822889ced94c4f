// A likelihood ratio in words and on a bounded line. It speaks of the timing, never of the person. Pure.

/** The line's ends: a hundred and some calibration people cannot support more. */
export const LIMIT = 2;

export interface Band {
  from: number;
  to: number;
  words: string;
}

/** The verbal scale, mirrored around nought: twice, ten times, a hundred times. */
export const BANDS: readonly Band[] = [
  { from: -2, to: -1, words: "moderate" },
  { from: -1, to: -0.301, words: "weak" },
  { from: -0.301, to: 0.301, words: "neither" },
  { from: 0.301, to: 1, words: "weak" },
  { from: 1, to: 2, words: "moderate" },
];

/** From 0 to 1 along the line; what lies beyond an end is shown at it. */
export function placeOf(log10Lr: number): number {
  return (Math.min(Math.max(log10Lr, -LIMIT), LIMIT) + LIMIT) / (2 * LIMIT);
}

/** "6.3 times", to two digits. */
export function times(log10Lr: number): string {
  const factor = 10 ** Math.abs(log10Lr);
  return `${Number(factor.toPrecision(2)).toLocaleString("en")} times`;
}

export function finding(log10Lr: number): string {
  if (Math.abs(log10Lr) < 0.301) return "The timing supports neither proposition over the other";
  const other = log10Lr > 0 ? "the same person typed both" : "two different people typed";
  // The ratio is bounded there: the people it was calibrated on cannot support more.
  const atLeast = Math.abs(log10Lr) >= LIMIT ? "at least " : "";
  return `The timing is ${atLeast}${times(log10Lr)} more likely if ${other}`;
}

/** A number with its sign, a true minus, and two digits behind the point. */
export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}
