// @vitest-environment happy-dom

import { beforeEach, describe, expect, it } from "vitest";
import { folded, OUTPUTS_FOLD, TEXT_FOLD, unfolded } from "./fold.ts";

describe("folding", () => {
  it("hides the middle of what is long, and never a few lines only", () => {
    expect(folded(40, TEXT_FOLD)).toBe(null);
    expect(folded(41, TEXT_FOLD)).toEqual({ from: 20, to: 31 });
    expect(folded(1204, TEXT_FOLD)).toEqual({ from: 20, to: 1194 });
  });

  it("gives back as many as are asked for", () => {
    expect(folded(500, OUTPUTS_FOLD, 200)).toEqual({ from: 210, to: 495 });
    expect(folded(500, OUTPUTS_FOLD, 485)).toBe(null);
  });
});

describe("what was unfolded", () => {
  beforeEach(() => sessionStorage.clear());

  it("is remembered until it is folded again", () => {
    unfolded.set("a", true);
    unfolded.set("b", true);
    unfolded.set("b", false);
    expect([unfolded.has("a"), unfolded.has("b")]).toEqual([true, false]);
  });

  it("is forgotten when there is too much of it, the oldest first", () => {
    for (let n = 0; n <= 200; n++) {
      unfolded.set(`n${n}`, true);
    }
    expect([unfolded.has("n0"), unfolded.has("n1"), unfolded.has("n200")]).toEqual([false, true, true]);
  });

  it("is nothing where something else was kept", () => {
    sessionStorage.setItem("liveroom.unfolded", "{");
    expect(unfolded.has("a")).toBe(false);
    sessionStorage.setItem("liveroom.unfolded", "7");
    expect(unfolded.has("a")).toBe(false);
  });
});
