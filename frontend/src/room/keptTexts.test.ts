import { expect, it } from "vitest";
import { asFile, KeptTexts } from "./keptTexts.ts";

it("keeps every copy that the room did not take, however often it begins anew", () => {
  const kept = new KeptTexts();
  kept.leave("The disk is full.", "room + a");
  expect(kept.kept.get()?.texts).toEqual(["room + a"]);
  kept.settle("The disk is full.", "room + ab", "room");
  kept.leave("The disk is full.", "room + c");
  kept.settle("The disk is full.", "room + c", "room");
  expect(kept.kept.get()).toEqual({ reason: "The disk is full.", texts: ["room + ab", "room + c"] });
  kept.dismiss();
  expect(kept.kept.get()).toBe(null);
});

it("offers nothing where nothing was lost", () => {
  const kept = new KeptTexts();
  kept.leave("The disk is full.", "room");
  kept.settle("The disk is full.", "room", "room");
  expect(kept.kept.get()).toEqual({ reason: "The disk is full.", texts: [] });
});

it("makes one file of several copies", () => {
  expect(asFile(["a"])).toBe("a");
  expect(asFile(["a\n", "b\n"])).toBe("# ---- Copy 1 of 2 ----\na\n\n\n# ---- Copy 2 of 2 ----\nb\n");
});
