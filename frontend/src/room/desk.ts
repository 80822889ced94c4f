// The text on the screen: the editor that shows it, what is recorded there, and the cells that are run from it.

import type { RoomClock } from "../core/clock.ts";
import type { KeyBatches } from "../core/keys.ts";
import type { EditOrigin } from "../protocol.gen.ts";
import { MAIN_FILE } from "../protocol.gen.ts";
import {
  captureFocus,
  captureKeys,
  capturePastes,
  OwnCopies,
  pasteOf,
  SetUps,
  watchCopies,
} from "./capture.ts";
import { type Cell, parseCells, sourceOf } from "./cells.ts";
import { type CellCommand, perform } from "./commands.ts";
import type { FileText, RoomDocument } from "./document.ts";
import { takeFiles } from "./fileDrops.ts";
import { isPython, pathOf } from "./files.ts";
import { Following } from "./following.ts";
import { KeptSights } from "./keptSights.ts";
import type { KernelAsks } from "./kernelAsks.ts";
import type { RoomState } from "./state.ts";
import { Store } from "./store.ts";
import type { MakeSurface, Sight, Surface, SurfaceWishes } from "./surface.ts";
import type { ToRecord } from "./unsaved.ts";

export interface DeskWorld {
  mayEdit(): boolean;
  readonly clock: RoomClock;
  document(): RoomDocument;
  room(): RoomState;
  readonly kernel: KernelAsks;
  record(frame: ToRecord): void;
  /** Something that this person asked for could not be done; why, as a sentence. */
  refuse(why: string): void;
  /** Another editor shows the text, or the editor another file. */
  mounted(): void;
  /** The caret moved, the text changed, or the focus came or went. */
  moved(surface: Surface): void;
}

export class Desk {
  surface: Surface | null = null;
  /** The file that the editor shows. */
  readonly file = new Store<string>(MAIN_FILE);
  /** A file to show as soon as its text is here: the list of files may be ahead of the document. */
  private wanted: string | null = null;
  private shownAsPython = true;
  private readonly sights = new KeptSights();
  /** What the change that is being made came from. */
  origin: EditOrigin = "command";
  readonly following: Following;
  private keys: KeyBatches | null = null;
  private readonly setUps: SetUps;
  private readonly copies = new OwnCopies();
  private readonly cleanups: (() => void)[] = [];
  private readonly stopWatching = watchCopies(this.copies);
  private readonly world: DeskWorld;

  constructor(world: DeskWorld) {
    this.world = world;
    this.setUps = new SetUps(world.clock, world.record);
    this.following = new Following({
      document: () => world.document(),
      shown: () => this.fileText,
      show: (file) => this.show(file),
      people: () => world.room().people,
    });
  }

  get text(): string {
    return this.fileText.text.toString();
  }

  private get fileText(): FileText {
    const document = this.world.document();
    return document.file(this.file.get()) ?? (document.file(MAIN_FILE) as FileText);
  }

  private get path(): string {
    return pathOf(this.world.room().files, this.fileText.file) ?? "";
  }

  private get python(): boolean {
    return isPython(this.path);
  }

  /** Files may have other names, by which they are Python or are not. */
  renamed(): void {
    if (this.surface !== null && this.python !== this.shownAsPython) {
      this.surface.beginAgain(sightOf(this.surface));
    }
  }

  /** Show a file, with the caret and the lines in sight as they were left there, and go on writing in it. */
  open(file: string): void {
    this.following.stop();
    this.show(file);
    this.surface?.focus();
  }

  private show(file: string): void {
    this.wanted = file;
    this.arrived();
  }

  /** Texts may have come. */
  arrived(): void {
    const { wanted, surface } = this;
    const next = wanted === null ? null : this.world.document().file(wanted);
    if (wanted === null || next === null) {
      return;
    }
    this.wanted = null;
    if (wanted === this.file.get()) {
      return;
    }
    if (surface !== null) {
      this.sights.keep(this.fileText, sightOf(surface));
    }
    this.file.set(wanted);
    surface?.beginAgain(this.sights.of(next));
    this.shown();
  }

