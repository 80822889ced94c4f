import { expect, test } from "vitest";
import type { Report } from "../protocol.gen.ts";
import { factsOf } from "./facts.ts";

test("facts with an instant are moments, counted from the beginning", () => {
  const report: Report = {
    room: "r7",
    title: "T",
    kind: "live",
    candidate: "Ada",
    checks: [],
    comparison: { status: "not-run" },
    startUs: 3,
    facts: [
      { label: "Began", value: "2 March 2026, 14:00 UTC", atUs: 5 },
      { label: "Runs by the candidate", value: "4" },
      { label: "Paste", value: "3 characters", atUs: 90 },
      { label: "Error", value: "NameError: x", atUs: 40 },
    ],
  };
  const { room, moments, startUs } = factsOf(report);
  expect(room.map((fact) => fact.label)).toEqual(["Began", "Runs by the candidate"]);
  expect(moments.map((fact) => fact.label)).toEqual(["Error", "Paste"]);
  expect(startUs).toBe(3);
});
