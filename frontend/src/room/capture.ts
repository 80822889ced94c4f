// What is recorded besides edits: pastes of everyone; keys, what they are typed on, and focus of a candidate who consented.

import type { RoomClock } from "../core/clock.ts";
import { type Key, KeyBatches, recordKeys } from "../core/keys.ts";
import { asDocumentText, countLines, withUnixLines } from "../core/text.ts";
import type { SetUpTeller } from "./setUp.ts";
import type { Surface } from "./surface.ts";
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

  addAll(texts: readonly string[]): void {
    for (const text of texts) {
      this.add(text);
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

/** What is recorded of text that comes in at once. */
export function pasteOf(text: string, clientAtUs: number, own: OwnCopies): ToRecord {
  return { type: "paste", clientAtUs, chars: text.length, lines: countLines(text), own: own.has(text) };
}

type Record = (frame: ToRecord) => void;

/** Pastes and drops into the text, before they change it. Ends with the returned function. */
export function capturePastes(
  surface: Surface,
  clock: RoomClock,
  own: OwnCopies,
  record: Record,
): () => void {
  const came = (event: Event, data: DataTransfer | null) => {
    const plain = asDocumentText(data?.getData("text/plain") ?? "");
    if (plain !== "") {
      record(pasteOf(plain, clock.at(event.timeStamp), own));
    }
  };
  const stop = new AbortController();
  // Capture comes before the editor's own handlers, whose edit must follow the paste that it came from.
  const options = { capture: true, signal: stop.signal };
  const { content } = surface;
  content.addEventListener("paste", (event) => came(event, event.clipboardData), options);
  content.addEventListener("drop", (event) => came(event, event.dataTransfer), options);
  for (const taken of ["copy", "cut", "dragstart"]) {
    content.addEventListener(taken, () => own.addAll(surface.copied()), options);
  }
  return () => stop.abort();
}

/** Text copied from the brief or from an output belongs to the room as well. */
export function watchCopies(own: OwnCopies): () => void {
  const copied = () => own.add(window.getSelection()?.toString() ?? "");
  document.addEventListener("copy", copied);
  return () => document.removeEventListener("copy", copied);
}

/** Tells what the keys are typed on, by way of what is fetched with the first of them. */
export class SetUps {
  private teller: Promise<SetUpTeller> | null = null;
  private readonly clock: RoomClock;
  private readonly record: Record;

  constructor(clock: RoomClock, record: Record) {
    this.clock = clock;
    this.record = record;
  }

  async typed(keys: readonly Key[], editor: HTMLElement): Promise<void> {
    this.teller ??= import("./setUp.ts").then(({ SetUpTeller }) => new SetUpTeller(this.clock, this.record));
    try {
      await (await this.teller).typed(keys, editor);
    } catch {
      this.teller = null; // without a connection it cannot come, and the next keys ask again
    }
  }
}

/** The keys of the editor, and what they are typed on. Ends with the returned function. */
export function captureKeys(
  editor: HTMLElement,
  clock: RoomClock,
  setUps: SetUps,
  record: Record,
): [KeyBatches, () => void] {
  const batches = new KeyBatches((keys) => {
    record({ type: "keys", keys });
    void setUps.typed(keys, editor);
  });
  const isMac = /Mac|iP/.test(navigator.userAgent);
  return [batches, recordKeys(editor, (timeStampMs) => clock.at(timeStampMs), batches, isMac)];
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
