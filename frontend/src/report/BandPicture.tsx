// A log10 likelihood ratio on its bounded line: the bands in words, the interval as a bar, the estimate as a dot.
// One colour throughout: neither side is the good one.

import { BANDS, LIMIT, placeOf, signed } from "./finding.ts";

const WIDTH = 640;
const HEIGHT = 132;
const SIDE = 24;
const TICKS = [-2, -1, 0, 1, 2];

const x = (value: number) => SIDE + placeOf(value) * (WIDTH - 2 * SIDE);

interface BandPictureProps {
  log10Lr: number;
  interval90: readonly [number, number] | undefined;
}

export function BandPicture({ log10Lr, interval90 }: BandPictureProps) {
  const [low, high] = interval90 ?? [log10Lr, log10Lr];
  const words = `log10 likelihood ratio ${signed(log10Lr)}${interval90 ? `, 90 percent interval ${signed(low)} to ${signed(high)}` : ""}, on a line from ${-LIMIT} to ${LIMIT}`;
  return (
    <svg class="band-picture" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
      <text class="band-side" x={SIDE} y={14}>
        ← different people
      </text>
      <text class="band-side" x={WIDTH - SIDE} y={14} text-anchor="end">
        same person →
      </text>
      {BANDS.map((band, index) => (
        <g key={band.from}>
          <rect
            class={`band band-${Math.abs(index - 2)}`}
            x={x(band.from)}
            y={24}
            width={x(band.to) - x(band.from)}
            height={56}
          />
          <text class="band-words" x={(x(band.from) + x(band.to)) / 2} y={40} text-anchor="middle">
            {band.words}
          </text>
        </g>
      ))}
      <line class="band-nought" x1={x(0)} x2={x(0)} y1={24} y2={86} />
      {interval90 && (
        <path class="band-interval" d={`M${x(low)} 54v16M${x(low)} 62H${x(high)}M${x(high)} 54v16`} />
      )}
      <circle class="band-dot" cx={x(log10Lr)} cy={62} r={7} />
      {TICKS.map((tick) => (
        <text key={tick} class="band-tick" x={x(tick)} y={100} text-anchor="middle">
          {signed(tick, 0)}
        </text>
      ))}
      <text class="band-tick" x={WIDTH / 2} y={122} text-anchor="middle">
        log10 likelihood ratio; the bar is the 90 % interval
      </text>
    </svg>
  );
}
