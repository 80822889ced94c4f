// The text as cells and outputs, derived a moment after each change so that typing never waits for it.

import type { EditorView } from "@codemirror/view";
import { activeCell, setCellStates } from "./cellMarks.ts";
import { type Cell, parseCells } from "./cells.ts";
import type { RoomDocument } from "./document.ts";
import { arrange, type Card } from "./outputs/cards.ts";
import type { Run } from "./state.ts";
import { Store } from "./store.ts";
import { gathered } from "./throttle.ts";

const LAYOUT_MS = 120;

export interface Layout {
  readonly cells: readonly Cell[];
  readonly cards: readonly Card[];
  readonly activeCell: number | null;
}

export interface LayoutSource {
  readonly document: RoomDocument;
  readonly runs: readonly Run[];
  readonly view: EditorView | null;
}

export class LayoutKeeper {
  readonly layout = new Store<Layout>({ cells: [], cards: [], activeCell: null });
  readonly soon = gathered(LAYOUT_MS, () => this.now());
  private readonly source: () => LayoutSource;

  constructor(source: () => LayoutSource) {
    this.source = source;
  }

  now(): void {
    const { document, runs, view } = this.source();
    const text = document.text.toString();
    const cells = parseCells(text);
    const cards = arrange(text, cells, runs, (run) => document.locate(run.place));
    const active = view === null ? null : (activeCell(view.state)?.index ?? null);
    this.layout.set({ cells, cards, activeCell: active });
    const states = cards.flatMap(({ cell, latest }) =>
      cell === null ? [] : [[cell.from, latest.state] as const],
    );
    view?.dispatch({ effects: setCellStates.of(new Map(states)) });
  }

  /** The selection may have gone into another cell. */
  moved(view: EditorView): void {
    if ((activeCell(view.state)?.index ?? null) !== this.layout.get().activeCell) {
      this.soon();
    }
  }
}
