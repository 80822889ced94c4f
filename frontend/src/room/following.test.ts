// @vitest-environment happy-dom
import * as encoding from "lib0/encoding";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Person } from "../protocol.gen.ts";
import { MAIN_FILE } from "../protocol.gen.ts";
import { type FileText, RoomDocument } from "./document.ts";
import { Following } from "./following.ts";
import type { Seen, Surface } from "./surface.ts";

const LINES = Array.from({ length: 50 }, (_, at) => `line ${at}\n`).join("");
const BEN: Person = {
  participant: "p2",
  name: "Ben",
  role: "candidate",
  colour: "#123456",
  here: 1,
  clients: [2, 3],
};

/** One tab: its document, where its editor stands, and where it was made to look. */
class Tab {
  readonly page: RoomDocument;
  seen: Seen = { from: 0, to: 40 };
  readonly went: [from: number, caret: number | null][] = [];
  readonly following: Following;
  readonly dom = document.createElement("div");
  readonly stop: () => void;
  /** The files that following somebody made it show. */
  readonly shown: string[] = [];
  people: Person[] = [BEN];

  constructor(client: number, start: Uint8Array) {
    this.page = new RoomDocument(client, () => {});
    const encoder = encoding.createEncoder();
    for (const part of [0, 1]) encoding.writeVarUint(encoder, part);
    encoding.writeVarUint8Array(encoder, start);
    this.page.receive(encoding.toUint8Array(encoder));
    this.following = new Following({
      document: () => this.page,
      shown: () => this.page.file(MAIN_FILE) as FileText,
      show: (file) => this.shown.push(file),
      people: () => this.people,
    });
    document.body.append(this.dom);
    this.stop = this.following.watch({
      dom: this.dom,
      scroller: this.dom,
      seen: () => this.seen,
      see: (from: number, caret: number | null) => this.went.push([from, caret]),
    } as unknown as Surface);
  }

  looksAt(from: number, to: number): void {
    this.seen = { from, to };
    this.dom.dispatchEvent(new Event("scroll"));
    vi.advanceTimersByTime(100);
  }

  hears(other: Tab): void {
    if (this.page.awareness !== null && other.page.awareness !== null) {
      const { clientID } = other.page.awareness;
      applyAwarenessUpdate(
        this.page.awareness,
        encodeAwarenessUpdate(other.page.awareness, [clientID]),
        "server",
      );
      this.following.look();
    }
  }

  get follows(): string | undefined {
    return this.following.who.get()?.name;
  }
}

let ada: Tab;
let ben: Tab;
let second: Tab;

beforeEach(() => {
  vi.useFakeTimers();
  const server = new Y.Doc();
  server.getText("content").insert(0, LINES);
  const start = Y.encodeStateAsUpdate(server);
  [ada, ben, second] = [1, 2, 3].map((client) => new Tab(client, start)) as [Tab, Tab, Tab];
});
afterEach(() => {
  for (const tab of [ada, ben, second]) {
    tab.stop();
    tab.page.destroy();
  }
  vi.useRealTimers();
});

it("goes where the other looks, and where their caret is only while they see it", () => {
  ben.looksAt(70, 140);
  ada.hears(ben);
  expect(ada.went).toEqual([]);
  ada.following.start(BEN);
  const caretAt = (at: number) => {
    const head = Y.createRelativePositionFromTypeIndex((ben.page.file(MAIN_FILE) as FileText).text, at);
    ben.page.awareness?.setLocalStateField("cursor", { anchor: head, head });
    ada.hears(ben);
  };
  caretAt(100);
  caretAt(30);
  expect(ada.went).toEqual([
    [70, null],
    [70, 100],
    [70, null],
  ]);
});

it("tells the latest view at most twenty times a second", () => {
  const told = vi.fn();
  ben.looksAt(0, 70);
  ben.page.awareness?.on("update", told);
  for (let at = 1; at <= 60; at++) {
    ben.seen = { from: at, to: at + 70 };
    ben.dom.dispatchEvent(new Event("scroll"));
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(100);
  expect(told.mock.calls.length).toBeLessThanOrEqual(13);
  ada.hears(ben);
  ada.following.start(BEN);
  expect(ada.went).toEqual([[60, null]]);
});

it.each(["wheel", "touchmove", "pointerdown", "beforeinput"])("ends with one's own %s", (own) => {
  ada.following.start(BEN);
  ada.dom.dispatchEvent(new Event(own));
  expect(ada.follows).toBeUndefined();
});

it("ends with a key in the editor, and with Escape anywhere, but not with a modifier held", () => {
  const press = (key: string, where: EventTarget) => {
    ada.following.start(BEN);
    where.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    return ada.follows;
  };
  expect([
    press("Control", ada.dom),
    press("a", window),
    press("a", ada.dom),
    press("Escape", window),
  ]).toEqual(["Ben", "Ben", undefined, undefined]);
});

it("leaves Escape to a dialog that is open", () => {
  ada.following.start(BEN);
  const dialog = document.createElement("dialog");
  dialog.setAttribute("open", "");
  document.body.append(dialog);
  window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  dialog.remove();
  expect(ada.follows).toBe("Ben");
});

it("ends when the other leaves, and waits while only the line is broken", () => {
  ben.looksAt(70, 140);
  ada.hears(ben);
  ada.following.start(BEN);
  ada.page.forgetOthers();
  ada.following.look();
  expect(ada.follows).toBe("Ben");
  ada.people = [{ ...BEN, here: 0 }];
  ada.following.look();
  expect(ada.follows).toBeUndefined();
});

it("stays with one of two tabs until that is closed", () => {
  ben.looksAt(70, 140);
  ada.hears(ben);
  ada.following.start(BEN);
  second.looksAt(7, 70);
  ada.hears(second);
  second.looksAt(14, 77);
  ada.hears(second);
  ben.page.awareness?.setLocalState(null);
  ada.hears(ben);
  expect(ada.went.map(([from]) => from)).toEqual([70, 70, 70, 14]);
});

it("goes nowhere for a view that is none, or is of another file", () => {
  ben.looksAt(70, 140);
  const view = ben.page.awareness?.getLocalState()?.["view"];
  ada.following.start(BEN);
  for (const odd of [null, 7, "main", {}, { ...view, file: "other" }, { ...view, from: { type: "x" } }]) {
    ben.page.awareness?.setLocalStateField("view", odd);
    ada.hears(ben);
  }
  expect(ada.went).toEqual([]);
  expect(ada.follows).toBe("Ben");
});
