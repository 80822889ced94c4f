// @vitest-environment happy-dom
import * as encoding from "lib0/encoding";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { fromBase64 } from "../core/text.ts";
import type { Edit, FromClient, FromServer, Welcome } from "../protocol.gen.ts";
import { MemoryDisk } from "./memoryDisk.ts";
import { plainSurface } from "./plainSurface.ts";
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
  /** What was sent, in short. */
  get told(): string[] {
    return this.sent.flatMap((frame) =>
      frame === "binary"
        ? []
        : frame.type === "hello"
          ? [`hello ${frame.next}`]
          : "n" in frame
            ? [`${frame.type} ${frame.n}`]
            : [],
    );
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

/** What a crash leaves of the page: what the disk had at that moment. */
function crash(): void {
  const kept = disk.asItIs();
  session.stop();
  disk = kept;
}

async function load(): Promise<Line> {
  session = await RoomSession.start(
    { room: "r7", token: "t", role: "candidate", participant: "p1" },
    { disk, serverAnswers: async () => true, leave: () => {} },
  );
  latest().open();
  return latest();
}

function enter(line: Line, server: Y.Doc, { history = "h", saved = 0 } = {}): void {
  line.say(welcome(history, saved));
  line.answer(server);
  session.desk.mount(document.body, plainSurface);
}

async function inTheRoom(server: Y.Doc): Promise<Line> {
  const line = await load();
  enter(line, server);
  return line;
}

/** The connection breaks, and the page's next try succeeds. */
async function again(line: Line): Promise<Line> {
  line.break();
  await vi.advanceTimersByTimeAsync(1000);
  latest().open();
  return latest();
}

const pageOf = (line: Line) =>
  line.sent.flatMap((frame) => (frame !== "binary" && frame.type === "hello" ? [frame.page] : []));

const latest = () => Line.opened.at(-1) as Line;

/** Pages that are open; a name is held until it is let go. */
const locks = {
  held: new Set<string>(),
  async request(name: string, _options: unknown, granted: () => Promise<void>): Promise<void> {
    if (locks.held.has(name)) {
      throw new Error("held");
    }
    locks.held.add(name);
    await granted();
    locks.held.delete(name);
  },
};

let disk: MemoryDisk;

beforeEach(() => {
  Object.defineProperty(navigator, "locks", { value: locks, configurable: true });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.stubGlobal("WebSocket", Line);
  disk = new MemoryDisk();
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
  expect(session.keptTexts.kept.get()).toMatchObject({ reason: "The disk is full.", texts: ["xmine!"] });
  type("2");
  expect(line.edits.length).toBe(before + 1);
  expect(take(server, line.edits.slice(before))).toBe("x2");
});

it("tells first what an earlier load left, under its old name, and begins when all of it is kept", async () => {
  const server = serverWith("x");
  const first = await inTheRoom(server);
  type("1");
  first.break();
  type("2");
  await vi.advanceTimersByTimeAsync(100);

  crash();
  const left = await load();
  left.say(welcome("h", 0));
  expect(left.told).toEqual(["hello 1", "edit 1", "edit 2"]);
  expect(pageOf(left)).toEqual(pageOf(first));
  expect(take(server, left.edits)).toBe("x12");
  left.say({ type: "saved", page: pageOf(first)[0] as string, n: 1 });
  expect(latest()).toBe(left);
  left.say({ type: "saved", page: pageOf(first)[0] as string, n: 2 });

  const own = latest();
  own.open();
  expect(pageOf(own)).not.toEqual(pageOf(first));
  enter(own, server);
  expect(session.text).toBe("x12");
  type("3");
  expect(own.told).toEqual(["hello 1", "edit 1"]);
  expect(own.edits[0]?.update).not.toBe(first.edits[0]?.update);
  expect(take(server, own.edits)).toBe("x123");
  expect(disk.pages.size).toBe(0);
});

it("tells what an earlier load left again when the connection breaks before it is kept", async () => {
  const first = await inTheRoom(serverWith("x"));
  first.break();
  type("12");
  await vi.advanceTimersByTimeAsync(100);
  crash();
  const left = await load();
  left.say(welcome("h", 0));
  const second = await again(left);
  second.say(welcome("h", 1)); // it was kept, and only the word was lost
  expect(second.told).toEqual(["hello 1"]);
  latest().open();
  enter(latest(), serverWith("x12"));
  expect([session.text, session.link.get().waiting]).toEqual(["x12", 0]);
});

it("keeps a copy of what an earlier load left for a room that went another way meanwhile", async () => {
  const first = await inTheRoom(serverWith("x"));
  type("mine"); // sent, and perhaps not heard
  first.break();
  await vi.advanceTimersByTimeAsync(2000);

  crash();
  const left = await load();
  left.say(welcome("h2", 0));
  expect(left.told).toEqual(["hello 1"]);
  left.say({ type: "start-over", reason: "The room was started anew.", history: "h2" });
  latest().open();
  expect(pageOf(latest())).not.toEqual(pageOf(first));
  enter(latest(), serverWith("y"), { history: "h2" });
  expect(session.text).toBe("y");
  expect(latest().edits).toEqual([]);
  expect(session.keptTexts.kept.get()).toMatchObject({ texts: ["xmine"] });

  crash();
  enter(await load(), serverWith("y"), { history: "h2" });
  expect(session.keptTexts.kept.get()?.texts).toEqual(["xmine"]);
});

it("tells the keys of an earlier load even when its edits are refused", async () => {
  const first = await inTheRoom(serverWith("x"));
  first.break();
  type("mi");
  await vi.advanceTimersByTimeAsync(2000);
  type("ne");
  await vi.advanceTimersByTimeAsync(2000);
  const page = pageOf(first)[0] as string;
  await disk.keep(page, null, [{ type: "keys", page, n: 3, keys: [[1, "down", "KeyM", 0]] }], 0);

  crash();
  const left = await load();
  left.say(welcome("h", 0));
  left.say({ type: "refused", page, n: 1, reason: "Too long." });
  left.say({ type: "start-over", reason: "Too long.", history: "h" });
  left.say(welcome("h", 0));
  const told = ["hello 1", "edit 1", "edit 2", "keys 3"];
  expect(left.told).toEqual([...told, ...told]);
  expect(left.edits.slice(2).map((edit) => edit.update)).toEqual(["AAA=", "AAA="]);
  left.say({ type: "saved", page, n: 3 });
  latest().open();
  expect(pageOf(latest())).not.toEqual([page]);
  expect(session.keptTexts.kept.get()).toMatchObject({ texts: ["xmine"] });
});

it("lets its author in even when the server cannot make sense of what an earlier load left", async () => {
  const first = await inTheRoom(serverWith("x"));
  first.break();
  type("mine");
  await vi.advanceTimersByTimeAsync(2000);
  crash();
  const left = await load();
  left.onclose?.({ code: 4400, reason: "The page's client id belongs to somebody else; reload the page." });
  latest().open();
  expect(pageOf(latest())).not.toEqual(pageOf(first));
  enter(latest(), serverWith("y"));
  expect(session.text).toBe("y");
  expect(session.keptTexts.kept.get()).toMatchObject({ texts: ["xmine"] });
  expect(disk.pages.size).toBe(0);
});

it("keeps all that was typed offline when the first of it is refused, and never sends the old again", async () => {
  const server = serverWith("x");
  const first = await inTheRoom(server);
  first.break();
  for (const letter of "abc") {
    type(letter);
  }
  await vi.advanceTimersByTimeAsync(1000);
  const line = latest();
  line.open();
  line.say(welcome("h", 0));
  const page = pageOf(line)[0] as string;
  line.say({ type: "refused", page, n: 1, reason: "Too long." });
  line.say({ type: "start-over", reason: "Too long.", history: "h" });
  const before = line.edits.length;
  line.say(welcome("h", 0));
  line.answer(server);
  expect(line.edits.slice(before).map((edit) => [edit.n, edit.update])).toEqual([
    [1, "AAA="],
    [2, "AAA="],
    [3, "AAA="],
  ]);
  expect([session.text, session.link.get().waiting]).toEqual(["x", 0]);
  type("2");
  const third = await again(line);
  third.say(welcome("h", 3));
  expect(take(server, third.edits)).toBe("x2");
  expect(session.keptTexts.kept.get()).toMatchObject({ reason: "Too long.", texts: ["xabc"] });
});

it("asks before it is left only while edits wait, or a copy that a reload would lose", async () => {
  const line = await inTheRoom(serverWith("x"));
  const asks = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  expect(asks()).toBe(false);
  type("1");
  expect(asks()).toBe(true);
  line.say({ type: "saved", page: pageOf(line)[0] as string, n: 1 });
  expect(asks()).toBe(false);
  disk.full = true;
  line.say({ type: "start-over", reason: "Too long.", history: "h" });
  await Promise.resolve();
  expect(asks()).toBe(true);
  session.keptTexts.dismiss();
  expect(asks()).toBe(false);
});

it("waits in the lobby and says hello again on the same line once it is let in", async () => {
  const server = serverWith("x");
  const line = await load();
  line.say({ type: "lobby", title: "A room", kind: "live", hosts: ["Ada"] });
  expect([session.room.get().lobby?.hosts, session.link.get().phase, session.ready.get()]).toEqual([
    ["Ada"],
    "online",
    false,
  ]);
  line.say({ type: "admitted" });
  expect(line.sent.map((frame) => frame !== "binary" && frame.type)).toEqual(["hello", "hello"]);
  line.say(welcome("h", 0));
  line.answer(server);
  expect([session.room.get().lobby, session.ready.get(), session.text]).toEqual([null, true, "x"]);
});

it("becomes read-only and editable again when the role changes", async () => {
  const server = serverWith("x");
  const line = await inTheRoom(server);
  const field = () => document.querySelector("textarea") as HTMLTextAreaElement;
  line.say({ ...welcome("h", 0), role: "observer" });
  expect([session.role, session.mayEdit, field().readOnly]).toEqual(["observer", false, true]);
  line.say({ ...welcome("h", 0), role: "interviewer" });
  expect([session.role, session.mayEdit, field().readOnly]).toEqual(["interviewer", true, false]);
});

it("shows a file once both its name and its text are here, and writes into it alone", async () => {
  const server = serverWith("x");
  const line = await inTheRoom(server);
  const files = [
    { file: "main", path: "main.py" },
    { file: "f1", path: "util.py" },
  ];
  session.files.add("util.py");
  line.say({ type: "files-changed", files, file: "f1", by: "p1" });
  expect(session.desk.file.get()).toBe("main");
  server.getMap<Y.Text>("files").set("f1", new Y.Text("u"));
  line.answer(server);
  expect(session.desk.file.get()).toBe("f1");
  type("1");
  take(server, line.edits);
  expect([server.getText("content").toString(), session.text]).toEqual([
    "x",
    "# ---- main.py ----\nx\n\n# ---- util.py ----\nu1",
  ]);
  session.desk.open("main");
  expect((document.querySelector("textarea") as HTMLTextAreaElement).value).toBe("x");
});
