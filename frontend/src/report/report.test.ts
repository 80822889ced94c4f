import { expect, test } from "vitest";
import type { Report } from "../protocol.gen.ts";
import { factsOf } from "./facts.ts";
import { BANDS, finding, placeOf, signed, times } from "./finding.ts";

test("a ratio speaks of the timing and names the proposition that it supports", () => {
  expect(finding(2)).toBe("The timing is at least 100 times more likely if the same person typed both");
  expect(finding(0.8)).toBe("The timing is 6.3 times more likely if the same person typed both");
  expect(finding(-1)).toBe("The timing is 10 times more likely if two different people typed");
});

test("less than twice as likely supports neither", () => {
  expect(finding(0.3)).toBe("The timing supports neither proposition over the other");
  expect(finding(-0.1)).toBe(finding(0.1));
});

test("the line is bounded, and its middle is no evidence", () => {
  expect([placeOf(0), placeOf(-2), placeOf(2), placeOf(1), placeOf(7)]).toEqual([0.5, 0, 1, 0.75, 1]);
});

test("the bands cover the line without a gap", () => {
  for (let index = 1; index < BANDS.length; index++) expect(BANDS[index]?.from).toBe(BANDS[index - 1]?.to);
  expect([BANDS[0]?.from, BANDS.at(-1)?.to]).toEqual([-2, 2]);
});

test("numbers carry two digits and their sign", () => {
  expect(times(2)).toBe("100 times");
  expect([signed(0.823), signed(-1.2), signed(-0.001)]).toEqual(["+0.82", "−1.20", "0.00"]);
});

test("facts with an instant are moments, counted from the beginning", () => {
  const report: Report = {
    room: "r7",
    title: "T",
    kind: "live",
    candidate: "Ada",
    checks: [],
    comparison: { status: "not-run" },
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
  expect(startUs).toBe(5);
});
