import { beforeEach, expect, it } from "vitest";
import type { FileView, FromServer } from "../protocol.gen.ts";
import { FileRequests } from "./fileRequests.ts";
import { emptyRoom, type RoomState, update } from "./state.ts";

const MAIN: FileView = { file: "main", path: "main.py" };
const UTIL: FileView = { file: "f1", path: "util.py" };
const ADA = { participant: "p2", name: "Ada", role: "interviewer", colour: "#123456" } as const;

let room: RoomState;
let sent: unknown[];
let told: string[];
let shown: string;
let requests: FileRequests;

beforeEach(() => {
  room = { ...emptyRoom, you: "p1", people: [ADA], files: [MAIN] };
  [sent, told, shown] = [[], [], "main"];
  requests = new FileRequests({
    send: (message) => sent.push(message),
    shown: () => shown,
    open: (file) => {
      shown = file;
    },
    textOf: (file) => `text of ${file}`,
    tell: (words) => told.push(words),
  });
});

function serverSays(message: FromServer): void {
  const before = room;
  room = update(before, message);
  requests.changed(before, room, message);
}

it("opens the file that it asked for, and nobody else's", () => {
  requests.add("util.py");
  serverSays({ type: "files-changed", files: [MAIN, { file: "f9", path: "ada.py" }], file: "f9", by: "p2" });
  expect([shown, requests.asked.get() !== null]).toEqual(["main", true]);
  serverSays({ type: "files-changed", files: [MAIN, UTIL], file: "f1", by: "p1" });
  expect([shown, requests.asked.get(), sent]).toEqual(["f1", null, [{ type: "add-file", path: "util.py" }]]);
});

it("keeps a refusal with what was asked, and leaves other refusals alone", () => {
  expect(requests.refused("Eight runs are waiting.")).toBe(false);
  requests.rename("main", "util.py");
  expect(requests.refused("There is a file util.py already.")).toBe(true);
  expect(requests.asked.get()?.refused).toBe("There is a file util.py already.");
  expect(requests.refused("Eight runs are waiting.")).toBe(false);
});

it("says so when the connection broke before the answer", () => {
  requests.lost();
  expect(requests.asked.get()).toBe(null);
  requests.add("util.py");
  requests.lost();
  expect(requests.asked.get()?.refused).toMatch(/connection broke/);
});

it("brings a deleted file back with its text, and says nothing to who deleted it", () => {
  room = { ...room, files: [MAIN, UTIL] };
  shown = "f1";
  requests.delete(UTIL);
  serverSays({ type: "files-changed", files: [MAIN], file: "f1", by: "p1" });
  expect([shown, told, requests.deleted.get()]).toEqual([
    "main",
    [],
    { path: "util.py", text: "text of f1" },
  ]);
  requests.restore();
  expect(sent.at(-1)).toEqual({ type: "add-file", path: "util.py", text: "text of f1" });
  expect(requests.deleted.get()).toBe(null);
});

it("goes to the first file when another deletes the one that is shown, and says who did", () => {
  room = { ...room, files: [MAIN, UTIL] };
  shown = "f1";
  serverSays({ type: "files-changed", files: [MAIN], file: "f1", by: "p2" });
  expect([shown, told]).toEqual(["main", ["Ada deleted util.py, so main.py is shown."]]);
});
