// What the keys and buttons of the room do to cells: run one, run and move on, run several.

import { EditorSelection } from "@codemirror/state";
import { EditorView, type KeyBinding } from "@codemirror/view";
import { activeCell, cellsField } from "./cellMarks.ts";
import { type Cell, sourceOf } from "./cells.ts";

/** The part of the session that commands use. */
export interface Runner {
  readonly mayEdit: boolean;
  runCell(cell: Cell, source: string): void;
  interrupt(): void;
}

export function runActive(runner: Runner, view: EditorView): void {
  const cell = activeCell(view.state);
  if (cell !== undefined) {
    runner.runCell(cell, sourceOf(view.state.doc.toString(), cell));
  }
}

export function runAll(runner: Runner, view: EditorView): void {
  runUpTo(runner, view, Number.POSITIVE_INFINITY);
}

/** The cells above the one with the caret. */
export function runAbove(runner: Runner, view: EditorView): void {
  runUpTo(runner, view, activeCell(view.state)?.index ?? 0);
}

function runUpTo(runner: Runner, view: EditorView, end: number): void {
  const text = view.state.doc.toString();
  for (const cell of view.state.field(cellsField)) {
    if (cell.index < end) {
      runner.runCell(cell, sourceOf(text, cell));
    }
  }
}

/** Run the cell and put the caret into the next one, which is made when this was the last. */
export function runAndMoveOn(runner: Runner, view: EditorView): void {
  const cell = activeCell(view.state);
  if (cell === undefined) {
    return;
  }
  runActive(runner, view);
  const next = view.state.field(cellsField)[cell.index + 1];
  if (next !== undefined) {
    revealCell(view, next);
    return;
  }
  const { length } = view.state.doc;
  const lastLine = view.state.doc.lineAt(length);
  const insert = `${lastLine.text.trim() === "" ? "" : "\n"}\n# %%\n`;
  view.dispatch({
    changes: { from: length, insert },
    selection: EditorSelection.cursor(length + insert.length),
    scrollIntoView: true,
    userEvent: "cell.new",
  });
}

export function revealCell(view: EditorView, cell: Cell): void {
  view.dispatch({
    selection: EditorSelection.cursor(cell.sourceFrom),
    effects: EditorView.scrollIntoView(cell.from, { y: "nearest", yMargin: 24 }),
  });
}

export function cellKeys(runner: Runner): readonly KeyBinding[] {
  const command = (work: (runner: Runner, view: EditorView) => void) => (view: EditorView) => {
    if (runner.mayEdit) {
      work(runner, view);
    }
    return true;
  };
  return [
    { key: "Shift-Enter", run: command(runAndMoveOn) },
    { key: "Ctrl-Enter", mac: "Ctrl-Enter", run: command(runActive) },
    { key: "Mod-Enter", run: command(runActive) },
    { key: "Mod-Shift-Enter", run: command(runAbove) },
  ];
}
