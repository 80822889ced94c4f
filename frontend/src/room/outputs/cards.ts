// Which runs the outputs panel shows and in which order: one card a cell, the latest run open, earlier ones behind it. Pure.

import type { FileView } from "../../protocol.gen.ts";
import { type Cell, parseCells, sourceOf } from "../cells.ts";
import type { Run } from "../state.ts";

export interface Card {
  readonly file: string;
  /** The file's path where a card must tell it: rooms of one file, and files that are gone, have none. */
  readonly path: string | null;
  /** The cell that the runs belong to, or null when its mark is gone. */
  readonly cell: Cell | null;
  readonly latest: Run;
  /** Newest first. */
  readonly earlier: readonly Run[];
  /** The cell's text is no longer what the latest run ran. */
  readonly edited: boolean;
}

/** A file as it is now. */
export interface FileNow extends FileView {
  readonly text: string;
}

/** Where in its file a run's `# %%` mark is now, in UTF-16 units, or null when it is gone. */
export type Locate = (run: Run) => number | null;

/** The cards of every file, in the order of the files. Those of a file that is gone stay, at the end. */
export function arrangeFiles(files: readonly FileNow[], runs: readonly Run[], locate: Locate): Card[] {
  const known = new Set(files.map((view) => view.file));
  const gone = [...new Set(runs.map((run) => run.place.file))].filter((file) => !known.has(file));
  return [
    ...files.flatMap((now) => arrange(now, files.length > 1 ? now.path : null, runs, locate)),
    ...gone.flatMap((file) => arrange({ file, text: "" }, null, runs, () => null)),
  ];
}

function arrange(
  { file, text }: Omit<FileNow, "path">,
  path: string | null,
  runs: readonly Run[],
  locate: Locate,
): Card[] {
  const card = (list: readonly Run[], cell: Cell | null) => cardOf(list, cell, { file, path, text });
  const cells = parseCells(text);
  const starts = new Map(cells.map((cell) => [cell.from, cell]));
  const docked = new Map<Cell, Run[]>();
  const orphans = new Map<string, Run[]>();
  for (const run of runs.filter(({ place }) => place.file === file)) {
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
    ...byPlace.map(([cell, list]) => card(list, cell)),
    ...[...orphans.values()].map((list) => card(list, null)),
  ];
}

function cardOf(
  runs: readonly Run[],
  cell: Cell | null,
  { file, path, text }: Pick<Card, "file" | "path"> & { text: string },
): Card {
  const newestFirst = [...runs].reverse();
  const latest = newestFirst[0] as Run;
  return {
    file,
    path,
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
