// @vitest-environment happy-dom
import * as encoding from "lib0/encoding";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { fromBase64 } from "../core/text.ts";
import type { Edit, FromClient, FromServer, Welcome } from "../protocol.gen.ts";
import { RoomSession } from "./session.ts";

/** The server's side of one socket: what the page sent, and the order in which the server speaks. */
class Line {
  static opened: Line[] = [];
  readyState = 0;
  binaryType = "";
  readonly sent: (FromClient | "binary")[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  constructor() {
    Line.opened.push(this);
  }
  send(data: unknown): void {
    this.sent.push(typeof data === "string" ? (JSON.parse(data) as FromClient) : "binary");
  }
  close(): void {
    this.readyState = 3;
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  break(): void {
    this.readyState = 3;
    this.onclose?.({ code: 1006, reason: "" });
  }
  say(message: FromServer): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  /** The whole document, as the answer to the page's question. */
  answer(server: Y.Doc): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint8Array(encoder, Y.encodeStateAsUpdate(server));
    this.onmessage?.({ data: encoding.toUint8Array(encoder).slice().buffer });
  }
  get edits(): Edit[] {
    return this.sent.filter((frame) => frame !== "binary" && frame.type === "edit") as Edit[];
  }
}

const welcome = (history: string, saved: number): Welcome => ({
  type: "welcome",
  you: "p1",
  role: "candidate",
  history,
  nowUs: 1,
  saved,
  recordKeys: false,
  recordFocus: false,
  room: { room: "r7", title: "A room", kind: "live", state: "open", made: "", brief: "", data: [] },
  timer: { minutes: 60 },
  kernel: "ready",
  people: [],
  runs: [],
  checks: [],
});

function serverWith(text: string): Y.Doc {
  const doc = new Y.Doc();
  doc.getText("content").insert(0, text);
  return doc;
}

function take(server: Y.Doc, edits: readonly Edit[]): string {
  for (const edit of edits) {
    Y.applyUpdate(server, fromBase64(edit.update));
  }
  return server.getText("content").toString();
}

let session: RoomSession;

function type(text: string): void {
  const field = document.querySelector("textarea") as HTMLTextAreaElement;
  field.value += text;
  field.setSelectionRange(field.value.length, field.value.length);
  field.dispatchEvent(new InputEvent("beforeinput", { inputType: "insertText", data: text }));
  field.dispatchEvent(new InputEvent("input", { inputType: "insertText", data: text }));
}

async function inTheRoom(server: Y.Doc): Promise<Line> {
  session = await RoomSession.start(
    { room: "r7", token: "t", role: "candidate", participant: "p1" },
    { storage: sessionStorage, serverAnswers: async () => true, leave: () => {} },
  );
  const line = latest();
  line.open();
  line.say(welcome("h", 0));
  line.answer(server);
  session.desk.mount(document.body, "plain");
  return line;
}

const latest = () => Line.opened.at(-1) as Line;

/** Nobody else holds the page. */
const locks = {
  request: (_name: string, _options: unknown, granted: () => Promise<never>) => granted(),
};

beforeEach(() => {
  Object.defineProperty(navigator, "locks", { value: locks, configurable: true });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.stubGlobal("WebSocket", Line);
  sessionStorage.clear();
  Line.opened = [];
});
afterEach(() => {
  session.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("tells what was typed while the connection came back once, in order, after the welcome", async () => {
  const server = serverWith("x");
  const first = await inTheRoom(server);
  type("1");
  expect(take(server, first.edits)).toBe("x1");
  first.say({ type: "saved", page: first.edits[0]?.page as string, n: 1 });

  type("2"); // sent, but the server has not said that it is kept
  first.break();
  type("3");
  await vi.advanceTimersByTimeAsync(1000);
  const second = latest();
  second.open();
  type("4"); // between the hello and the welcome
  expect(second.sent.map((frame) => frame !== "binary" && frame.type)).toEqual(["hello"]);
  second.say(welcome("h", 2)); // the second edit had come through
  type("5");
  expect(second.edits.map((edit) => edit.n)).toEqual([3, 4, 5]);
  expect(take(server, [...first.edits, ...second.edits])).toBe("x12345");
  second.answer(server);
  expect(session.text).toBe("x12345");
});

it("keeps what the room did not take, goes on from the room's text, and never sends the old again", async () => {
  const server = serverWith("x");
  const line = await inTheRoom(server);
  type("mine");
  line.say({ type: "start-over", reason: "The disk is full.", history: "h2" });
  type("!"); // the room's text is not here yet
  line.say({ type: "start-over", reason: "The disk is full.", history: "h2" }); // for a frame that was under way
  line.say(welcome("h2", 0));
  const before = line.edits.length;
  line.answer(server);
  expect(session.text).toBe("x");
  expect((document.querySelector("textarea") as HTMLTextAreaElement).value).toBe("x");
  expect(session.keptTexts.kept.get()).toEqual({ reason: "The disk is full.", texts: ["xmine!"] });
  type("2");
  expect(line.edits.length).toBe(before + 1);
  expect(take(server, line.edits.slice(before))).toBe("x2");
});
