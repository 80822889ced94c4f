import { describe, expect, it } from "vitest";
import { changeAtCaret, endOf, placeAfter } from "./plainText.ts";

describe("what somebody changed in a text field", () => {
  it("is told from the caret where the texts alone leave it open", () => {
    expect(changeAtCaret("aaa", "aaaa", 1)).toEqual({ from: 0, to: 0, insert: "a" });
    expect(changeAtCaret("aaa", "aaaa", 4)).toEqual({ from: 3, to: 3, insert: "a" });
    expect(changeAtCaret("aaa", "aa", 1)).toEqual({ from: 1, to: 2, insert: "" });
  });

  it("is as small as it can be", () => {
    expect(changeAtCaret("x = 1\n", "x = 12\n", 6)).toEqual({ from: 5, to: 5, insert: "2" });
    expect(changeAtCaret("one two", "one 2", 5)).toEqual({ from: 4, to: 7, insert: "2" });
    expect(changeAtCaret("same", "same", 2)).toBe(null);
  });

  it("never halves a character", () => {
    const [grin, sad] = ["\u{1f600}", "\u{1f622}"];
    expect(changeAtCaret(`a${grin}b`, `a${sad}b`, 3)).toEqual({ from: 1, to: 3, insert: sad });
  });
});

describe("where a place goes", () => {
  it("moves with what others put in or take out before it", () => {
    expect(placeAfter([{ retain: 2 }, { insert: "xy" }], 5)).toBe(7);
    expect(placeAfter([{ retain: 2 }, { delete: 2 }], 5)).toBe(3);
    expect(placeAfter([{ retain: 9 }, { insert: "xy" }], 5)).toBe(5);
  });

  it("stays before what is put in just there, and goes to where it was taken out around it", () => {
    expect(placeAfter([{ retain: 5 }, { insert: "xy" }], 5)).toBe(5);
    expect(placeAfter([{ retain: 5 }, { insert: "xy" }], 5, true)).toBe(7);
    expect(placeAfter([{ retain: 2 }, { delete: 9 }], 5)).toBe(2);
    expect(placeAfter([{ retain: 2 }, { delete: 9 }, { insert: "new" }], 5)).toBe(2);
  });

  it("is the end of a change that was undone", () => {
    expect(endOf([{ retain: 3 }, { insert: "abc" }])).toBe(6);
    expect(endOf([{ retain: 3 }, { delete: 4 }])).toBe(3);
  });
});
