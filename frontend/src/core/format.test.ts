import { expect, test } from "vitest";
import { clockTime, fileSize, plural, roomTime, spokenTime, timeIn } from "./format.ts";

test("durations are m:ss, and h:mm:ss from an hour on", () => {
  expect(clockTime(0)).toBe("0:00");
  expect(clockTime(65.9)).toBe("1:05");
  expect(clockTime(3_725)).toBe("1:02:05");
  expect(roomTime(1_023_000_000)).toBe("17:03");
});

test("times in an interview count from its start, not from the making of the room", () => {
  expect(timeIn(86_465_000_000, 86_400_000_000)).toBe("at 1:05");
  expect(timeIn(5, 6)).toBe("before the start");
  expect(timeIn(5, undefined)).toBe("before the start");
});

test("screen readers hear minutes and seconds", () => {
  expect(spokenTime(1_023_000_000)).toBe("17 min 3 s");
  expect(spokenTime(9_000_000)).toBe("9 s");
  expect(spokenTime(3_600_000_000)).toBe("1 h 0 min 0 s");
});

test("counts agree with their noun and sizes with their unit", () => {
  expect(plural(1, "line")).toBe("1 line");
  expect(plural(1200, "key press", "key presses")).toBe("1,200 key presses");
  expect(fileSize(812)).toBe("812 B");
  expect(fileSize(2_048)).toBe("2.0 KiB");
  expect(fileSize(5 * 1024 * 1024)).toBe("5.0 MiB");
});
