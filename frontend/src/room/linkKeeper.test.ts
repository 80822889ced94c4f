import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { linkWords } from "./link.ts";
import { LinkKeeper, SETTLE_MS } from "./linkKeeper.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function online(): LinkKeeper {
  const keeper = new LinkKeeper();
  keeper.online();
  return keeper;
}

it("never says saved while an edit waits", () => {
  const keeper = online();
  keeper.count(1, false);
  expect(linkWords(keeper.link.get())).toBe("Saving");
});

it("says saved a moment after the last acknowledgement", () => {
  const keeper = online();
  keeper.count(1, false);
  keeper.count(0, false);
  expect(linkWords(keeper.link.get())).toBe("Saving");
  vi.advanceTimersByTime(SETTLE_MS);
  expect(linkWords(keeper.link.get())).toBe("Saved");
});

it("keeps the word while somebody types", () => {
  const keeper = online();
  const words = new Set<string>();
  for (let key = 0; key < 20; key++) {
    keeper.count(1, false);
    words.add(linkWords(keeper.link.get()));
    keeper.count(0, false);
    vi.advanceTimersByTime(SETTLE_MS / 2);
    words.add(linkWords(keeper.link.get()));
  }
  expect(words).toEqual(new Set(["Saving"]));
});
