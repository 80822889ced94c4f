// The whole recording on one line: marks, who wrote when, and the place one is at, to be dragged or moved by keys.

import { memo } from "preact/compat";
import { useRef } from "preact/hooks";
import { PersonMark } from "../components/PersonChip.tsx";
import { roomTime, spokenTime } from "../core/format.ts";
import type { Person } from "../protocol.gen.ts";
import { type Axis, fractionAt, timeAt } from "./axis.ts";
import type { Lane } from "./density.ts";
import type { ReplayEvent } from "./events.ts";
import { KIND_ICONS } from "./kinds.ts";

export const BUCKETS = 240;
const PAGE_US = 60_000_000;

interface TrackProps {
  axis: Axis;
  atUs: number;
  events: readonly ReplayEvent[];
  lanes: readonly Lane[];
  people: readonly Person[];
  onSeek: (atUs: number) => void;
}

const percent = (axis: Axis, atUs: number) => `${fractionAt(axis, atUs) * 100}%`;

export function Track({ axis, atUs, events, lanes, people, onSeek }: TrackProps) {
  const area = useRef<HTMLDivElement>(null);
  const seekTo = (event: PointerEvent) => {
    const box = area.current?.getBoundingClientRect();
    if (box) onSeek(timeAt(axis, (event.clientX - box.left) / box.width));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to: Record<string, number> = {
      Home: axis.startUs,
      End: axis.endUs,
      PageUp: atUs - PAGE_US,
      PageDown: atUs + PAGE_US,
      ArrowUp: atUs + PAGE_US / 60,
      ArrowDown: atUs - PAGE_US / 60,
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onSeek(next);
  };
  return (
    <div class="track">
      <Names lanes={lanes} people={people} />
      <div
        ref={area}
        class="track-area"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          seekTo(event);
        }}
        onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && seekTo(event)}
      >
        <Folds axis={axis} />
        <Marks axis={axis} events={events} onSeek={onSeek} />
        <Lanes axis={axis} lanes={lanes} people={people} />
        <div
          class="scrubber"
          role="slider"
          tabIndex={0}
          aria-label="Time"
          aria-valuemin={0}
          aria-valuemax={Math.round((axis.endUs - axis.startUs) / 1e6)}
          aria-valuenow={Math.round((atUs - axis.startUs) / 1e6)}
          aria-valuetext={spokenTime(atUs - axis.startUs)}
          onKeyDown={onKeyDown}
        >
          <span class="scrubber-past" style={{ width: percent(axis, atUs) }} />
          <span class="scrubber-thumb" style={{ left: percent(axis, atUs) }} />
        </div>
        <span class="playhead" style={{ left: percent(axis, atUs) }} />
      </div>
    </div>
  );
}

interface PartProps {
  axis: Axis;
  people: readonly Person[];
  lanes: readonly Lane[];
}

const Names = memo(({ lanes, people }: Omit<PartProps, "axis">) => (
  <div class="track-names" aria-hidden="true">
    <span class="quiet">Events</span>
    {lanes.map(({ participant }) => {
      const person = people.find((one) => one.participant === participant);
      return (
        <span key={participant} class="track-name">
          {person && <PersonMark colour={person.colour} role={person.role} />}
          <span>{person?.name ?? participant}</span>
        </span>
      );
    })}
  </div>
));

const Folds = memo(({ axis }: Pick<TrackProps, "axis">) => (
  <>
    {axis.folds.map((fold) => (
      <span
        key={fold.fromUs}
        class="track-fold"
        style={{ left: percent(axis, fold.fromUs), right: `${100 - fractionAt(axis, fold.toUs) * 100}%` }}
        title={`${roomTime(fold.toUs - fold.fromUs)} without anything, folded`}
      />
    ))}
  </>
));

/** For the pointer alone: the list of events holds the same for keyboards and screen readers. */
const Marks = memo(({ axis, events, onSeek }: Pick<TrackProps, "axis" | "events" | "onSeek">) => (
  <div class="track-marks" aria-hidden="true">
    {events.map((event, index) => {
      const Icon = KIND_ICONS[event.kind];
      return (
        <button
          key={index}
          type="button"
          tabIndex={-1}
          class={`track-mark ${event.kind}-mark${event.private ? " private-mark" : ""}`}
          style={{ left: percent(axis, event.atUs) }}
          title={`${roomTime(event.atUs - axis.startUs)} ${event.private ? "Private. " : ""}${event.words}`}
          onPointerDown={(pressed) => pressed.stopPropagation()}
          onClick={() => onSeek(event.atUs)}
        >
          <Icon class="icon" />
        </button>
      );
    })}
  </div>
));

const LANE_HEIGHT = 20;

const Lanes = memo(({ lanes, people }: PartProps) => (
  <>
    {lanes.map(({ participant, buckets }) => {
      const person = people.find((one) => one.participant === participant);
      const height = (share: number) => (share === 0 ? 0 : Math.max(2, share * LANE_HEIGHT));
      return (
        <svg
          key={participant}
          class="lane"
          viewBox={`0 0 ${BUCKETS} ${LANE_HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`When ${person?.name ?? participant} wrote: ${writingShare(buckets)}`}
          style={{ color: person?.colour ?? "currentColor" }}
        >
          <path
            d={buckets
              .map((share, x) => `M${x} ${LANE_HEIGHT}v${-height(share)}h0.8v${height(share)}z`)
              .join("")}
          />
        </svg>
      );
    })}
  </>
));

function writingShare(buckets: readonly number[]): string {
  const share = buckets.filter((bucket) => bucket > 0).length / buckets.length;
  return `in ${Math.max(1, Math.round(share * 100))} percent of the time`;
}
