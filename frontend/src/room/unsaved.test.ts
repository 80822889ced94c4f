import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryDisk } from "./memoryDisk.ts";
import { leftUnsaved, type ToRecord, Unsaved } from "./unsaved.ts";

const owner = { room: "r7", participant: "p1" };
const edit = (update: string): ToRecord => ({ type: "edit", clientAtUs: 1, origin: "typed", update });
const focus: ToRecord = { type: "focus", clientAtUs: 2, focused: true };
const run: ToRecord = {
  type: "request-run",
  clientAtUs: 3,
  source: "1",
  place: { file: "main", position: "", offset: 0 },
};

function page(disk = new MemoryDisk()) {
  const unsaved = new Unsaved(disk, owner);
  unsaved.belongsTo("h1");
  return { disk, unsaved };
}

const numbersAndKinds = (unsaved: Unsaved) =>
  unsaved.waiting.map((frame) => [frame.n, frame.type === "edit" ? frame.update : frame.type]);

async function afterACrash(disk: MemoryDisk): Promise<Unsaved[]> {
  await vi.runAllTimersAsync();
  return leftUnsaved(disk, owner);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("what waits to be saved", () => {
  it("is numbered from one and forgotten when it is on the server's disk", () => {
    const { unsaved } = page();
    expect([unsaved.add(edit("a")).n, unsaved.add(focus).n, unsaved.add(edit("b")).n]).toEqual([1, 2, 3]);
    unsaved.saved(2);
    expect([unsaved.waiting.map((frame) => frame.n), unsaved.edits, unsaved.next]).toEqual([[3], 1, 3]);
  });

  it("is found by the next load of the page as it was, under the same names", async () => {
    const { disk, unsaved } = page();
    for (let count = 0; count < 12; count++) {
      unsaved.add(edit(String(count)));
    }
    await vi.runAllTimersAsync();
    unsaved.saved(1);
    const [left, ...others] = await afterACrash(disk);
    expect(others).toEqual([]);
    expect([left?.identity, left?.history]).toEqual([unsaved.identity, "h1"]);
    expect(left?.waiting).toEqual(unsaved.waiting);
  });

  it("leaves no number and no client id to another load", async () => {
    const { disk, unsaved } = page();
    unsaved.add(edit("a"));
    const [left] = await afterACrash(disk);
    const next = page(disk).unsaved;
    expect(next.identity.page).not.toBe(left?.identity.page);
    expect(next.identity.client).not.toBe(left?.identity.client);
  });

  it("is nobody else's", async () => {
    const { disk, unsaved } = page();
    unsaved.add(edit("a"));
    await vi.runAllTimersAsync();
    expect(await leftUnsaved(disk, { room: "r7", participant: "p2" })).toEqual([]);
    expect(await leftUnsaved(disk, { room: "r8", participant: "p1" })).toEqual([]);
  });

  it("is left to the page that still lives", async () => {
    vi.stubGlobal("navigator", { locks: { request: () => Promise.reject(new Error("held")) } });
    const { disk, unsaved } = page();
    unsaved.add(edit("a"));
    expect(await afterACrash(disk)).toEqual([]);
  });

  it("takes no place once it is saved", async () => {
    const { disk, unsaved } = page();
    unsaved.add(edit("a"));
    unsaved.add(focus);
    await vi.runAllTimersAsync();
    expect(disk.pages.size).toBe(1);
    unsaved.saved(2);
    expect(await afterACrash(disk)).toEqual([]);
    expect(disk.pages.size).toBe(0);
    unsaved.add(edit("b"));
    expect((await afterACrash(disk)).map(numbersAndKinds)).toEqual([[[3, "b"]]]);
  });

  it("leaves a number for a frame that was refused, with nothing in it", async () => {
    const { disk, unsaved } = page();
    unsaved.add(edit("a"));
    unsaved.add(focus);
    unsaved.add(edit("c"));
    await vi.runAllTimersAsync();
    unsaved.drop(2);
    const [left] = await afterACrash(disk);
    for (const each of [unsaved, left as Unsaved]) {
      expect(numbersAndKinds(each)).toEqual([
        [1, "a"],
        [2, "AAA="],
        [3, "c"],
      ]);
      expect([each.edits, each.isTold]).toEqual([2, false]);
    }
  });

  it("loses its edits and runs when the text starts over, but no key, under another client id", () => {
    const { unsaved } = page();
    const before = unsaved.identity;
    for (const frame of [edit("a"), focus, run]) {
      unsaved.add(frame);
    }
    unsaved.startOver("h1");
    expect(numbersAndKinds(unsaved)).toEqual([
      [1, "AAA="],
      [2, "focus"],
      [3, "AAA="],
    ]);
    expect([unsaved.edits, unsaved.isTold]).toEqual([0, false]);
    expect(unsaved.identity.page).toBe(before.page);
    expect(unsaved.identity.client).not.toBe(before.client);
  });

  it("has no place in another history", async () => {
    const { disk, unsaved } = page();
    unsaved.add(edit("a"));
    unsaved.add(focus);
    await vi.runAllTimersAsync();
    unsaved.startOver("h2");
    expect([unsaved.waiting, unsaved.next, unsaved.history]).toEqual([[], 3, "h2"]);
    expect(await afterACrash(disk)).toEqual([]);
  });

  it("is written as a whole once a full disk has room again", async () => {
    const { disk, unsaved } = page();
    const said: boolean[] = [];
    unsaved.onDisk = () => said.push(unsaved.survivesReload);
    unsaved.add(edit("a"));
    await vi.runAllTimersAsync();
    disk.full = true;
    unsaved.add(edit("b"));
    await vi.runAllTimersAsync();
    expect([unsaved.survivesReload, unsaved.waiting.length]).toEqual([false, 2]);
    disk.full = false;
    unsaved.add(edit("c"));
    const [left] = await afterACrash(disk);
    expect(numbersAndKinds(left as Unsaved)).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ]);
    expect(said).toEqual([false, true]);
  });

  it("keeps the text for the next load while edits wait", async () => {
    const { disk, unsaved } = page();
    unsaved.keepText("all saved");
    expect(await afterACrash(disk)).toEqual([]);
    unsaved.add(edit("a"));
    unsaved.keepText("with a");
    expect((await afterACrash(disk)).map((left) => left.text)).toEqual(["with a"]);
  });
});
