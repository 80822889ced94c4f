// The plain editor: the shared text in a text field, for screen readers and wherever the full editor is in the way.

import type * as Y from "yjs";
import { asDocumentText } from "../core/text.ts";
import type { EditOrigin } from "../protocol.gen.ts";
import { tellCursor } from "./carets.ts";
import { commandOf } from "./commands.ts";
import { inPieces, whyNot } from "./fitting.ts";
import { changeAtCaret, type DeltaPart, endOf, placeAfter } from "./plainText.ts";
import {
  type MakeSurface,
  type Seen,
  type Sight,
  type Surface,
  type SurfaceWishes,
  UNDER_BANNER_PX,
} from "./surface.ts";

/** So much of a line may be scrolled away before it no longer counts as the first in sight. */
const SLACK_PX = 2;

export class PlainSurface implements Surface {
  readonly dom = document.createElement("textarea");
  private readonly wishesNow: () => SurfaceWishes;
  private wishes: SurfaceWishes;
  /** The field's text as the document last knew it. */
  private shown = "";
  private composing = false;
  /** What others changed while a word was being composed, which changing the field's text would break off. */
  private held: DeltaPart[][] = [];
  private origin: EditOrigin = "command";

  constructor(parent: HTMLElement, wishes: () => SurfaceWishes) {
    this.wishesNow = wishes;
    this.wishes = wishes();
    const { dom } = this;
    dom.className = "plain-editor";
    dom.readOnly = !this.wishes.mayEdit;
    dom.spellcheck = false;
    dom.wrap = "off";
    dom.autocapitalize = "off";
    dom.setAttribute("autocorrect", "off");
    dom.setAttribute(
      "aria-label",
      this.wishes.mayEdit
        ? "Code. Shift+Enter runs the cell with the caret; Tab leaves."
        : "Code, to read only",
    );
    dom.addEventListener("keydown", this.pressed);
    dom.addEventListener("beforeinput", this.coming);
    dom.addEventListener("input", this.changed);
    dom.addEventListener("compositionstart", this.composed);
    dom.addEventListener("compositionend", this.composed);
    document.addEventListener("selectionchange", this.moved);
    parent.append(dom);
    this.follow();
    dom.setSelectionRange(0, 0);
  }

  get content(): HTMLElement {
    return this.dom;
  }

  get scroller(): HTMLElement {
    return this.dom;
  }

  get hasFocus(): boolean {
    return document.activeElement === this.dom;
  }

  selection() {
    const { selectionStart, selectionEnd, selectionDirection } = this.dom;
    return selectionDirection === "backward"
      ? { anchor: selectionEnd, head: selectionStart }
      : { anchor: selectionStart, head: selectionEnd };
  }

  copied(): readonly string[] {
    return [this.dom.value.slice(this.dom.selectionStart, this.dom.selectionEnd)];
  }

  focus(): void {
    this.dom.focus();
  }

  reveal(caret: number, from: number): void {
    const { dom } = this;
    dom.setSelectionRange(caret, caret);
    const top = this.topOf(from);
    if (top < dom.scrollTop || top > dom.scrollTop + dom.clientHeight * 0.7) {
      dom.scrollTop = top - 24;
    }
  }

  seen(): Seen {
    const { scrollTop, clientHeight } = this.dom;
    return { from: this.lineAt(scrollTop).from, to: this.lineAt(scrollTop + clientHeight).to };
  }

  see(from: number, caret: number | null): void {
    const { dom } = this;
    const lines = dom.clientHeight - UNDER_BANNER_PX - this.lineHeight;
    dom.scrollTop = Math.max(this.topOf(from), caret === null ? 0 : this.topOf(caret) - lines);
  }

  drop(text: string, x: number, y: number): void {
    const { dom } = this;
    const under = document.caretPositionFromPoint?.(x, y);
    const at = under?.offsetNode === dom ? under.offset : dom.selectionEnd;
    if (this.edit("dropped", at, 0, text)) {
      this.show(at, at + text.length);
      dom.focus();
    }
  }

  private get lineHeight(): number {
    return Number.parseFloat(getComputedStyle(this.dom).lineHeight);
  }

  /** Lines do not wrap here, so that all are of one height. */
  private topOf(place: number): number {
    return this.lineHeight * (this.dom.value.slice(0, place).split("\n").length - 1);
  }

  /** The line at a height, of which at least a sliver shows. */
  private lineAt(height: number): Seen {
    const lines = this.dom.value.split("\n");
    const number = Math.min(lines.length - 1, Math.floor((height + SLACK_PX) / this.lineHeight));
    const from = lines.slice(0, number).reduce((at, line) => at + line.length + 1, 0);
    return { from, to: from + (lines[number]?.length ?? 0) };
  }

  append(text: string): void {
    const { text: shared } = this.wishes.file;
    this.edit("command", shared.length, 0, text);
    this.show(shared.length, shared.length);
    this.reveal(shared.length, shared.length);
  }

  /** The outputs say them in words. */
  showStates(): void {}

  /** A text field shows one caret alone; who is here stands in the list of people. */
  redrawCarets(): void {}

  beginAgain(sight?: Sight): void {
    const { dom } = this;
    const { selectionStart } = dom;
    this.leaveDocument();
    this.wishes = this.wishesNow();
    dom.readOnly = !this.wishes.mayEdit;
    this.follow();
    const { anchor, head } = sight ?? { anchor: selectionStart, head: selectionStart };
    this.select(anchor, head);
    if (sight !== undefined) {
      dom.scrollTop = this.topOf(sight.top);
    }
  }

