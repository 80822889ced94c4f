// The comparison of stretch after stretch on the room's timeline; each can be opened in the replay.

import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { useState } from "preact/hooks";
import { Table } from "../components/Table.tsx";
import { roomTime, spokenTime } from "../core/format.ts";
import type { Handover, TypingWindow } from "../protocol.gen.ts";
import { AxisBelow, AxisLeft, type Scale } from "./axes.tsx";
import { Figure } from "./Figure.tsx";
import { Instant, type Replayed } from "./Instant.tsx";
import { isJudged, middleUs, nearest, windowsTitle } from "./numbers.ts";
import { bounded, LIMIT, range, signed, TICKS, TWICE } from "./scale.ts";

/** Something that happened at an instant, marked below the line. */
export interface Moment {
  atUs: number;
  words: string;
}

interface WindowPictureProps {
  windows: readonly TypingWindow[];
  /** Between which ratios most stretches by the profile's own typist lie. */
  drift90: readonly [number, number] | undefined;
  handover: Handover | undefined;
  moments: readonly Moment[];
  replayed: Replayed;
}

const NOTE = "The room in stretches, each compared alone with the take-home.";
const LEFT = 34;
const RIGHT = 10;
const TOP = 24;
const HEIGHT = 180;
const FLOOR = TOP + HEIGHT;
const FOOT = FLOOR + 20;

export function WindowPicture({ windows, drift90, handover, moments, replayed }: WindowPictureProps) {
  const [chosen, choose] = useState(() => Math.max(0, windows.findIndex(isJudged)));
  const current = windows[chosen];
  if (!current) return null;
  const sinceStart = (us: number) => roomTime(us - replayed.startUs);
  return (
    <Figure
      title={handover ? `The typing changes at ${sinceStart(handover.atUs)}` : windowsTitle(windows)}
      note={[handover?.sentence, NOTE, drift90 && driftIn(drift90)].filter(Boolean).join(" ")}
      signs={[
        { look: "live", words: "one stretch" },
        { look: "interval", words: "90 % interval" },
        ...(drift90
          ? [{ look: "cohort", words: "nine in ten stretches by one reference person" } as const]
          : []),
        ...(handover ? [{ look: "change", words: "where it changes" } as const] : []),
        ...(moments.length > 0 ? [{ look: "moment", words: "a moment listed on this page" } as const] : []),
      ]}
      table={
        <Table
          caption="The comparison, stretch by stretch"
          head={["From", "To", "Key presses", "log10 LR", "90 % interval"]}
          numeric={[2, 3, 4]}
          rows={windows.map((window) => [
            <Instant key="from" replayed={replayed} atUs={window.fromUs} />,
            sinceStart(window.toUs),
            window.keys.toLocaleString("en"),
            window.log10Lr === undefined ? "too little" : signed(window.log10Lr),
            window.interval90 ? range(window.interval90) : "",
          ])}
        />
      }
    >
      {(width) => {
        const instants = [
          ...windows.flatMap((one) => [one.fromUs, one.toUs]),
          ...moments.map((one) => one.atUs),
        ];
        const x = scaleLinear([Math.min(...instants), Math.max(...instants)], [LEFT, width - RIGHT]);
        const y = scaleLinear([-LIMIT, LIMIT], [FLOOR, TOP]);
        const toward = (event: PointerEvent | MouseEvent) => {
          const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
          return nearest(windows, x.invert(event.clientX - box.left));
        };
        const open = (index: number) => {
          const window = windows[index];
          if (window && replayed.open) location.assign(replayed.open(window.fromUs));
        };
        return (
          <>
            <div
              class="windows"
              role="slider"
              tabIndex={0}
              aria-label="Stretch of the room"
              aria-valuemin={1}
              aria-valuemax={windows.length}
              aria-valuenow={chosen + 1}
              aria-valuetext={`${spokenTime(current.fromUs - replayed.startUs)} to ${spokenTime(current.toUs - replayed.startUs)}: ${inWords(current)}`}
              onKeyDown={(event) => {
                if (event.key === "Enter") {
                  open(chosen);
                  return;
                }
                const next = stepped(event.key, chosen, windows.length - 1);
                if (next === null) return;
                event.preventDefault();
                choose(next);
              }}
              onPointerMove={(event) => choose(toward(event))}
              onClick={(event) => open(toward(event))}
            >
              <svg class="picture" width={width} height={FOOT + 42} aria-hidden="true">
                <rect
                  class="band band-0"
                  x={LEFT}
                  width={width - LEFT - RIGHT}
                  y={y(TWICE)}
                  height={y(-TWICE) - y(TWICE)}
                />
                {drift90 && (
                  <rect
                    class="cohort-band"
                    x={LEFT}
                    width={width - LEFT - RIGHT}
                    y={y(bounded(drift90[1]))}
                    height={y(bounded(drift90[0])) - y(bounded(drift90[1]))}
                  />
                )}
                <AxisLeft
                  scale={y}
                  ticks={TICKS}
                  words={(tick) => signed(tick, 0)}
                  at={LEFT}
                  right={width - RIGHT}
                />
                <AxisBelow scale={x} {...minutes(x, replayed.startUs, width)} at={FOOT} top={FLOOR} />
                <text class="axis-title" x={0} y={12}>
                  log10 likelihood ratio
                </text>
                <Line windows={windows} x={x} y={y} chosen={chosen} />
                {moments.map(({ atUs, words }) => (
                  <path key={`${atUs} ${words}`} class="moment-mark" d={`M${x(atUs)} ${FLOOR + 3}l5 9h-10z`}>
                    <title>{`${sinceStart(atUs)}: ${words}`}</title>
                  </path>
                ))}
                {handover && (
                  <line class="handover" x1={x(handover.atUs)} x2={x(handover.atUs)} y1={TOP} y2={FLOOR} />
                )}
                <text class="axis-title" x={(LEFT + width - RIGHT) / 2} y={FOOT + 36} text-anchor="middle">
                  time in the room, m:ss
                </text>
              </svg>
            </div>
            <p class="figure-remark tabular">
              {sinceStart(current.fromUs)} to {sinceStart(current.toUs)}: {inWords(current)}.{" "}
              {replayed.open && <a href={replayed.open(current.fromUs)}>Open the replay there</a>}
            </p>
          </>
        );
      }}
    </Figure>
  );
}

