// Tells the others where this person is: live carets as Yjs awareness, and where they were for the replay.

import type { RoomSocket } from "../core/socket.ts";
import type { RoomDocument } from "./document.ts";
import type { Surface } from "./surface.ts";
import { throttled } from "./throttle.ts";

const PRESENCE_MS = 50;
const CARET_MS = 100;

export class Presence {
  /** Our state changed, by a move or by its renewal every 15 s, which also tells the server that the page lives. */
  readonly changed = throttled(PRESENCE_MS, () => this.tell());
  private readonly record = throttled(CARET_MS, () => this.recordCaret());
  private surface: Surface | null = null;
  private readonly socket: RoomSocket;
  private readonly document: () => RoomDocument;
  /** The file that the editor shows. */
  private readonly file: () => string;
  private readonly mayEdit: () => boolean;
  /** A place in the text means something to the others only once they have been told the text. */
  private readonly inOrder: () => boolean;

  constructor(
    socket: RoomSocket,
    document: () => RoomDocument,
    file: () => string,
    mayEdit: () => boolean,
    inOrder: () => boolean,
  ) {
    this.socket = socket;
    this.document = document;
    this.file = file;
    this.mayEdit = mayEdit;
    this.inOrder = inOrder;
  }

  tell(): void {
    const frame = this.document().presence();
    if (frame !== null && this.inOrder()) {
      this.socket.sendBinary(frame);
    }
  }

  caretMoved(surface: Surface): void {
    this.surface = surface;
    this.record();
  }

  private recordCaret(): void {
    if (this.mayEdit() && this.inOrder() && this.surface?.hasFocus) {
      const { anchor, head } = this.surface.selection();
      this.socket.send({ type: "caret", file: this.file(), anchor, head });
    }
  }
}
