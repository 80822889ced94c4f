// Which runs the outputs panel shows and in which order: one card a cell, the latest run open, earlier ones behind it. Pure.

import { type Cell, sourceOf } from "../cells.ts";
import type { Run } from "../state.ts";

export interface Card {
  /** The cell that the runs belong to, or null when its mark is gone. */
  readonly cell: Cell | null;
  readonly latest: Run;
  /** Newest first. */
  readonly earlier: readonly Run[];
  /** The cell's text is no longer what the latest run ran. */
  readonly edited: boolean;
}

/** Where a run's `# %%` mark is now, in UTF-16 units, or null when it is gone. */
export type Locate = (run: Run) => number | null;

export function arrange(text: string, cells: readonly Cell[], runs: readonly Run[], locate: Locate): Card[] {
  const starts = new Map(cells.map((cell) => [cell.from, cell]));
  const docked = new Map<Cell, Run[]>();
  const orphans = new Map<string, Run[]>();
  for (const run of runs) {
    const at = locate(run);
    const cell = at === null ? undefined : starts.get(at);
    if (cell === undefined) {
      add(orphans, run.place.position, run);
    } else {
      add(docked, cell, run);
    }
  }
  const byPlace = [...docked].sort(([a], [b]) => a.from - b.from);
  return [
    ...byPlace.map(([cell, list]) => card(list, cell, text)),
    ...[...orphans.values()].map((list) => card(list, null, text)),
  ];
}

function card(runs: readonly Run[], cell: Cell | null, text: string): Card {
  const newestFirst = [...runs].reverse();
  const latest = newestFirst[0] as Run;
  return {
    cell,
    latest,
    earlier: newestFirst.slice(1),
    edited: cell !== null && sourceOf(text, cell) !== latest.source,
  };
}

function add<K>(groups: Map<K, Run[]>, key: K, run: Run): void {
  const group = groups.get(key);
  if (group === undefined) {
    groups.set(key, [run]);
  } else {
    group.push(run);
  }
}
