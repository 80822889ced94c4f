// What one cell's latest run put out: who ran it, how it went, and the source it ran where that has changed since.

import { Ban, Check, CircleX, Clock, LoaderCircle, type LucideIcon, OctagonX, TimerOff } from "lucide-preact";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { PersonMark } from "../../components/PersonChip.tsx";
import { plural, timeIn } from "../../core/format.ts";
import type { Person, RunState } from "../../protocol.gen.ts";
import { nameOf } from "../cells.ts";
import { isBusy, personOf, type Run } from "../state.ts";
import type { BlobCache } from "./blobs.ts";
import type { Card } from "./cards.ts";
import { OutputList } from "./OutputList.tsx";
import { type OnAnswer, QuestionForm } from "./QuestionForm.tsx";
import { reasonOf, statusWords } from "./runWords.ts";

interface RunCardProps {
  card: Card;
  people: readonly Person[];
  blobs: BlobCache;
  nowUs: () => number;
  /** When the interview began: earlier runs' times count from here. Absent before it has. */
  startUs?: number | undefined;
  active: boolean;
  /** Where waiting runs stand in the queue. */
  places: ReadonlyMap<string, number>;
  onReveal?: (card: Card) => void;
  onAnswer?: OnAnswer | undefined;
}

export function RunCard({
  card,
  people,
  blobs,
  nowUs,
  startUs,
  active,
  places,
  onReveal,
  onAnswer,
}: RunCardProps) {
  const { cell, path, latest, earlier, edited } = card;
  const shared = { blobs, people, onAnswer };
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
        <RunStatus run={latest} place={places.get(latest.run)} nowUs={nowUs} />
      </header>
      <RunBody
        run={latest}
        {...shared}
        about={name}
        name={`${latest.place.file}.${latest.place.position}`}
        edited={edited}
      />
      {earlier.length > 0 && (
        <EarlierRuns
          runs={earlier}
          {...shared}
          nowUs={nowUs}
          startUs={startUs}
          places={places}
          about={name}
        />
      )}
    </article>
  );
}

interface EarlierRunsProps extends Omit<RunCardProps, "card" | "active" | "onReveal"> {
  runs: readonly Run[];
  about: string;
}

/** They are drawn while somebody looks at them, and cost nothing otherwise: there may be a hundred large ones. */
function EarlierRuns({ runs, people, blobs, nowUs, startUs, places, about, onAnswer }: EarlierRunsProps) {
  const [opened, setOpened] = useState(false);
  const open = opened || runs.some((run) => run.question !== undefined);
  return (
    <details class="run-earlier" open={open} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{plural(runs.length, "earlier run")}</summary>
      {open &&
        runs.map((run) => (
          <section key={run.run} class="run-earlier-one">
            <header class="run-head">
              <span class="run-cell tabular">{timeIn(run.requestedAtUs, startUs)}</span>
              <RunBy run={run} people={people} />
              <RunStatus run={run} place={places.get(run.run)} nowUs={nowUs} />
            </header>
            <RunBody
              run={run}
              blobs={blobs}
              people={people}
              onAnswer={onAnswer}
              about={`${about}, an earlier run`}
              name={run.run}
              edited={true}
            />
          </section>
        ))}
    </details>
  );
}

interface RunBodyProps {
  run: Run;
  blobs: BlobCache;
  people: readonly Person[];
  about: string;
  /** Under which name it is remembered what of its outputs somebody unfolded. */
  name: string;
  edited: boolean;
  onAnswer: OnAnswer | undefined;
}

function RunBody({ run, blobs, people, about, name, edited, onAnswer }: RunBodyProps) {
  const outputs = useSteadyOutputs(run);
  const reason = reasonOf(run);
  const body = useRef<HTMLDivElement>(null);
  useSteadyHeight(body, isBusy(run));
  return (
    <div class="run-body" ref={body}>
      {run.stale && <p class="run-note quiet">Its kernel is gone, and its variables with it.</p>}
      <OutputList outputs={outputs} blobs={blobs} people={people} about={about} name={name} />
      {run.question !== undefined && (
        <QuestionForm
          key={run.question.question}
          run={run.run}
          question={run.question}
          about={about}
          onAnswer={onAnswer}
        />
      )}
      {outputs.length === 0 && !isBusy(run) && reason === undefined && (
        <p class="run-note quiet">No output.</p>
      )}
      {reason !== undefined && <p class="run-note output-problem">{reason}</p>}
      {edited && (
        <details class="run-source">
          <summary>Source as it ran</summary>
          <pre>{run.source}</pre>
        </details>
      )}
    </div>
  );
}

/** A run that clears its outputs puts out new ones at once: until then the old ones stay, so that nothing flickers. */
const CLEARED_MS = 200;

function useSteadyOutputs(run: Run): Run["outputs"] {
  const [, draw] = useState(0);
  const kept = useRef(run.outputs);
  const cleared = run.outputs.length === 0 && isBusy(run);
  if (!cleared) {
    kept.current = run.outputs;
  }
  useEffect(() => {
    if (!cleared) {
      return;
    }
    const timer = setTimeout(() => {
      kept.current = [];
      draw((count) => count + 1);
    }, CLEARED_MS);
    return () => clearTimeout(timer);
  }, [cleared, run.run]);
  return kept.current;
}

/** More than that would look as if something were there. */
const HELD_PX_MAX = 480;

/** While a cell runs, again or clearing its outputs, it does not shrink: the outputs below it stay where they are. */
function useSteadyHeight(body: RefObject<HTMLElement>, busy: boolean): void {
  const height = useRef(0);
  useLayoutEffect(() => {
    const { current } = body;
    if (current !== null) {
      current.style.minHeight = busy ? `${Math.min(height.current, HELD_PX_MAX)}px` : "";
      height.current = Math.max(current.offsetHeight, busy ? height.current : 0);
    }
  });
}

function RunBy({ run, people }: { run: Run; people: readonly Person[] }) {
  const person = personOf(people, run.by);
  return person === undefined ? null : (
    <span class="run-by quiet">
      <PersonMark colour={person.colour} role={person.role} /> {person.name}
    </span>
  );
}

const ICONS: Record<RunState, LucideIcon> = {
  queued: Clock,
  running: LoaderCircle,
  ok: Check,
  error: CircleX,
  interrupted: Ban,
  died: OctagonX,
  "timed-out": TimerOff,
  cancelled: Ban,
};

interface RunStatusProps {
  run: Run;
  place: number | undefined;
  nowUs: () => number;
}

function RunStatus({ run, place, nowUs }: RunStatusProps) {
  const Icon = ICONS[run.state];
  useTicking(run.state === "running");
  return (
    <span class={`run-status ${run.state}`}>
      <Icon class="icon" aria-hidden="true" />
      <span class="tabular">{statusWords(run, place, nowUs())}</span>
      {run.executionCount !== undefined && (
        <span class="run-count tabular">
          <span class="visually-hidden">Run </span>[{run.executionCount}]
        </span>
      )}
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
