// Axes as the pictures have them: quiet lines, tabular numbers, and a unit at the end.

import type { ScaleLinear } from "d3-scale";

export type Scale = ScaleLinear<number, number>;

interface AxisProps {
  scale: Scale;
  ticks: readonly number[];
  words: (tick: number) => string;
}

/** Ticks and their words below a picture; the lines reach up to `top`. */
export function AxisBelow({ scale, ticks, words, at, top = at }: AxisProps & { at: number; top?: number }) {
  return (
    <g class="axis">
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="axis-line" x1={scale(tick)} x2={scale(tick)} y1={top} y2={at + 4} />
          <text x={scale(tick)} y={at + 18} text-anchor="middle">
            {words(tick)}
          </text>
        </g>
      ))}
    </g>
  );
}

/** Ticks and their words left of a picture; the lines reach from there to `right`. */
export function AxisLeft({ scale, ticks, words, at, right }: AxisProps & { at: number; right: number }) {
  return (
    <g class="axis">
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="axis-line" x1={at} x2={right} y1={scale(tick)} y2={scale(tick)} />
          <text x={at - 6} y={scale(tick) + 4} text-anchor="end">
            {words(tick)}
          </text>
        </g>
      ))}
    </g>
  );
}
