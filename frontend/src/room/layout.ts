// The text as cells and outputs, derived a moment after each change so that typing never waits for it.

import { type Cell, cellAt, parseCells } from "./cells.ts";
import type { RoomDocument } from "./document.ts";
import { arrange, type Card } from "./outputs/cards.ts";
import type { Run } from "./state.ts";
import { Store } from "./store.ts";
import type { Surface } from "./surface.ts";
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
  readonly surface: Surface | null;
}

export class LayoutKeeper {
  readonly layout = new Store<Layout>({ cells: [], cards: [], activeCell: null });
  readonly soon = gathered(LAYOUT_MS, () => this.now());
  private readonly source: () => LayoutSource;

  constructor(source: () => LayoutSource) {
    this.source = source;
  }

  now(): void {
    const { document, runs, surface } = this.source();
    const text = document.text.toString();
    const cells = parseCells(text);
    const cards = arrange(text, cells, runs, (run) => document.locate(run.place));
    const active = activeIn(cells, surface);
    this.layout.set({ cells, cards, activeCell: active });
    const states = cards.flatMap(({ cell, latest }) =>
      cell === null ? [] : [[cell.from, latest.state] as const],
    );
    surface?.showStates(new Map(states));
  }

  /** The selection may have gone into another cell. */
  moved(): void {
    const { document, surface } = this.source();
    if (activeIn(parseCells(document.text.toString()), surface) !== this.layout.get().activeCell) {
      this.soon();
    }
  }
}

function activeIn(cells: readonly Cell[], surface: Surface | null): number | null {
  return surface === null ? null : (cellAt(cells, surface.selection().head)?.index ?? null);
}