  private shown(): void {
    this.world.mounted();
    this.following.seenMoved();
  }

  /** Another document stands under the editor. */
  beginAgain(): void {
    this.file.set(this.fileText.file);
    this.surface?.beginAgain();
    this.shown();
  }

  /** What this person may do, or what is recorded of it, has changed. */
  allowedAnew(): void {
    this.disregard();
    if (this.surface !== null) {
      this.surface.beginAgain(sightOf(this.surface));
      this.regard(this.surface);
    }
  }

  /** Put the text where it belongs, once it is here, or again in another editor. */
  mount(parent: HTMLElement, makeSurface: MakeSurface): void {
    this.unmount();
    this.surface = makeSurface(parent, () => this.wishes());
    this.regard(this.surface);
    this.shown();
    this.surface.focus();
  }

  stop(): void {
    this.unmount();
    this.stopWatching();
  }

  /** Hand on the keys that are still being gathered. */
  flush(): void {
    this.keys?.flush();
  }

  perform(command: CellCommand): void {
    if (!this.world.mayEdit() || this.surface === null) {
      return;
    }
    if (this.python) {
      perform(command, this, this.surface);
    } else {
      this.world.refuse(`${this.path} is plain text: only Python files (.py) run.`);
    }
  }

  /** Show a cell and go on writing there. */
  reveal(file: string, cell: Cell): void {
    this.open(file);
    this.surface?.reveal(cell.sourceFrom, cell.from);
    this.surface?.focus();
  }

  runCell(cell: Cell, source: string): void {
    const { clock, document, record } = this.world;
    if (source.trim() !== "" && cell.kind === "code") {
      const place = document().placeOf(this.fileText, cell);
      record({ type: "request-run", clientAtUs: clock.now(), source, place });
    }
  }

  private wishes(): SurfaceWishes {
    const { world } = this;
    this.shownAsPython = this.python;
    return {
      document: world.document(),
      file: this.fileText,
      python: this.shownAsPython,
      mayEdit: world.mayEdit(),
      ownerOf: (client) => world.room().people.find((person) => person.clients?.includes(client)),
      kernel: world.kernel,
      command: (command) => this.perform(command),
      runCell: (index) => this.runIndex(index),
      onOrigin: (origin) => {
        this.origin = origin;
      },
      refuse: (why) => world.refuse(why),
      onSelection: () => {
        if (this.surface !== null) {
          world.moved(this.surface);
          this.following.seenMoved();
        }
      },
    };
  }

  private runIndex(index: number): void {
    const { text } = this;
    const cell = parseCells(text)[index];
    if (cell !== undefined) {
      this.runCell(cell, sourceOf(text, cell));
    }
  }

  /** Record what this person does in the editor, as far as it is recorded, and follow in it. */
  private regard(surface: Surface): void {
    const { clock, record } = this.world;
    const mayEdit = this.world.mayEdit();
    const { recordKeys, recordFocus } = this.world.room();
    this.cleanups.push(this.following.watch(surface));
    if (mayEdit) {
      this.cleanups.push(capturePastes(surface, clock, this.copies, record));
    }
    this.cleanups.push(
      takeFiles(surface, {
        mayEdit,
        dropped: (text, event) => record(pasteOf(text, clock.at(event.timeStamp), this.copies)),
        refuse: (why) => this.world.refuse(why),
      }),
    );
    if (recordKeys) {
      const [batches, stop] = captureKeys(surface.dom, clock, this.setUps, record);
      this.keys = batches;
      this.cleanups.push(stop);
    }
    if (recordFocus) {
      this.cleanups.push(captureFocus(clock, record));
    }
  }

  private disregard(): void {
    for (const cleanup of this.cleanups.splice(0)) {
      cleanup();
    }
    this.keys = null;
  }

  private unmount(): void {
    this.disregard();
    this.surface?.destroy();
    this.surface = null;
  }
}

function sightOf(surface: Surface): Sight {
  const { anchor, head } = surface.selection();
  return { anchor, head, top: surface.seen().from };
}
