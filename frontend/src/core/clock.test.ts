import { expect, it } from "vitest";
import { RoomClock } from "./clock.ts";

it("turns event times into whole microseconds of the room", () => {
  const clock = new RoomClock(() => 1000);
  clock.hear(5_000_000);
  expect(clock.at(1000.1234)).toBe(5_000_123);
  expect(clock.now()).toBe(5_000_000);
});

it("keeps its first offset through small differences, so that intervals stay exact", () => {
  let now = 0;
  const clock = new RoomClock(() => now);
  clock.hear(0);
  now = 100;
  clock.hear(100_900);
  expect(clock.at(100)).toBe(100_000);
});

it("estimates again after the machine slept", () => {
  let now = 0;
  const clock = new RoomClock(() => now);
  clock.hear(0);
  now = 100;
  clock.hear(60_000_000);
  expect(clock.at(100)).toBe(60_000_000);
});

it("never goes below the room's beginning", () => {
  const clock = new RoomClock(() => 1000);
  clock.hear(0);
  expect(clock.at(10)).toBe(0);
});
