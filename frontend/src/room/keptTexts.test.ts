import { expect, it } from "vitest";
import { asFile, KeptTexts } from "./keptTexts.ts";
import { MemoryDisk } from "./memoryDisk.ts";

const owner = { room: "r7", participant: "p1" };
const FULL = "The disk is full.";

it("keeps every copy that the room did not take, however often it begins anew", async () => {
  const kept = new KeptTexts(new MemoryDisk(), owner, "x1", []);
  kept.leave(FULL, "room + a");
  expect(kept.kept.get()?.texts).toEqual(["room + a"]);
  kept.settle(FULL, "room + ab", "room");
  kept.leave(FULL, "room + c");
  kept.settle(FULL, "room + c", "room");
  expect(kept.kept.get()).toEqual({ reason: FULL, texts: ["room + ab", "room + c"], survives: true });
  kept.dismiss();
  expect(kept.kept.get()).toBe(null);
});

it("offers nothing where nothing was lost, also after a reload", async () => {
  const disk = new MemoryDisk();
  const kept = new KeptTexts(disk, owner, "x1", []);
  kept.leave(FULL, "room");
  kept.settle(FULL, "room", "room");
  expect(kept.kept.get()?.texts).toEqual([]);
  expect(await disk.copies(owner)).toEqual([]);
});

it("shows the copies of earlier loads until they are dismissed", async () => {
  const disk = new MemoryDisk();
  new KeptTexts(disk, owner, "x1", []).keep(FULL, "one");
  const second = new KeptTexts(disk, owner, "x2", await disk.copies(owner));
  expect(second.kept.get()).toEqual({ reason: FULL, texts: ["one"], survives: true });
  second.keep("Too large.", "two");
  const third = new KeptTexts(disk, owner, "x3", await disk.copies(owner));
  expect(third.kept.get()).toEqual({ reason: "Too large.", texts: ["one", "two"], survives: true });
  third.dismiss();
  expect(await disk.copies(owner)).toEqual([]);
});

it("says whether the browser's disk has the copies", async () => {
  const disk = new MemoryDisk();
  const kept = new KeptTexts(disk, owner, "x1", []);
  kept.keep(FULL, "one");
  await Promise.resolve();
  expect(kept.kept.get()?.survives).toBe(true);
  disk.full = true;
  kept.keep(FULL, "two");
  await Promise.resolve();
  expect(kept.kept.get()?.survives).toBe(false);
});

it("makes one file of several copies", () => {
  expect(asFile(["a"])).toBe("a");
  expect(asFile(["a\n", "b\n"])).toBe("# ---- Copy 1 of 2 ----\na\n\n\n# ---- Copy 2 of 2 ----\nb\n");
});
