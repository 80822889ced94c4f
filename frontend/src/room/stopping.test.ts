import { expect, it } from "vitest";
import { HEEDED_US, pressed, stopStage } from "./stopping.ts";

it("offers a harder interrupt when the first was not heeded, and then a restart", () => {
  const first = pressed(null, "r1", 0);
  expect(stopStage(first, "r1", HEEDED_US - 1)).toBe("stopping");
  expect(stopStage(first, "r1", HEEDED_US)).toBe("harder");
  const second = pressed(first, "r1", HEEDED_US);
  expect(stopStage(second, "r1", 2 * HEEDED_US - 1)).toBe("stopping");
  expect(stopStage(second, "r1", 2 * HEEDED_US)).toBe("restart");
});

it("begins anew with every run", () => {
  const first = pressed(null, "r1", 0);
  expect(stopStage(null, "r1", 0)).toBe("ready");
  expect(stopStage(first, undefined, 1)).toBe("ready");
  expect(stopStage(first, "r2", 1)).toBe("ready");
  expect(pressed(first, "r2", 5)).toEqual({ run: "r2", presses: 1, atUs: 5 });
});
