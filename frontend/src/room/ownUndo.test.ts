// @vitest-environment happy-dom
// Two people on one text, in either editor: undo and redo touch what one wrote oneself, whatever the other did meanwhile.
import { EditorView } from "@codemirror/view";
import * as encoding from "lib0/encoding";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { MAIN_FILE } from "../protocol.gen.ts";
import { codeSurface } from "./codeSurface.ts";
import { type FileText, RoomDocument } from "./document.ts";
import { KernelAsks } from "./kernelAsks.ts";
import { PlainSurface } from "./plainSurface.ts";
import type { Surface, SurfaceWishes } from "./surface.ts";

const STEP_2 = 1;

/** A person's page. What they change goes to the other at once, or waits while the line is down. */
class Side {
  readonly page: RoomDocument;
  readonly surface: Surface;
  other: Side | null = null;
  static down = false;

  constructor(
    client: number,
    start: Uint8Array,
    kind: (place: HTMLElement, wishes: () => SurfaceWishes) => Surface,
  ) {
    this.page = new RoomDocument(client, () => Side.down || this.other?.catchUp());
    this.take(start);
    const nothing = () => {};
    this.surface = kind(document.body, () => ({
      document: this.page,
      file: this.file,
      python: true,
      mayEdit: true,
      ownerOf: () => undefined,
      kernel: new KernelAsks({ send: () => {}, online: () => false }),
      command: nothing,
      runCell: nothing,
      onOrigin: nothing,
      refuse: nothing,
      onSelection: nothing,
    }));
  }

  private get file(): FileText {
    return this.page.file(MAIN_FILE) as FileText;
  }

  /** Receive what the other has and this one lacks, as after a reconnect. */
  catchUp(): void {
    if (this.other !== null) {
      this.take(Y.encodeStateAsUpdate(this.other.page.doc, Y.encodeStateVector(this.page.doc)));
    }
  }

  private take(update: Uint8Array): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarUint(encoder, STEP_2);
    encoding.writeVarUint8Array(encoder, update);
    this.page.receive(encoding.toUint8Array(encoder));
  }

  /** As if typed: put `text` in the place of the characters from `from` to `to`. */
  change(from: number, to: number, text: string): void {
    const { dom } = this.surface;
    this.file.undo.stopCapturing();
    if (dom instanceof HTMLTextAreaElement) {
      dom.dispatchEvent(new InputEvent("beforeinput", { inputType: "insertText" }));
      dom.value = dom.value.slice(0, from) + text + dom.value.slice(to);
      dom.setSelectionRange(from + text.length, from + text.length);
      dom.dispatchEvent(new InputEvent("input", { inputType: "insertText" }));
    } else {
      EditorView.findFromDOM(dom)?.dispatch({ changes: { from, to, insert: text }, userEvent: "input.type" });
    }
  }

  write(text: string, at: number): void {
    this.change(at, at, text);
  }

  press(way: "undo" | "redo"): void {
    const key = way === "undo" ? "z" : "y";
    const event = new KeyboardEvent("keydown", { key, ctrlKey: true, bubbles: true, cancelable: true });
    this.surface.content.dispatchEvent(event);
  }

  get shown(): string {
    const { dom } = this.surface;
    return dom instanceof HTMLTextAreaElement
      ? dom.value
      : (EditorView.findFromDOM(dom)?.state.doc.toString() ?? "");
  }
}

const editors = {
  "the full editor": codeSurface,
  "the plain editor": (place: HTMLElement, wishes: () => SurfaceWishes) => new PlainSurface(place, wishes),
};

describe.each(Object.entries(editors))("in %s", (_name, kind) => {
  let ada: Side;
  let ben: Side;

  beforeEach(() => {
    Side.down = false;
    const server = new Y.Doc();
    server.getText("content").insert(0, "x = 1\n");
    const start = Y.encodeStateAsUpdate(server);
    ada = new Side(1, start, kind);
    ben = new Side(2, start, kind);
    [ada.other, ben.other] = [ben, ada];
  });
  afterEach(() => {
    for (const side of [ada, ben]) {
      side.surface.destroy();
      side.page.destroy();
    }
  });

  const bothShow = (text: string) => expect([ada.shown, ben.shown]).toEqual([text, text]);

  it("takes back one's own words from among the other's, and brings them again", () => {
    ada.write("ada\n", 6);
    ben.write("BEN", 8);
    ben.write("ben\n", 0);
    bothShow("ben\nx = 1\nadBENa\n");
    ada.press("undo");
    bothShow("ben\nx = 1\nBEN");
    ada.press("undo");
    bothShow("ben\nx = 1\nBEN");
    ada.press("redo");
    bothShow("ben\nx = 1\nadBENa\n");
    ben.press("undo");
    bothShow("x = 1\nadBENa\n");
  });

  it("brings back what one erased, and not what the other did", () => {
    ada.write("ada\n", 6);
    ben.change(0, 6, "");
    ada.change(0, 2, "");
    bothShow("a\n");
    ada.press("undo");
    bothShow("ada\n");
    ada.press("undo");
    bothShow("");
    ben.press("undo");
    bothShow("x = 1\n");
  });

  it("knows one's own after the line was down", () => {
    ada.write("ada\n", 6);
    Side.down = true;
    ben.write("ben\n", 0);
    ada.write("!", 9);
    Side.down = false;
    ada.catchUp();
    ben.catchUp();
    bothShow("ben\nx = 1\nada!\n");
    ada.press("undo");
    bothShow("ben\nx = 1\nada\n");
    ada.press("undo");
    bothShow("ben\nx = 1\n");
    ada.press("redo");
    ada.press("redo");
    bothShow("ben\nx = 1\nada!\n");
    ben.press("undo");
    bothShow("x = 1\nada!\n");
  });
});
