// What one cell's latest run put out: who ran it, how it went, and the source it ran where that has changed since.

import { Ban, Check, CircleX, Clock, LoaderCircle, type LucideIcon, OctagonX, TimerOff } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { PersonMark } from "../../components/PersonChip.tsx";
import { plural, roomTime, timeIn } from "../../core/format.ts";
import { runTime } from "../../core/text.ts";
import type { Person, RunState } from "../../protocol.gen.ts";
import { nameOf } from "../cells.ts";
import { isBusy, personOf, type Run } from "../state.ts";
import type { BlobCache } from "./blobs.ts";
import type { Card } from "./cards.ts";
import { OutputView } from "./OutputView.tsx";

interface RunCardProps {
  card: Card;
  people: readonly Person[];
  blobs: BlobCache;
  nowUs: () => number;
  /** When the interview began: earlier runs' times count from here. Absent before it has. */
  startUs?: number | undefined;
  active: boolean;
  onReveal?: (card: Card) => void;
}

export function RunCard({ card, people, blobs, nowUs, startUs, active, onReveal }: RunCardProps) {
  const { cell, path, latest, earlier, edited } = card;
  const name = cell === null ? "A removed cell" : nameOf(cell);
  const classes = [
    "run-card",
    active && "active",
    latest.stale && "stale",
    latest.state === "error" && "failed",
  ];
  return (
    <article class={classes.filter(Boolean).join(" ")} aria-label={`Outputs of ${name}`}>
      <header class="run-head">
        {cell !== null && onReveal !== undefined ? (
          <button type="button" class="run-cell" onClick={() => onReveal(card)} title="Show this cell">
            {path !== null && <span class="run-file">{path}</span>} {name}
          </button>
        ) : (
          <span class="run-cell">
            {path !== null && <span class="run-file">{path}</span>} {name}
          </span>
        )}
        <RunBy run={latest} people={people} />
        <RunStatus run={latest} nowUs={nowUs} />
      </header>
      <RunBody run={latest} blobs={blobs} about={name} edited={edited} />
      {earlier.length > 0 && (
        <details class="run-earlier">
          <summary>{plural(earlier.length, "earlier run")}</summary>
          {earlier.map((run) => (
            <section key={run.run} class="run-earlier-one">
              <header class="run-head">
                <span class="run-cell tabular">{timeIn(run.requestedAtUs, startUs)}</span>
                <RunBy run={run} people={people} />
                <RunStatus run={run} nowUs={nowUs} />
              </header>
              <RunBody run={run} blobs={blobs} about={`${name}, an earlier run`} edited={true} />
            </section>
          ))}
        </details>
      )}
    </article>
  );
}

function RunBody({
  run,
  blobs,
  about,
  edited,
}: {
  run: Run;
  blobs: BlobCache;
  about: string;
  edited: boolean;
}) {
  return (
    <div class="run-body">
      {run.stale && <p class="run-note quiet">From before the kernel restarted: its variables are gone.</p>}
      {run.outputs.map((slotted, at) => (
        <OutputView key={at} output={slotted.output} blobs={blobs} about={about} />
      ))}
      {run.outputs.length === 0 && !isBusy(run) && run.reason === undefined && (
        <p class="run-note quiet">No output.</p>
      )}
      {run.reason !== undefined && <p class="run-note output-problem">{run.reason}</p>}
      {edited && (
        <details class="run-source">
          <summary>Source as it ran</summary>
          <pre>{run.source}</pre>
        </details>
      )}
    </div>
  );
}

function RunBy({ run, people }: { run: Run; people: readonly Person[] }) {
  const person = personOf(people, run.by);
  return person === undefined ? null : (
    <span class="run-by quiet">
      <PersonMark colour={person.colour} role={person.role} /> {person.name}
    </span>
  );
}

const STATES: Record<RunState, [LucideIcon, string]> = {
  queued: [Clock, "waiting"],
  running: [LoaderCircle, "running"],
  ok: [Check, "done"],
  error: [CircleX, "error"],
  interrupted: [Ban, "interrupted"],
  died: [OctagonX, "kernel died"],
  "timed-out": [TimerOff, "out of time"],
  cancelled: [Ban, "cancelled"],
};

function RunStatus({ run, nowUs }: { run: Run; nowUs: () => number }) {
  const [Icon, word] = STATES[run.state];
  const running = run.state === "running";
  useTicking(running);
  const ran = run.startedAtUs === undefined ? null : (run.finishedAtUs ?? nowUs()) - run.startedAtUs;
  return (
    <span class={`run-status ${run.state}`}>
      <Icon class="icon" aria-hidden="true" />
      {word}
      {ran !== null && (!running || ran > 1e6) && (
        <span class="tabular">{running ? roomTime(ran) : runTime(ran)}</span>
      )}
      {run.executionCount !== undefined && <span class="run-count tabular">[{run.executionCount}]</span>}
    </span>
  );
}

/** Draws once a second while something runs. */
function useTicking(on: boolean): void {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!on) {
      return;
    }
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [on]);
}
