// The likelihood ratio on its scale with its interval, below the cohort's two densities: where pairs with known
// answers fall. One line marks this case in both. Neither side is the good one, so neither has a colour of its own.

import { scaleLinear } from "d3-scale";
import { area, curveMonotoneX, line } from "d3-shape";
import { Table } from "../components/Table.tsx";
import type { Densities } from "../protocol.gen.ts";
import { AxisBelow, type Scale } from "./axes.tsx";
import { Figure, type Sign } from "./Figure.tsx";
import { aboutOf100, asFar, reachOf } from "./numbers.ts";
import { BANDS, bounded, LIMIT, range, ratio, signed, TICKS } from "./scale.ts";

interface RatioPictureProps {
  title: string;
  verbal: string | undefined;
  log10Lr: number;
  interval90: readonly [number, number] | undefined;
  densities: Densities | undefined;
}

const SIDE = 18;
const HILLS = { top: 22, height: 108 };
const STRIP = 46;
/** About as wide as a letter is. */
const LETTER = 6.2;

export function RatioPicture({ title, verbal, log10Lr, interval90, densities }: RatioPictureProps) {
  const tails = densities && tailsIn(densities, log10Lr);
  const spoken = `log10 likelihood ratio ${signed(log10Lr)}${interval90 ? `, 90 % interval ${range(interval90)}` : ""}, on a scale from ${-LIMIT} to ${LIMIT}`;
  return (
    <Figure
      title={title}
      note={verbal && sentenceOf(verbal)}
      signs={signsFor(interval90, densities)}
      table={
        <Table
          caption="The ratio in numbers"
          head={["Quantity", "Value"]}
          numeric={[1]}
          rows={[
            ["log10 likelihood ratio", signed(log10Lr)],
            ["Likelihood ratio", (10 ** log10Lr).toPrecision(2)],
            ...(interval90 ? [["90 % interval of the log10", range(interval90)]] : []),
            ...(tails
              ? [
                  ["Pairs by the same person, of 100, that go as far", tails.same],
                  ["Pairs by two people, of 100, that go as far", tails.different],
                ]
              : []),
          ]}
        />
      }
    >
      {(width) => {
        const reach = densities ? reachOf(densities) : LIMIT;
        const x = scaleLinear([-reach, reach], [SIDE, width - SIDE]);
        const strip = densities ? HILLS.top + HILLS.height + 10 : 22;
        const foot = strip + STRIP;
        return (
          <>
            <svg
              class="picture"
              width={width}
              height={foot + 58}
              role="img"
              aria-label={tails ? `${spoken}. ${tails.sentence}` : spoken}
            >
              <text class="side-words" x={SIDE} y={12}>
                ← two people
              </text>
              <text class="side-words" x={width - SIDE} y={12} text-anchor="end">
                one person →
              </text>
              {densities && <Hills densities={densities} reach={reach} x={x} />}
              <Strip x={x} top={strip} />
              <Beyond x={x} reach={reach} at={strip + 28} />
              {/* The case, through both. */}
              <line
                class="case-line"
                x1={x(log10Lr)}
                x2={x(log10Lr)}
                y1={densities ? HILLS.top - 4 : strip}
                y2={foot}
              />
              {interval90 && (
                <path
                  class="case-interval"
                  d={`M${x(bounded(interval90[0]))} ${strip + 22}v16m0-8H${x(bounded(interval90[1]))}m0-8v16`}
                />
              )}
              <circle class="case-dot" cx={x(bounded(log10Lr))} cy={strip + 30} r={6} />
              <AxisBelow scale={x} ticks={TICKS} words={(tick) => signed(tick, 0)} at={foot} />
              <g class="axis">
                {TICKS.map((tick) => (
                  <text key={tick} x={x(tick)} y={foot + 33} text-anchor="middle">
                    {ratio(tick)}
                  </text>
                ))}
                <text class="axis-title" x={width / 2} y={foot + 52} text-anchor="middle">
                  log10 likelihood ratio, and the ratio itself
                </text>
              </g>
            </svg>
            {tails && <p class="figure-remark">{tails.sentence}</p>}
          </>
        );
      }}
    </Figure>
  );
}