interface LineProps {
  windows: readonly TypingWindow[];
  x: Scale;
  y: Scale;
  chosen: number;
}

function Line({ windows, x, y, chosen }: LineProps) {
  const at = (window: TypingWindow) => x(middleUs(window));
  const known = windows[chosen];
  return (
    <>
      <path
        class="windows-band"
        d={
          area<TypingWindow>()
            .defined((window) => window.interval90 !== undefined)
            .x(at)
            .y0(({ interval90 }) => y(bounded(interval90?.[0] ?? 0)))
            .y1(({ interval90 }) => y(bounded(interval90?.[1] ?? 0)))([...windows]) ?? ""
        }
      />
      <path
        class="windows-line"
        d={
          line<TypingWindow>()
            .defined(isJudged)
            .x(at)
            .y(({ log10Lr = 0 }) => y(log10Lr))([...windows]) ?? ""
        }
      />
      {known && (
        <rect
          class="windows-chosen"
          x={x(known.fromUs)}
          width={Math.max(2, x(known.toUs) - x(known.fromUs))}
          y={TOP}
          height={HEIGHT}
        />
      )}
      {windows.map(
        (window, index) =>
          isJudged(window) && (
            <circle
              key={window.fromUs}
              class="live-dot"
              cx={at(window)}
              cy={y(window.log10Lr)}
              r={index === chosen ? 6 : 3.5}
            />
          ),
      )}
    </>
  );
}

/** Ticks at whole minutes of the room's clock, or at whole steps of seconds in a short one. */
function minutes(x: Scale, startUs: number, width: number) {
  const seconds = scaleLinear(
    x.domain().map((us) => (us - startUs) / 1e6),
    x.range(),
  );
  const [from = 0, to = 1] = seconds.domain();
  const step =
    [5, 10, 30, 60, 120, 300, 600, 1200, 3600].find((one) => (to - from) / one <= width / 70) ?? 7200;
  const ticks: number[] = [];
  for (let second = Math.ceil(from / step) * step; second <= to; second += step)
    ticks.push(startUs + second * 1e6);
  return { ticks, words: (us: number) => roomTime(us - startUs) };
}

function stepped(key: string, at: number, last: number): number | null {
  const to: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    Home: 0,
    End: last,
  };
  const next = to[key];
  return next === undefined ? null : Math.min(Math.max(next, 0), last);
}

/** Stretches hold less typing than the room, and move more by chance: this far. */
function driftIn([low, high]: readonly [number, number]): string {
  const span = `${signed(bounded(low), 1)} to ${signed(bounded(high), 1)}`;
  return `Chance moves them: nine in ten stretches by one and the same reference person gave ${span}.`;
}

function inWords({ log10Lr, interval90, keys }: TypingWindow): string {
  const presses = `${keys.toLocaleString("en")} key presses`;
  if (log10Lr === undefined) return `${presses}, too little to compare`;
  return `${presses}, log10 LR ${signed(log10Lr)}${interval90 ? ` (${range(interval90)})` : ""}`;
}
