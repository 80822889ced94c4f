import { expect, it } from "vitest";
import { tickOf } from "./tick.ts";

/** Times of presses and releases as hands make them, to the microsecond; the same at every run. */
function handsUs(count: number, seed: number): number[] {
  let state = seed;
  const chance = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
  const times: number[] = [];
  for (let at = 1_000_000; times.length < count; at += 60_000 + 180_000 * chance() ** 2) {
    times.push(at, at + 50_000 + 80_000 * chance());
  }
  return times.map(Math.round).sort((a, b) => a - b);
}

const stepped = (times: readonly number[], step: number) =>
  times.map((time) => Math.round(step * Math.floor(time / step)));

it.each([5, 20, 100, 1_000, 4_000, 8_000, 15_625, 16_667, 50_000, 100_000])(
  "finds a step of %i µs by the keys alone",
  (step) => {
    for (let seed = 1; seed <= 20; seed++) {
      const found = tickOf(stepped(handsUs(128, seed), step)) ?? 0;
      expect(Math.abs(found - step)).toBeLessThanOrEqual(step / 100);
    }
  },
);

it("finds a step through the blur of a browser's own", () => {
  const blurred = handsUs(128, 3).map((time) => 1000 * Math.floor(time / 1000) + (time % 2) * 100);
  expect(tickOf(blurred)).toBe(1000);
});

it("takes no habit of hands for a step", () => {
  for (let seed = 1; seed <= 100; seed++) {
    expect(tickOf(handsUs(128, seed))).toBe(5);
  }
});

it("takes no haste for a step", () => {
  const hasty = handsUs(128, 1).map((time) => Math.round(time / 8));
  expect(tickOf(hasty)).toBe(5);
});

it("says nothing where there is too little to tell by", () => {
  expect(tickOf([])).toBe(null);
  expect(tickOf(stepped(handsUs(30, 1), 1000))).toBe(null);
});
