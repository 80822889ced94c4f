// What the keys and buttons of the room do to cells: run one, run and move on, run several.

import { type Cell, cellAt, parseCells, sourceOf } from "./cells.ts";
import type { Surface } from "./surface.ts";

export type CellCommand = "run" | "run-and-move-on" | "run-above" | "run-all";

/** The part of the session that commands use. */
export interface Runner {
  readonly text: string;
  runCell(cell: Cell, source: string): void;
}

export function perform(command: CellCommand, runner: Runner, surface: Surface): void {
  const { text } = runner;
  const cells = parseCells(text);
  const active = cellAt(cells, surface.selection().head);
  const run = (cell: Cell | undefined) => cell !== undefined && runner.runCell(cell, sourceOf(text, cell));
  switch (command) {
    case "run":
      run(active);
      return;
    case "run-and-move-on":
      run(active);
      moveOn(text, cells[(active?.index ?? 0) + 1], surface);
      return;
    case "run-above":
      cells.slice(0, active?.index ?? 0).forEach(run);
      return;
    case "run-all":
      cells.forEach(run);
      return;
    default:
      command satisfies never;
  }
}

/** Into the next cell, which is made when there is none. */
function moveOn(text: string, next: Cell | undefined, surface: Surface): void {
  if (next !== undefined) {
    surface.reveal(next.sourceFrom, next.from);
    return;
  }
  const lastLine = text.slice(text.lastIndexOf("\n") + 1);
  surface.append(`${lastLine.trim() === "" ? "" : "\n"}\n# %%\n`);
}

interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
}

/** What a key press asks for, if it is one of ours. */
export function commandOf({ key, shiftKey, ctrlKey, metaKey, isComposing }: KeyPress): CellCommand | null {
  if (key !== "Enter" || isComposing) {
    return null;
  }
  if (ctrlKey || metaKey) {
    return shiftKey ? "run-above" : "run";
  }
  return shiftKey ? "run-and-move-on" : null;
}
