import { expect, it } from "vitest";
import { announcement, boxWords, isSoon, leftWords, withAccommodation } from "./timeBox.ts";

it("says more time beside the time that everyone has", () => {
  expect(boxWords({ minutes: 60 })).toBe("60 min");
  expect(boxWords({ minutes: 75, accommodation: 25 })).toBe("60 + 15 min");
  for (const percent of [25, 50] as const) {
    for (let minutes = 5; minutes <= 720; minutes++) {
      const box = withAccommodation({ minutes }, percent);
      expect(boxWords(box)).toBe(`${minutes} + ${box.minutes - minutes} min`);
    }
  }
});

it("knows what another accommodation would make of it", () => {
  const given = { minutes: 75, accommodation: 25 } as const;
  expect(boxWords(withAccommodation(given, 50))).toBe("60 + 30 min");
  expect(boxWords(withAccommodation(given, 0))).toBe("60 min");
});

it("tells at ten, five and one minute, for a minute each, and at the end", () => {
  expect([601, 600, 541, 540, 300, 60, 59].map(announcement)).toEqual([
    "",
    "10 minutes left",
    "10 minutes left",
    "",
    "5 minutes left",
    "1 minute left",
    "1 minute left",
  ]);
  expect(announcement(0)).toBe("The time is up. The room stays open.");
});

it("counts on after the end", () => {
  expect([leftWords(61), leftWords(0), leftWords(-75)]).toEqual([
    "1:01 left",
    "Time is up, 0:00 over",
    "Time is up, 1:15 over",
  ]);
  expect([isSoon(301), isSoon(300)]).toEqual([false, true]);
});
