// What is recorded besides edits: pastes of everyone; keys and focus of a candidate who consented.

import { EditorView } from "@codemirror/view";
import type { RoomClock } from "../core/clock.ts";
import { KeyBatches, recordKeys } from "../core/keys.ts";
import { countLines, withUnixLines } from "../core/text.ts";
import type { ToRecord } from "./unsaved.ts";

const COPIES_KEPT = 50;

/** What was copied, cut or dragged in this room, so that bringing one's own text back is not taken for a paste from outside. */
export class OwnCopies {
  private copies: string[] = [];

  add(text: string): void {
    const plain = squeeze(text);
    if (plain !== "") {
      this.copies = [plain, ...this.copies.filter((copy) => copy !== plain)].slice(0, COPIES_KEPT);
    }
  }

  has(text: string): boolean {
    return this.copies.includes(squeeze(text));
  }
}

/** Line ends and the blank ends of lines change on the way through a clipboard. */
function squeeze(text: string): string {
  return withUnixLines(text)
    .replace(/[ \t]+$/gm, "")
    .trim();
}

type Record = (frame: ToRecord) => void;

/** Pastes and drops into the editor, as they come in. */
export function pasteCapture(clock: RoomClock, own: OwnCopies, record: Record) {
  const came = (event: Event, text: string) => {
    if (text === "") {
      return;
    }
    const plain = withUnixLines(text);
    record({
      type: "paste",
      clientAtUs: clock.at(event.timeStamp),
      chars: plain.length,
      lines: countLines(plain),
      own: own.has(plain),
    });
  };
  return EditorView.domEventHandlers({
    paste: (event) => came(event, event.clipboardData?.getData("text/plain") ?? ""),
    drop: (event) => came(event, event.dataTransfer?.getData("text/plain") ?? ""),
    dragstart: (_event, view) => {
      const { from, to } = view.state.selection.main;
      own.add(view.state.sliceDoc(from, to));
    },
    copy: (_event, view) => addSelection(view, own),
    cut: (_event, view) => addSelection(view, own),
  });
}

/** Without a selection the editor copies the whole line. */
function addSelection(view: EditorView, own: OwnCopies): void {
  for (const range of view.state.selection.ranges) {
    own.add(range.empty ? view.state.doc.lineAt(range.head).text : view.state.sliceDoc(range.from, range.to));
  }
}

/** Text copied from the brief or from an output belongs to the room as well. */
export function watchCopies(own: OwnCopies): () => void {
  const copied = () => own.add(window.getSelection()?.toString() ?? "");
  document.addEventListener("copy", copied);
  return () => document.removeEventListener("copy", copied);
}

/** The keys of the editor. Ends with the returned function. */
export function captureKeys(editor: HTMLElement, clock: RoomClock, record: Record): [KeyBatches, () => void] {
  const batches = new KeyBatches((keys) => record({ type: "keys", keys }));
  return [batches, recordKeys(editor, (timeStampMs) => clock.at(timeStampMs), batches)];
}

/** Whether the tab has the focus. Ends with the returned function. */
export function captureFocus(clock: RoomClock, record: Record): () => void {
  const changed = (event: FocusEvent) =>
    record({ type: "focus", clientAtUs: clock.at(event.timeStamp), focused: event.type === "focus" });
  window.addEventListener("focus", changed);
  window.addEventListener("blur", changed);
  return () => {
    window.removeEventListener("focus", changed);
    window.removeEventListener("blur", changed);
  };
}
