// Tells the others where this person is: live carets as Yjs awareness, and where they were for the replay.

import type { EditorView } from "@codemirror/view";
import type { RoomSocket } from "../core/socket.ts";
import { MAIN_FILE, type RoomDocument } from "./document.ts";
import { throttled } from "./throttle.ts";

const PRESENCE_MS = 50;
const CARET_MS = 100;

export class Presence {
  /** Our state changed, by a move or by its renewal every 15 s, which also tells the server that the page lives. */
  readonly changed = throttled(PRESENCE_MS, () => this.tell());
  private readonly record = throttled(CARET_MS, () => this.recordCaret());
  private view: EditorView | null = null;
  private readonly socket: RoomSocket;
  private readonly document: () => RoomDocument;
  private readonly mayEdit: boolean;

  constructor(socket: RoomSocket, document: () => RoomDocument, mayEdit: boolean) {
    this.socket = socket;
    this.document = document;
    this.mayEdit = mayEdit;
  }

  tell(): void {
    const frame = this.document().presence();
    if (frame !== null) {
      this.socket.sendBinary(frame);
    }
  }

  caretMoved(view: EditorView): void {
    this.view = view;
    this.record();
  }

  private recordCaret(): void {
    if (this.mayEdit && this.view?.hasFocus) {
      const { anchor, head } = this.view.state.selection.main;
      this.socket.send({ type: "caret", file: MAIN_FILE, anchor, head });
    }
  }
}
