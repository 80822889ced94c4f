// The live kernel's variables as the panel lists them. Pure.

import type { Variable } from "../protocol.gen.ts";
import { isBusy, type Run } from "./state.ts";

/** Those in whose name, type or value the words occur. */
export function matching(variables: readonly Variable[], words: string): readonly Variable[] {
  const wanted = words.trim().toLowerCase();
  return wanted === ""
    ? variables
    : variables.filter(({ name, kind, dtype = "", summary = "" }) =>
        [name, kind, dtype, summary].some((text) => text.toLowerCase().includes(wanted)),
      );
}

/** Shape and element type in one, as far as there are any: `(120, 5) float64`. */
export function formOf({ shape = "", dtype = "" }: Variable): string {
  return [shape, dtype].filter((part) => part !== "").join(" ");
}

/** Changes whenever a run has ended and none goes on, which is when variables may be others. */
export function settledRuns(runs: readonly Run[]): number | null {
  return runs.some(isBusy) ? null : runs.filter((run) => run.finishedAtUs !== undefined).length;
}
