// What became of a run, in words: for its card, and for those who listen. Pure.

import { roomTime } from "../../core/format.ts";
import { runTime } from "../../core/text.ts";
import type { RunState } from "../../protocol.gen.ts";
import type { Run } from "../state.ts";

/** Where each waiting run stands in the queue, counted from 1; what runs already is not in it. */
export function queuePlaces(runs: readonly Run[]): ReadonlyMap<string, number> {
  const waiting = runs
    .filter((run) => run.state === "queued")
    .sort((a, b) => a.requestedAtUs - b.requestedAtUs);
  return new Map(waiting.map((run, at) => [run.run, at + 1]));
}

const ENDINGS: Record<Exclude<RunState, "queued" | "running" | "cancelled">, string> = {
  ok: "ran in",
  error: "error after",
  interrupted: "interrupted after",
  died: "kernel died after",
  "timed-out": "out of time after",
};

/** `place` is its place in the queue, `nowUs` the room's time now. */
export function statusWords(run: Run, place: number | undefined, nowUs: number): string {
  const { state, startedAtUs = run.requestedAtUs } = run;
  switch (state) {
    case "queued":
      return place === undefined || place === 1 ? "queued, next" : `queued, ${ordinal(place)} in line`;
    case "running":
      return `${run.question === undefined ? "running" : "waits for an answer"} ${roomTime(nowUs - startedAtUs)}`;
    case "cancelled":
      return "cancelled";
    default:
      return `${ENDINGS[state]} ${runTime((run.finishedAtUs ?? nowUs) - startedAtUs)}`;
  }
}

const REASONS: Partial<Record<RunState, string>> = {
  interrupted: "Somebody interrupted it. Its variables are kept.",
  died: "The kernel stopped while it ran. Restart it, then run the cells again.",
  "timed-out": "It ran for longer than a run may. Its variables are kept.",
  cancelled: "It did not run, because what stood before it failed or was stopped.",
};

/** Why a run did not end by itself, as a sentence; what the server says of it goes before. */
export function reasonOf(run: Run): string | undefined {
  return run.reason ?? REASONS[run.state];
}

/** What happened last, for those who do not see the outputs; empty while there is nothing to say. */
export function runNews(runs: readonly Run[]): string {
  const last = runs.reduce<Run | undefined>(
    // What cancelled others says so itself.
    (latest, run) => (run.state === "cancelled" || changedAt(run) < changedAt(latest) ? latest : run),
    undefined,
  );
  if (last === undefined || last.state === "running") {
    return "";
  }
  const words = statusWords(last, queuePlaces(runs).get(last.run), 0);
  if (last.state === "queued") {
    // Alone it starts at once.
    return runs.some((run) => run.state === "running") ? `Run ${words}` : "";
  }
  const failure = last.outputs.find(({ output }) => output.type === "failure")?.output;
  const what = failure?.type === "failure" ? `: ${failure.name}: ${failure.message}` : "";
  return `Run ${last.executionCount ?? ""}: ${words}${what}`;
}

function changedAt(run: Run | undefined): number {
  return run?.finishedAtUs ?? run?.startedAtUs ?? run?.requestedAtUs ?? 0;
}

function ordinal(n: number): string {
  const ending = { one: "st", two: "nd", few: "rd" } as Record<string, string>;
  return `${n}${ending[new Intl.PluralRules("en", { type: "ordinal" }).select(n)] ?? "th"}`;
}
