import * as encoding from "lib0/encoding";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { type Cell, parseCells } from "./cells.ts";
import { type FileText, RoomDocument } from "./document.ts";

/** The server's frame of a whole document: sync, step 2. */
function step2(doc: Y.Doc, kind = 1, update = Y.encodeStateAsUpdate(doc)): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarUint(encoder, kind);
  encoding.writeVarUint8Array(encoder, update);
  return encoding.toUint8Array(encoder);
}

function serverWith(text: string): Y.Doc {
  const doc = new Y.Doc();
  doc.getText("content").insert(0, text);
  return doc;
}

const textOf = (page: RoomDocument, file = "main") => page.textOf(file) as Y.Text;

describe("the page's document", () => {
  it("is ready with the server's first answer and then writes under the page's own client id", () => {
    const updates: Uint8Array[] = [];
    const page = new RoomDocument(77, (update) => updates.push(update));
    expect(page.ready).toBe(false);
    expect(page.receive(step2(serverWith("ab")))).toBe(true);
    textOf(page).insert(2, "c");
    expect([page.ready, textOf(page).toString(), updates.length]).toEqual([true, "abc", 1]);
    const [update] = updates;
    expect(Y.decodeUpdate(update as Uint8Array).structs.map((struct) => struct.id.client)).toEqual([77]);
  });

  it("does not tell the server's changes back", () => {
    const updates: Uint8Array[] = [];
    const page = new RoomDocument(77, (update) => updates.push(update));
    const server = serverWith("a");
    page.receive(step2(server));
    server.getText("content").insert(1, "b");
    page.receive(step2(server, 2));
    expect([textOf(page).toString(), updates]).toEqual(["ab", []]);
  });

  it("undoes what this page did and nothing of others", () => {
    const server = serverWith("");
    const page = new RoomDocument(77, () => {});
    page.receive(step2(server));
    page.file("main")?.undo.addTrackedOrigin("editor");
    page.doc.transact(() => textOf(page).insert(0, "mine"), "editor");
    server.getText("content").insert(0, "theirs ");
    page.receive(step2(server, 2));
    page.file("main")?.undo.undo();
    expect(textOf(page).toString()).toBe("theirs ");
  });

  it("finds a cell again after text came in above it, and not by a forged position", () => {
    const page = new RoomDocument(77, () => {});
    page.receive(step2(serverWith("# %%\na\n# %%\nb")));
    const second = parseCells(textOf(page).toString())[1];
    if (second === undefined) {
      throw new Error("there are two cells");
    }
    const place = page.placeOf(page.file("main") as FileText, second);
    expect(place.offset).toBe(7);
    textOf(page).insert(0, "new\n");
    expect(page.locate(place)).toBe(11);
    expect(page.locate({ ...place, position: "/////w==" })).toBe(null);
  });

  it("holds several files, each with an undo of its own, until the server takes one away", () => {
    const server = serverWith("main");
    const files = server.getMap<Y.Text>("files");
    files.set("f1", new Y.Text("one"));
    const page = new RoomDocument(77, () => {});
    expect(page.file("f1")).toBe(null);
    page.receive(step2(server));
    const [main, one] = [page.file("main"), page.file("f1")] as [FileText, FileText];
    for (const { text, undo } of [main, one]) {
      undo.addTrackedOrigin("editor");
      page.doc.transact(() => text.insert(0, "x"), "editor");
    }
    main.undo.undo();
    expect([main.text.toString(), one.text.toString()]).toEqual(["main", "xone"]);
    expect(page.file("f1")).toBe(one);
    files.delete("f1");
    page.receive(step2(server, 2));
    expect(page.file("f1")).toBe(null);
  });

  it("finds a cell in its own file alone", () => {
    const server = serverWith("# %%\na");
    server.getMap<Y.Text>("files").set("f1", new Y.Text("# %%\nb"));
    const page = new RoomDocument(77, () => {});
    page.receive(step2(server));
    const [cell] = parseCells("# %%\nb");
    const place = page.placeOf(page.file("f1") as FileText, cell as Cell);
    expect([place.file, page.locate(place), page.locate({ ...place, file: "main" })]).toEqual([
      "f1",
      0,
      null,
    ]);
  });
});
