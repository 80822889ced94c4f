// Cells as the editor shows them: a line above each mark, a tint under the active cell, and a button to run each.

import { type EditorState, type Extension, type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutter } from "@codemirror/view";
import type { RunState } from "../protocol.gen.ts";
import { type Cell, cellAt, nameOf, parseCells } from "./cells.ts";

/** The state of each cell's latest run, by where the cell begins. */
export type CellStates = ReadonlyMap<number, RunState>;

export const setCellStates = StateEffect.define<CellStates>();

/** The cells of the document, parsed once a change. */
const cellsField = StateField.define<readonly Cell[]>({
  create: (state) => parseCells(state.doc.toString()),
  update: (cells, transaction) =>
    transaction.docChanged ? parseCells(transaction.newDoc.toString()) : cells,
});

const statesField = StateField.define<CellStates>({
  create: () => new Map(),
  update(states, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setCellStates)) {
        return effect.value;
      }
    }
    if (!transaction.docChanged || states.size === 0) {
      return states;
    }
    return new Map([...states].map(([from, state]) => [transaction.changes.mapPos(from, 1), state]));
  },
});

function activeCell(state: EditorState): Cell | undefined {
  return cellAt(state.field(cellsField), state.selection.main.head);
}

const ACTIVE = Decoration.line({ class: "cell-active" });
const MARK = Decoration.line({ class: "cell-mark" });
const MARKDOWN = Decoration.line({ class: "cell-markdown" });

function cellDecorations(state: EditorState) {
  const cells = state.field(cellsField);
  const active = activeCell(state);
  const ranges: Range<Decoration>[] = [];
  for (const cell of cells) {
    if (cell.marked) {
      ranges.push(MARK.range(state.doc.lineAt(cell.from).from));
    }
    if (cell !== active && cell.kind === "code") {
      continue;
    }
    for (const line of linesOf(state, cell)) {
      if (cell === active) {
        ranges.push(ACTIVE.range(line));
      }
      if (cell.kind === "markdown") {
        ranges.push(MARKDOWN.range(line));
      }
    }
  }
  return Decoration.set(ranges, true);
}

function* linesOf(state: EditorState, cell: Cell): Generator<number> {
  let line = state.doc.lineAt(cell.from);
  while (line.from < cell.to || line.from === cell.from) {
    yield line.from;
    if (line.number === state.doc.lines) {
      return;
    }
    line = state.doc.line(line.number + 1);
  }
}

const WORDS: Partial<Record<RunState, string>> = { queued: "waiting", running: "running" };

class RunMarker extends GutterMarker {
  private readonly cell: Cell;
  private readonly state: RunState | undefined;
  private readonly run: (cell: number) => void;

  constructor(cell: Cell, state: RunState | undefined, run: (cell: number) => void) {
    super();
    this.cell = cell;
    this.state = state;
    this.run = run;
  }

  override eq(other: RunMarker): boolean {
    return (
      other.cell.index === this.cell.index &&
      other.state === this.state &&
      nameOf(other.cell) === nameOf(this.cell)
    );
  }

  override toDOM(): HTMLElement {
    const button = document.createElement("button");
    const busy = this.state === "queued" || this.state === "running";
    const word = this.state === undefined ? undefined : WORDS[this.state];
    button.type = "button";
    // The keyboard has Shift+Enter; a stop for every cell would only lengthen the way through the page.
    button.tabIndex = -1;
    button.className = busy ? `cell-run ${this.state}` : "cell-run";
    button.title = word === undefined ? `Run ${nameOf(this.cell)}` : `${nameOf(this.cell)} is ${word}`;
    button.setAttribute("aria-label", button.title);
    const index = this.cell.index;
    button.addEventListener("click", () => this.run(index));
    button.addEventListener("mousedown", (event) => event.preventDefault());
    return button;
  }
}

/** `run` is absent for people who may only watch. */
export function cellMarks(run: ((cell: number) => void) | null): Extension {
  const marks = [
    cellsField,
    statesField,
    EditorView.decorations.compute([cellsField, "selection"], cellDecorations),
  ];
  if (run === null) {
    return marks;
  }
  const runGutter = gutter({
    class: "cell-gutter",
    lineMarker(view, line) {
      const cell = view.state
        .field(cellsField)
        .find((other) => other.from === line.from && other.kind === "code");
      return cell === undefined
        ? null
        : new RunMarker(cell, view.state.field(statesField).get(cell.from), run);
    },
    lineMarkerChange: (update) =>
      update.docChanged || update.startState.field(statesField) !== update.state.field(statesField),
  });
  return [...marks, runGutter];
}