function signsFor(interval90: RatioPictureProps["interval90"], densities: Densities | undefined): Sign[] {
  return [
    { look: "live", words: "this case" },
    ...(interval90 && interval90[0] < interval90[1]
      ? [{ look: "span", words: "90 % interval" } as const]
      : []),
    ...(densities
      ? [
          { look: "same", words: "reference pairs typed by one person" } as const,
          { look: "different", words: "by two people" } as const,
        ]
      : []),
  ];
}

function tailsIn(densities: Densities, log10Lr: number) {
  const found = asFar(densities, log10Lr);
  if (!found) return null;
  const [same, different] = [aboutOf100(found.same), aboutOf100(found.different)];
  const way = log10Lr < 0 ? "this low or lower" : "this high or higher";
  const keys = densities.keys.toLocaleString("en");
  return {
    same,
    different,
    sentence: `Of 100 reference pairs with ${keys} live keys, ${same} typed by one person and ${different} typed by two people came out ${way}.`,
  };
}

function Hills({ densities, reach, x }: { densities: Densities; reach: number; x: Scale }) {
  const points = densities.log10Lr
    .map((at, index) => ({
      at,
      same: densities.same[index] ?? 0,
      different: densities.different[index] ?? 0,
    }))
    .filter(({ at }) => Math.abs(at) <= reach);
  const most = Math.max(...points.flatMap(({ same, different }) => [same, different]), Number.MIN_VALUE);
  const floor = HILLS.top + HILLS.height;
  const y = scaleLinear([0, most], [floor, HILLS.top]);
  return (
    <>
      {(["different", "same"] as const).map((kind) => (
        <g key={kind} class={`hill ${kind}-hill`}>
          <path
            class="hill-body"
            d={
              area<(typeof points)[number]>()
                .x(({ at }) => x(at))
                .y0(floor)
                .y1((point) => y(point[kind]))
                .curve(curveMonotoneX)(points) ?? ""
            }
          />
          <path
            class="hill-edge"
            d={
              line<(typeof points)[number]>()
                .x(({ at }) => x(at))
                .y((point) => y(point[kind]))
                .curve(curveMonotoneX)(points) ?? ""
            }
          />
        </g>
      ))}
      <line class="axis-line" x1={x(-reach)} x2={x(reach)} y1={floor} y2={floor} />
    </>
  );
}

function Strip({ x, top }: { x: Scale; top: number }) {
  const inWords = BANDS.every(({ from, to, words }) => fits(words, x(to) - x(from)));
  return (
    <>
      {BANDS.map(({ from, to, words }, index) => (
        <g key={from}>
          <rect
            class={`band band-${Math.abs(index - 2)}`}
            x={x(from)}
            y={top}
            width={x(to) - x(from)}
            height={STRIP}
          />
          {inWords && (
            <text x={(x(from) + x(to)) / 2} y={top + 15} text-anchor="middle">
              {words}
            </text>
          )}
        </g>
      ))}
    </>
  );
}

/** Reference pairs go further than the scale, on which no ratio is given beyond its ends. */
function Beyond({ x, reach, at }: { x: Scale; reach: number; at: number }) {
  const words = "not given";
  if (!fits(words, x(reach) - x(LIMIT))) return null;
  return (
    <>
      {[-1, 1].map((side) => (
        <text key={side} x={x((side * (LIMIT + reach)) / 2)} y={at} text-anchor="middle">
          {words}
        </text>
      ))}
    </>
  );
}

function fits(words: string, width: number): boolean {
  return words.length * LETTER <= width;
}

function sentenceOf(verbal: string): string {
  return `${verbal.charAt(0).toUpperCase()}${verbal.slice(1)}${verbal.endsWith(".") ? "" : "."}`;
}
