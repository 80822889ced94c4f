// @vitest-environment happy-dom
import * as encoding from "lib0/encoding";
import { afterEach, beforeEach, expect, it } from "vitest";
import * as Y from "yjs";
import type { CellCommand } from "./commands.ts";
import { type FileText, RoomDocument } from "./document.ts";
import { KernelAsks } from "./kernelAsks.ts";
import { PlainSurface } from "./plainSurface.ts";

let server: Y.Doc;
let page: RoomDocument;
let surface: PlainSurface;
let field: HTMLTextAreaElement;
let told: string[];
let refused: string[];
let commands: CellCommand[];

function sync(): void {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarUint8Array(encoder, Y.encodeStateAsUpdate(server));
  page.receive(encoding.toUint8Array(encoder));
}

function othersWrite(at: number, text: string): void {
  server.getText("content").insert(at, text);
  sync();
}

/** As the browser does it: first the field, then the event. */
function write(at: number, gone: number, text: string, inputType = "insertText"): void {
  field.dispatchEvent(new InputEvent("beforeinput", { inputType }));
  field.value = field.value.slice(0, at) + text + field.value.slice(at + gone);
  field.setSelectionRange(at + text.length, at + text.length);
  field.dispatchEvent(new InputEvent("input", { inputType }));
}

const state = () => [page.textOf("main")?.toString(), field.value, field.selectionStart];

beforeEach(() => {
  [told, commands, refused] = [[], [], []];
  server = new Y.Doc();
  server.getText("content").insert(0, "# %%\nab");
  page = new RoomDocument(77, (update) => Y.applyUpdate(server, update));
  sync();
  surface = new PlainSurface(document.body, () => ({
    document: page,
    file: page.file("main") as FileText,
    python: true,
    mayEdit: true,
    ownerOf: () => undefined,
    kernel: new KernelAsks({ send: () => {}, online: () => false }),
    command: (command) => commands.push(command),
    runCell: () => {},
    onOrigin: (origin) => told.push(origin),
    refuse: (why) => refused.push(why),
    onSelection: () => {},
  }));
  field = surface.dom;
});
afterEach(() => {
  surface.destroy();
  page.destroy();
});

it("writes what is typed, pasted and deleted into the shared text, and says which it was", () => {
  write(7, 0, "c");
  write(5, 2, "xyz", "insertFromPaste");
  write(0, 1, "", "deleteContentBackward");
  expect(state()).toEqual([" %%\nxyzc", " %%\nxyzc", 0]);
  expect(server.getText("content").toString()).toBe(" %%\nxyzc");
  expect(told).toEqual(["typed", "pasted", "deleted"]);
});

it("keeps the caret where it is in the text while others write", () => {
  field.setSelectionRange(6, 6);
  othersWrite(0, "# Ada\n");
  othersWrite(13, "!");
  expect(state()).toEqual(["# Ada\n# %%\nab!", "# Ada\n# %%\nab!", 12]);
});

it("leaves a word alone that is being composed, and then holds both", () => {
  field.setSelectionRange(7, 7);
  field.dispatchEvent(new CompositionEvent("compositionstart"));
  write(7, 0, "n", "insertCompositionText");
  othersWrite(0, "# Ada\n");
  write(7, 1, "\u00f1", "insertCompositionText");
  expect(field.value).toBe("# %%\nab\u00f1");
  field.dispatchEvent(new CompositionEvent("compositionend"));
  expect(state()).toEqual(["# Ada\n# %%\nab\u00f1", "# Ada\n# %%\nab\u00f1", 14]);
});

it("undoes one's own writing alone", () => {
  write(7, 0, "c");
  othersWrite(0, "# Ada\n");
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true }));
  expect(state()).toEqual(["# Ada\n# %%\nab", "# Ada\n# %%\nab", 13]);
});

it("knows the keys of cells", () => {
  for (const keys of [{ shiftKey: true }, { ctrlKey: true }, { ctrlKey: true, shiftKey: true }, {}]) {
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ...keys }));
  }
  expect(commands).toEqual(["run-and-move-on", "run", "run-above"]);
});

it("goes on with another text when the room has begun anew", () => {
  page = new RoomDocument(78, (update) => Y.applyUpdate(server, update));
  server = new Y.Doc();
  server.getText("content").insert(0, "new");
  sync();
  surface.beginAgain();
  write(3, 0, "er");
  expect(state()).toEqual(["newer", "newer", 5]);
});

it("cleans what comes from elsewhere, with the caret behind it", () => {
  write(7, 0, "c\u2028d\0e", "insertFromPaste");
  expect(state()).toEqual(["# %%\nabc\nde", "# %%\nabc\nde", 11]);
});

it("refuses what the document has no room for, and shows none of it", () => {
  write(7, 0, "x".repeat(1_000_000 - 7), "insertFromPaste");
  expect(page.textOf("main")?.length).toBe(1_000_000);
  field.setSelectionRange(3, 3);
  write(3, 0, "y");
  expect([page.textOf("main")?.length, field.value.length, field.selectionStart]).toEqual([
    1_000_000, 1_000_000, 3,
  ]);
  expect(refused).toHaveLength(1);
  expect(refused[0]).toContain("1,000,000 characters");
});

it("takes in text at once that is too much for one frame", () => {
  const updates: number[] = [];
  page.doc.on("update", (update: Uint8Array) => updates.push(update.length));
  write(7, 0, "x".repeat(600_000), "insertFromPaste");
  expect(field.value).toHaveLength(600_007);
  expect(updates).toHaveLength(3);
  expect(Math.max(...updates)).toBeLessThan(300_000);
});
