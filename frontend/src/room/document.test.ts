import * as encoding from "lib0/encoding";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { parseCells } from "./cells.ts";
import { RoomDocument } from "./document.ts";

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

describe("the page's document", () => {
  it("is ready with the server's first answer and then writes under the page's own client id", () => {
    const updates: Uint8Array[] = [];
    const page = new RoomDocument(77, (update) => updates.push(update));
    expect(page.ready).toBe(false);
    expect(page.receive(step2(serverWith("ab")))).toBe(true);
    page.text.insert(2, "c");
    expect([page.ready, page.text.toString(), updates.length]).toEqual([true, "abc", 1]);
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
    expect([page.text.toString(), updates]).toEqual(["ab", []]);
  });

  it("undoes what this page did and nothing of others", () => {
    const server = serverWith("");
    const page = new RoomDocument(77, () => {});
    page.receive(step2(server));
    page.undo.addTrackedOrigin("editor");
    page.doc.transact(() => page.text.insert(0, "mine"), "editor");
    server.getText("content").insert(0, "theirs ");
    page.receive(step2(server, 2));
    page.undo.undo();
    expect(page.text.toString()).toBe("theirs ");
  });

  it("finds a cell again after text came in above it, and not by a forged position", () => {
    const page = new RoomDocument(77, () => {});
    page.receive(step2(serverWith("# %%\na\n# %%\nb")));
    const second = parseCells(page.text.toString())[1];
    if (second === undefined) {
      throw new Error("there are two cells");
    }
    const place = page.placeOf(second);
    expect(place.offset).toBe(7);
    page.text.insert(0, "new\n");
    expect(page.locate(place)).toBe(11);
    expect(page.locate({ ...place, position: "/////w==" })).toBe(null);
  });
});
