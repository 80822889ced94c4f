// How long keys were held, and how long from one to the next: the profile's outline over the room's bars.

import { scaleLinear } from "d3-scale";
import { curveStepAfter, line } from "d3-shape";
import { Table } from "../components/Table.tsx";
import type { Histogram } from "../protocol.gen.ts";
import { AxisBelow, AxisLeft } from "./axes.tsx";
import { Figure } from "./Figure.tsx";
import { histogramTitle, medianMs } from "./numbers.ts";

const LEFT = 40;
const RIGHT = 14;
const TOP = 24;
const HEIGHT = 150;
const FOOT = TOP + HEIGHT;

const percent = (share: number) => `${(100 * share).toFixed(share > 0 && share < 0.095 ? 1 : 0)} %`;

export function HistogramPicture({ histogram }: { histogram: Histogram }) {
  const { name, edgesMs, profile, questioned } = histogram;
  const title = histogramTitle(histogram);
  const bins = questioned.map((share, index) => ({
    from: edgesMs[index] ?? 0,
    to: edgesMs[index + 1] ?? 0,
    live: share,
    home: profile[index] ?? 0,
  }));
  return (
    <Figure
      title={title}
      signs={[
        { look: "outline", words: "take-home" },
        { look: "bars", words: "live" },
      ]}
      table={
        <Table
          caption={title}
          head={["Milliseconds", "Take-home", "Live"]}
          numeric={[1, 2]}
          rows={bins.map(({ from, to, home, live }) => [`${from} to ${to}`, percent(home), percent(live)])}
        />
      }
    >
      {(width) => {
        const most = Math.max(...profile, ...questioned, 0.01);
        const x = scaleLinear([edgesMs[0] ?? 0, edgesMs.at(-1) ?? 1], [LEFT, width - RIGHT]);
        const y = scaleLinear([0, most], [FOOT, TOP]).nice(4);
        const outline = [
          ...bins.map(({ from, home }) => [from, home] as const),
          [edgesMs.at(-1) ?? 0, 0] as const,
        ];
        return (
          <svg class="picture" width={width} height={FOOT + 42} role="img" aria-label={title}>
            <AxisLeft
              scale={y}
              ticks={y.ticks(4)}
              words={(tick) => `${Math.round(tick * 100)} %`}
              at={LEFT}
              right={width - RIGHT}
            />
            <text class="axis-title" x={0} y={12}>
              {name === "hold" ? "share of key presses" : "share of pairs of presses"}
            </text>
            {bins.map(({ from, to, live }) => (
              <rect
                key={from}
                class="live-bar"
                x={x(from)}
                y={y(live)}
                width={Math.max(0, x(to) - x(from) - 1)}
                height={FOOT - y(live)}
              />
            ))}
            <path
              class="home-outline"
              d={
                line<readonly [number, number]>()
                  .x(([ms]) => x(ms))
                  .y(([, share]) => y(share))
                  .curve(curveStepAfter)([[edgesMs[0] ?? 0, 0], ...outline]) ?? ""
              }
            />
            <Median ms={medianMs(edgesMs, questioned)} x={x} kind="live" />
            <Median ms={medianMs(edgesMs, profile)} x={x} kind="home" />
            <AxisBelow scale={x} ticks={x.ticks(width < 400 ? 4 : 6)} words={String} at={FOOT} />
            <text class="axis-title" x={(LEFT + width - RIGHT) / 2} y={FOOT + 36} text-anchor="middle">
              {name === "hold" ? "milliseconds held" : "milliseconds from press to press"}
            </text>
          </svg>
        );
      }}
    </Figure>
  );
}

function Median({ ms, x, kind }: { ms: number | null; x: (ms: number) => number; kind: "home" | "live" }) {
  return ms === null ? null : <line class={`${kind}-median`} x1={x(ms)} x2={x(ms)} y1={TOP} y2={FOOT} />;
}
