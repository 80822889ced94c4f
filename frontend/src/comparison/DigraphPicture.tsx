// The features that contribute most: profile beside room as two dots a row, over the middle 60 % of the cohort.

import { scaleLinear } from "d3-scale";
import { Table } from "../components/Table.tsx";
import type { Contribution } from "../protocol.gen.ts";
import { AxisBelow, type Scale } from "./axes.tsx";
import { Figure } from "./Figure.tsx";
import { featureName } from "./features.ts";
import { signed } from "./scale.ts";

interface Timed extends Contribution {
  profileMs: number;
  questionedMs: number;
}

/** Below this width each row's words stand above its dots. */
const NARROW = 720;
const WORDS = 300;
const SHARE = 64;
const EDGE = 10;
const RING = 6;

export function DigraphPicture({ top }: { top: readonly Contribution[] }) {
  const rows = top.filter(
    (one): one is Timed => one.profileMs !== undefined && one.questionedMs !== undefined,
  );
  if (rows.length === 0) return null;
  return (
    <Figure
      title={titleOf(rows)}
      note={`Typical times, the ones that moved the ratio most first.${rolledOver(rows) ? " Below nought, the next key went down before the last was let go." : ""} Keys are named by their place on a US keyboard.`}
      signs={[
        { look: "home", words: "take-home" },
        { look: "live", words: "live" },
        { look: "cohort", words: "the middle 60 % of the reference people" },
      ]}
      table={
        <Table
          caption="Features that contribute most"
          head={["Feature", "Take-home, ms", "Live, ms", "Reference people, ms", "Adds to log10 LR"]}
          numeric={[1, 2, 3, 4]}
          rows={top.map(({ feature, profileMs, questionedMs, cohortMs, contribution }) => [
            featureName(feature),
            whole(profileMs),
            whole(questionedMs),
            cohortMs ? `${whole(cohortMs[0])} to ${whole(cohortMs[1])}` : "",
            signed(contribution),
          ])}
        />
      }
    >
      {(width) => <Rows rows={rows} width={width} />}
    </Figure>
  );
}

function Rows({ rows, width }: { rows: readonly Timed[]; width: number }) {
  const narrow = width < NARROW;
  const height = narrow ? 44 : 30;
  const dotsAt = narrow ? 31 : 15;
  const wordsAt = narrow ? 16 : 19;
  const all = rows.flatMap(({ profileMs, questionedMs, cohortMs = [] }) => [
    profileMs,
    questionedMs,
    ...cohortMs,
  ]);
  const from = narrow ? EDGE : WORDS;
  const to = narrow ? width - EDGE : width - SHARE - EDGE;
  const x = scaleLinear([Math.min(0, ...all), Math.max(...all)], [from, to]).nice();
  const head = 22;
  const foot = head + rows.length * height + 2;
  return (
    <svg
      class="picture"
      width={width}
      height={foot + 42}
      role="img"
      aria-label={`${titleOf(rows)}. ${rows.map(inWords).join("; ")}.`}
    >
      <AxisBelow scale={x} ticks={x.ticks(narrow ? 4 : 7)} words={whole} at={foot} top={head} />
      <text class="axis-title" x={width} y={12} text-anchor="end">
        adds to log10 LR
      </text>
      {rows.map((row, index) => {
        const top = head + index * height;
        return (
          <g key={row.feature}>
            <text class="row-words" x={0} y={top + wordsAt}>
              {featureName(row.feature)}
            </text>
            <Pair row={row} x={x} at={top + dotsAt} />
            <text class="row-share" x={width} y={top + wordsAt} text-anchor="end">
              {signed(row.contribution)}
            </text>
          </g>
        );
      })}
      <text class="axis-title" x={(from + to) / 2} y={foot + 36} text-anchor="middle">
        milliseconds
      </text>
    </svg>
  );
}

function Pair({ row, x, at }: { row: Timed; x: Scale; at: number }) {
  const { profileMs, questionedMs, cohortMs } = row;
  const [home, live] = [x(profileMs), x(questionedMs)];
  const edge = home + Math.sign(live - home) * RING;
  return (
    <>
      {cohortMs && (
        <rect
          class="cohort-band"
          x={x(cohortMs[0])}
          y={at - 7}
          width={Math.max(1, x(cohortMs[1]) - x(cohortMs[0]))}
          height={14}
          rx={3}
        />
      )}
      {Math.abs(live - home) > RING && <line class="pair-line" x1={edge} x2={live} y1={at} y2={at} />}
      <circle class="live-dot" cx={live} cy={at} r={4.5} />
      <circle class="home-dot" cx={home} cy={at} r={RING} />
    </>
  );
}

function rolledOver(rows: readonly Timed[]): boolean {
  return rows.some(({ profileMs, questionedMs }) => Math.min(profileMs, questionedMs) < 0);
}

function titleOf(rows: readonly Timed[]): string {
  const towards = rows.filter(({ contribution }) => contribution > 0).length;
  if (towards === rows.length) return "All of the strongest features speak for one person";
  if (towards === 0) return "All of the strongest features speak for two people";
  return `Of the ${rows.length} strongest features, ${towards} ${towards === 1 ? "speaks" : "speak"} for one person and ${rows.length - towards} for two`;
}

function inWords({ feature, profileMs, questionedMs }: Timed): string {
  return `${featureName(feature)}: ${whole(profileMs)} ms in the take-home, ${whole(questionedMs)} ms live`;
}

function whole(ms: number | undefined): string {
  return ms === undefined ? "" : ms.toFixed(0).replace("-", "−");
}
