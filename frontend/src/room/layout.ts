// The files as cells and outputs, derived a moment after each change so that typing never waits for it.

import type { FileView } from "../protocol.gen.ts";
import { MAIN_FILE } from "../protocol.gen.ts";
import { type Cell, cellAt, parseCells } from "./cells.ts";
import type { RoomDocument } from "./document.ts";
import { isPython, pathOf } from "./files.ts";
import { arrangeFiles, type Card } from "./outputs/cards.ts";
import type { Run } from "./state.ts";
import { Store } from "./store.ts";
import type { Surface } from "./surface.ts";
import { gathered } from "./throttle.ts";

const LAYOUT_MS = 120;

export interface Layout {
  /** The file that the editor shows. */
  readonly file: string;
  readonly cells: readonly Cell[];
  /** Of every file. */
  readonly cards: readonly Card[];
  readonly activeCell: number | null;
}

export interface LayoutSource {
  readonly document: RoomDocument;
  readonly files: readonly FileView[];
  readonly file: string;
  readonly runs: readonly Run[];
  readonly surface: Surface | null;
}

export class LayoutKeeper {
  readonly layout = new Store<Layout>({ file: MAIN_FILE, cells: [], cards: [], activeCell: null });
  readonly soon = gathered(LAYOUT_MS, () => this.now());
  private readonly source: () => LayoutSource;

  constructor(source: () => LayoutSource) {
    this.source = source;
  }

  now(): void {
    const { document, files, file, runs, surface } = this.source();
    const texts = files.map((view) => ({ ...view, text: document.textOf(view.file)?.toString() ?? "" }));
    const cards = arrangeFiles(texts, runs, (run) => document.locate(run.place));
    const cells = this.cells();
    this.layout.set({ file, cells, cards, activeCell: activeIn(cells, surface) });
    const states = cards.flatMap((card) =>
      card.cell === null || card.file !== file ? [] : [[card.cell.from, card.latest.state] as const],
    );
    surface?.showStates(new Map(states));
  }

  /** The selection may have gone into another cell. */
  moved(): void {
    if (activeIn(this.cells(), this.source().surface) !== this.layout.get().activeCell) {
      this.soon();
    }
  }

  /** Of the file that is shown; plain text has none. */
  private cells(): readonly Cell[] {
    const { document, files, file } = this.source();
    return isPython(pathOf(files, file) ?? "") ? parseCells(document.textOf(file)?.toString() ?? "") : [];
  }
}

function activeIn(cells: readonly Cell[], surface: Surface | null): number | null {
  return surface === null ? null : (cellAt(cells, surface.selection().head)?.index ?? null);
}
