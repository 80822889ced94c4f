import { expect, it } from "vitest";
import { RoomClock } from "./clock.ts";

it("turns event times into whole microseconds of the room", () => {
  const clock = new RoomClock(
    () => 1000,
    () => 0,
  );
  clock.hear(5_000_000);
  expect(clock.at(1000.1234)).toBe(5_000_123);
  expect(clock.now()).toBe(5_000_000);
});

it("keeps its first offset through small differences, so that intervals stay exact", () => {
  let now = 0;
  const clock = new RoomClock(
    () => now,
    () => now,
  );
  clock.hear(0);
  now = 100;
  clock.hear(100_900);
  expect(clock.at(100)).toBe(100_000);
});

it("estimates again after the machine slept", () => {
  let now = 0;
  const clock = new RoomClock(
    () => now,
    () => now,
  );
  clock.hear(0);
  now = 100;
  clock.hear(60_000_000);
  expect(clock.at(100)).toBe(60_000_000);
});

it("never goes below the room's beginning", () => {
  const clock = new RoomClock(
    () => 1000,
    () => 0,
  );
  clock.hear(0);
  expect(clock.at(10)).toBe(0);
});

it("puts what is typed after a sleep where the wall clock does, and says so once", () => {
  let [now, wall] = [0, 1_000_000];
  const clock = new RoomClock(
    () => now,
    () => wall,
  );
  let jumps = 0;
  clock.onJump = () => {
    jumps += 1;
  };
  clock.hear(5_000_000);
  [now, wall] = [100, 1_000_900]; // less than what the network's own unrest may be
  expect([clock.now(), jumps]).toEqual([5_100_000, 0]);
  [now, wall] = [200, 1_000_200 + 3_600_000];
  expect([clock.now(), clock.at(150), jumps]).toEqual([3_605_200_000, 3_605_150_000, 1]);
  clock.hear(3_605_300_000); // the server agrees, within its network
  expect([clock.now(), jumps]).toEqual([3_605_200_000, 1]);
});

it("believes the server when the wall clock was only set", () => {
  let [now, wall] = [0, 1_000_000];
  const clock = new RoomClock(
    () => now,
    () => wall,
  );
  clock.hear(0);
  [now, wall] = [1000, 500_000];
  clock.now();
  clock.hear(1_000_000);
  expect(clock.now()).toBe(1_000_000);
});
