// The shared texts of one room as this page holds them: a Yjs document, this page's carets, and the binary frames of both.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from "y-protocols/awareness";
import * as Y from "yjs";
import { fromBase64, toBase64 } from "../core/text.ts";
import type { Place } from "../protocol.gen.ts";
import { MAIN_FILE } from "../protocol.gen.ts";
import type { Cell } from "./cells.ts";

const SYNC = 0;
const AWARENESS = 1;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

/** The origin of changes that came from the server. */
const FROM_SERVER = Symbol("from the server");

export type LocalUpdate = (update: Uint8Array, origin: unknown) => void;

/** One file's text, with this page's own undo of it, which lasts as long as both. */
export interface FileText {
  readonly file: string;
  readonly text: Y.Text;
  readonly undo: Y.UndoManager;
}

export class RoomDocument {
  readonly doc = new Y.Doc();
  private readonly main = this.doc.getText("content");
  /** The texts of the other files, by id. Only the server adds and removes them. */
  private readonly others = this.doc.getMap<unknown>("files");
  private readonly opened = new Map<string, FileText>();
  /** Made at the first synchronisation: until then there is no text to be anywhere in. */
  awareness: Awareness | null = null;
  /** Carets of others that came before the text. */
  private early: Uint8Array[] = [];
  private readonly onLocalUpdate: LocalUpdate;

  /** `client` is an id under which nothing was ever written. */
  constructor(client: number, onLocalUpdate: LocalUpdate) {
    this.doc.clientID = client;
    this.onLocalUpdate = onLocalUpdate;
    this.doc.on("update", (update: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
      if (transaction.local && origin !== FROM_SERVER) {
        this.onLocalUpdate(update, origin);
      }
    });
  }

  /** The document has been brought up to date once, so that it may be edited. */
  get ready(): boolean {
    return this.awareness !== null;
  }

  /** A file's text, or null while, or once, the document has none. */
  textOf(file: string): Y.Text | null {
    const text = file === MAIN_FILE ? this.main : this.others.get(file);
    return text instanceof Y.Text ? text : null;
  }

  /** A file to edit. The first file is always there. */
  file(file: string): FileText | null {
    const text = this.textOf(file);
    const known = this.opened.get(file);
    if (text === null || known?.text === text) {
      return text === null ? null : (known as FileText);
    }
    const opened = { file, text, undo: new Y.UndoManager(text, { captureTimeout: 600 }) };
    this.opened.set(file, opened);
    return opened;
  }

  /** Ask the server for what this document lacks. */
  step1(): Uint8Array<ArrayBuffer> {
    return frame((encoder) => {
      encoding.writeVarUint(encoder, SYNC);
      encoding.writeVarUint(encoder, STEP_1);
      encoding.writeVarUint8Array(encoder, Y.encodeStateVector(this.doc));
    });
  }

  /**
   * Take one binary frame. True when it was the server's answer to `step1`. The server's own step 1 stays unanswered:
   * a page's edits travel as `Edit` frames alone.
   */
  receive(bytes: Uint8Array): boolean {
    const decoder = decoding.createDecoder(bytes);
    const type = decoding.readVarUint(decoder);
    if (type === AWARENESS) {
      const update = decoding.readVarUint8Array(decoder);
      if (this.awareness === null) {
        this.early.push(update);
      } else {
        applyAwarenessUpdate(this.awareness, update, FROM_SERVER);
      }
      return false;
    }
    const step = type === SYNC ? decoding.readVarUint(decoder) : STEP_1;
    if (step !== STEP_2 && step !== UPDATE) {
      return false;
    }
    Y.applyUpdate(this.doc, decoding.readVarUint8Array(decoder), FROM_SERVER);
    if (step === STEP_2 && this.awareness === null) {
      this.begin();
    }
    return step === STEP_2;
  }

  /** This page's own presence, as a frame. Sending it also tells the server that the page lives. */
  presence(): Uint8Array<ArrayBuffer> | null {
    const awareness = this.awareness;
    return awareness === null
      ? null
      : frame((encoder) => {
          encoding.writeVarUint(encoder, AWARENESS);
          encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [awareness.clientID]));
        });
  }

  /**
   * The connection broke, so nobody's caret is known. Their clocks are forgotten too: the server tells the same states
   * again with the same clocks. Our own clock moves on, past the removal that the server told the others.
   */
  forgetOthers(): void {
    const awareness = this.awareness;
    if (awareness === null) {
      return;
    }
    const others = [...awareness.getStates().keys()].filter((client) => client !== awareness.clientID);
    removeAwarenessStates(awareness, others, FROM_SERVER);
    for (const client of [...awareness.meta.keys()]) {
      if (client !== awareness.clientID) {
        awareness.meta.delete(client);
      }
    }
    const own = awareness.getLocalState();
    awareness.setLocalState(own);
    awareness.setLocalState(own);
  }

  placeOf({ file, text }: FileText, cell: Cell): Place {
    const position = Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, cell.from));
    return { file, position: toBase64(position), offset: cell.from };
  }

  /** Where in its file a place is now, or null when it cannot be found there. */
  locate(place: Place): number | null {
    try {
      const position = Y.decodeRelativePosition(fromBase64(place.position));
      const found = Y.createAbsolutePositionFromRelativePosition(position, this.doc);
      return found !== null && found.type === this.textOf(place.file) ? found.index : null;
    } catch {
      return null; // another client's position that does not decode
    }
  }

  destroy(): void {
    this.awareness?.destroy();
    for (const { undo } of this.opened.values()) {
      undo.destroy();
    }
    this.doc.destroy();
  }

  private begin(): void {
    this.awareness = new Awareness(this.doc);
    for (const update of this.early) {
      applyAwarenessUpdate(this.awareness, update, FROM_SERVER);
    }
    this.early = [];
  }
}

function frame(write: (encoder: encoding.Encoder) => void): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder) as Uint8Array<ArrayBuffer>;
}