  destroy(): void {
    this.leaveDocument();
    document.removeEventListener("selectionchange", this.moved);
    this.dom.remove();
  }

  private follow(): void {
    const { text, undo } = this.wishes.file;
    this.held = [];
    undo.addTrackedOrigin(this);
    text.observe(this.othersChanged);
    this.dom.value = text.toString();
    this.shown = this.dom.value;
  }

  private leaveDocument(): void {
    const { text, undo } = this.wishes.file;
    undo.removeTrackedOrigin(this);
    text.unobserve(this.othersChanged);
  }

  private readonly pressed = (event: KeyboardEvent) => {
    const command = commandOf(event);
    const undoing = undoOf(event);
    if (command === null && undoing === null) {
      return;
    }
    event.preventDefault();
    if (command !== null) {
      this.wishes.command(command);
    } else if (undoing !== null && this.wishes.mayEdit) {
      this.wishes.file.undo[undoing]();
    }
  };

  private readonly coming = (event: InputEvent) => {
    // The field's own history knows nothing of what others wrote.
    if (event.inputType === "historyUndo" || event.inputType === "historyRedo") {
      event.preventDefault();
      this.wishes.file.undo[event.inputType === "historyUndo" ? "undo" : "redo"]();
      return;
    }
    this.origin = originOf(event.inputType);
  };

  private readonly changed = () => {
    if (!this.composing) {
      this.take();
    }
  };

  private readonly composed = (event: CompositionEvent) => {
    this.composing = event.type === "compositionstart";
    if (!this.composing) {
      this.origin = "typed";
      this.take();
    }
  };

  /** Put what the person changed in the field into the document, and what others changed meanwhile into the field. */
  private take(): void {
    const { dom, held } = this;
    const change = changeAtCaret(this.shown, dom.value, dom.selectionEnd);
    this.shown = dom.value;
    if (change !== null) {
      const from = held.reduce((place, delta) => placeAfter(delta, place, true), change.from);
      const to = held.reduce((place, delta) => placeAfter(delta, place), change.to);
      const insert = asDocumentText(change.insert);
      const written = this.edit(this.origin, from, Math.max(0, to - from), insert);
      if (!written || insert !== change.insert) {
        this.held = [];
        const caret = written ? from + insert.length : from;
        this.show(caret, caret);
      }
    }
    if (held.length > 0) {
      this.held = [];
      const { anchor, head } = this.selection();
      const after = (place: number) => held.reduce((at, delta) => placeAfter(delta, at), place);
      this.show(after(anchor), after(head));
    }
    this.wishes.onSelection();
  }

  /** False when there is no room for it. */
  private edit(origin: EditOrigin, from: number, gone: number, insert: string): boolean {
    const { text } = this.wishes.file;
    const { doc } = this.wishes.document;
    const why = whyNot(insert.length, text.length, () => text.toString());
    if (why !== null) {
      this.wishes.refuse(why);
      return false;
    }
    this.wishes.onOrigin(origin);
    const [first = "", ...rest] = inPieces(insert);
    doc.transact(() => {
      text.delete(from, gone);
      text.insert(from, first);
    }, this);
    let at = from + first.length;
    for (const piece of rest) {
      doc.transact(() => text.insert(at, piece), this);
      at += piece.length;
    }
    return true;
  }

  private readonly othersChanged = (event: Y.YTextEvent, transaction: Y.Transaction) => {
    if (transaction.origin === this) {
      return;
    }
    if (this.composing) {
      this.held.push(event.delta);
      return;
    }
    if (transaction.origin === this.wishes.file.undo) {
      const end = endOf(event.delta);
      this.show(end, end);
      return;
    }
    const { anchor, head } = this.selection();
    this.show(placeAfter(event.delta, anchor), placeAfter(event.delta, head));
  };

  /** The document's text in the field; what one looks at and where one writes stay. */
  private show(anchor: number, head: number): void {
    const { dom } = this;
    const { scrollTop, scrollLeft } = dom;
    dom.value = this.wishes.file.text.toString();
    this.shown = dom.value;
    this.select(anchor, head);
    Object.assign(dom, { scrollTop, scrollLeft });
  }

  private select(anchor: number, head: number): void {
    this.dom.setSelectionRange(
      Math.min(anchor, head),
      Math.max(anchor, head),
      head < anchor ? "backward" : "forward",
    );
  }

  private readonly moved = () => {
    const { document: shared, file } = this.wishes;
    if (this.hasFocus && !this.composing && this.shown === this.dom.value) {
      const { anchor, head } = this.selection();
      if (shared.awareness !== null) {
        tellCursor(shared.awareness, file.text, anchor, head);
      }
      this.wishes.onSelection();
    }
  };
}

function originOf(inputType: string): EditOrigin {
  if (inputType.startsWith("delete")) {
    return "deleted";
  }
  switch (inputType) {
    case "insertFromPaste":
    case "insertFromYank":
      return "pasted";
    case "insertFromDrop":
      return "dropped";
    case "insertReplacementText":
      return "completed";
    default:
      return "typed";
  }
}

function undoOf({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): "undo" | "redo" | null {
  if (!ctrlKey && !metaKey) {
    return null;
  }
  const letter = key.toLowerCase();
  if (letter === "z") {
    return shiftKey ? "redo" : "undo";
  }
  return letter === "y" ? "redo" : null;
}

export const plainSurface: MakeSurface = (parent, wishes) => new PlainSurface(parent, wishes);
