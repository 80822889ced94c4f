import { expect, test } from "vitest";
import { changeBetween } from "./text-change.ts";

test("one change turns one text into the other", () => {
  const pairs: [string, string][] = [
    ["abc", "abxc"],
    ["aaa", "aa"],
    ["", "new"],
    ["old", ""],
    ["abab", "ababab"],
  ];
  for (const [before, after] of pairs) {
    const change = changeBetween(before, after);
    expect(change && before.slice(0, change.from) + change.insert + before.slice(change.to)).toBe(after);
  }
});

test("what is the same stays untouched", () => {
  expect(changeBetween("same", "same")).toBeNull();
  expect(changeBetween("one two", "one and two")).toEqual({ from: 4, to: 4, insert: "and " });
});
