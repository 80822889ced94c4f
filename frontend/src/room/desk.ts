// The text on the screen: the editor that shows it, what is recorded there, and the cells that are run from it.

import type { RoomClock } from "../core/clock.ts";
import type { KeyBatches } from "../core/keys.ts";
import type { EditOrigin } from "../protocol.gen.ts";
import { captureFocus, captureKeys, capturePastes, OwnCopies, pasteOf, watchCopies } from "./capture.ts";
import { type Cell, parseCells, sourceOf } from "./cells.ts";
import { codeSurface } from "./codeSurface.ts";
import { type CellCommand, perform } from "./commands.ts";
import type { RoomDocument } from "./document.ts";
import { takeFiles } from "./fileDrops.ts";
import { Following } from "./following.ts";
import { PlainSurface } from "./plainSurface.ts";
import type { RoomState } from "./state.ts";
import type { Surface, SurfaceWishes } from "./surface.ts";
import type { ToRecord } from "./unsaved.ts";

export interface DeskWorld {
  readonly mayEdit: boolean;
  readonly clock: RoomClock;
  document(): RoomDocument;
  room(): RoomState;
  record(frame: ToRecord): void;
  /** Something that this person asked for could not be done; why, as a sentence. */
  refuse(why: string): void;
  /** Another editor shows the text. */
  mounted(): void;
  /** The caret moved, the text changed, or the focus came or went. */
  moved(surface: Surface): void;
}

export class Desk {
  surface: Surface | null = null;
  /** What the change that is being made came from. */
  origin: EditOrigin = "command";
  readonly following: Following;
  private keys: KeyBatches | null = null;
  private readonly copies = new OwnCopies();
  private readonly cleanups: (() => void)[] = [];
  private readonly stopWatching = watchCopies(this.copies);
  private readonly world: DeskWorld;

  constructor(world: DeskWorld) {
    this.world = world;
    this.following = new Following({ document: () => world.document(), people: () => world.room().people });
  }

  get text(): string {
    return this.world.document().text.toString();
  }

  /** Put the text where it belongs, once it is here, or again in another editor. */
  mount(parent: HTMLElement, kind: "full" | "plain"): void {
    this.unmount();
    const wishes = () => this.wishes();
    this.surface = kind === "plain" ? new PlainSurface(parent, wishes) : codeSurface(parent, wishes);
    this.startCapture(this.surface);
    this.cleanups.push(this.following.watch(this.surface));
    this.world.mounted();
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
    if (this.world.mayEdit && this.surface !== null) {
      perform(command, this, this.surface);
    }
  }

  /** Show a cell and go on writing there. */
  reveal(cell: Cell): void {
    this.following.stop();
    this.surface?.reveal(cell.sourceFrom, cell.from);
    this.surface?.focus();
  }

  runCell(cell: Cell, source: string): void {
    const { clock, document, record } = this.world;
    if (source.trim() !== "" && cell.kind === "code") {
      const place = document().placeOf(cell);
      record({ type: "request-run", clientAtUs: clock.now(), source, place });
    }
  }

  private wishes(): SurfaceWishes {
    const { world } = this;
    return {
      document: world.document(),
      mayEdit: world.mayEdit,
      ownerOf: (client) => world.room().people.find((person) => person.clients?.includes(client)),
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

  private startCapture(surface: Surface): void {
    const { clock, mayEdit, record } = this.world;
    const { recordKeys, recordFocus } = this.world.room();
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
      const [batches, stop] = captureKeys(surface.dom, clock, record);
      this.keys = batches;
      this.cleanups.push(stop);
    }
    if (recordFocus) {
      this.cleanups.push(captureFocus(clock, record));
    }
  }

  private unmount(): void {
    for (const cleanup of this.cleanups.splice(0)) {
      cleanup();
    }
    this.keys = null;
    this.surface?.destroy();
    this.surface = null;
  }
}
