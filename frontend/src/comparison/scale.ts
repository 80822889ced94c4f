// The likelihood ratio's bounded scale: its bands in words, and numbers as they are printed on it. Pure.

/** The scale's ends: a hundred and some calibration people cannot support more. */
export const LIMIT = 2;

/** log10 of 2: a ratio nearer to nought supports neither side. */
export const TWICE = Math.log10(2);

export interface Band {
  from: number;
  to: number;
  words: string;
}

/** The verbal scale, mirrored around nought: twice, ten times, a hundred times. */
export const BANDS: readonly Band[] = [
  { from: -2, to: -1, words: "moderate" },
  { from: -1, to: -TWICE, words: "weak" },
  { from: -TWICE, to: TWICE, words: "neither" },
  { from: TWICE, to: 1, words: "weak" },
  { from: 1, to: 2, words: "moderate" },
];

export const TICKS: readonly number[] = [-2, -1, 0, 1, 2];

/** What lies beyond an end is shown at it. */
export function bounded(log10Lr: number): number {
  return Math.min(Math.max(log10Lr, -LIMIT), LIMIT);
}

/** A whole step of the scale as a ratio: "1/10", "1", "100". */
export function ratio(log10Lr: number): string {
  return log10Lr < 0 ? `1/${10 ** -log10Lr}` : String(10 ** log10Lr);
}

/** A number with its sign, a true minus, and two digits behind the point. */
export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

export function range([low, high]: readonly [number, number]): string {
  return `${signed(low)} to ${signed(high)}`;
}
