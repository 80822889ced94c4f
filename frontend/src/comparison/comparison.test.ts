import { expect, test } from "vitest";
import type { Densities, Histogram, TypingWindow } from "../protocol.gen.ts";
import { featureName, keyName } from "./features.ts";
import {
  aboutOf100,
  asFar,
  below,
  histogramTitle,
  medianMs,
  nearest,
  reachOf,
  windowsTitle,
} from "./numbers.ts";
import { BANDS, bounded, range, ratio, signed } from "./scale.ts";

test("keys are named by what a US keyboard prints on them", () => {
  expect(["KeyR", "Digit7", "Space", "BracketLeft", "ShiftLeft", "Numpad4"].map(keyName)).toEqual([
    "r",
    "7",
    "Space",
    "left bracket",
    "left Shift",
    "Numpad 4",
  ]);
});

test("a feature says which keys, in their order, and what was timed", () => {
  expect(featureName("DD KeyR>KeyE")).toBe("r then e, press to press");
  expect(featureName("UD Space>Backspace")).toBe("Space then Backspace, release to press");
  expect(featureName("hold KeyE")).toBe("e, held");
});

test("the scale's bands cover it without a gap, and what lies beyond is shown at its ends", () => {
  for (let index = 1; index < BANDS.length; index++) expect(BANDS[index]?.from).toBe(BANDS[index - 1]?.to);
  expect([BANDS[0]?.from, BANDS.at(-1)?.to]).toEqual([-2, 2]);
  expect([bounded(-7), bounded(0.4), bounded(7)]).toEqual([-2, 0.4, 2]);
});

test("numbers carry two digits and their sign, whole steps are ratios too", () => {
  expect([signed(0.823), signed(-1.2), signed(-0.001)]).toEqual(["+0.82", "−1.20", "0.00"]);
  expect(range([-0.5, 1])).toBe("−0.50 to +1.00");
  expect([-2, -1, 0, 1, 2].map(ratio)).toEqual(["1/100", "1/10", "1", "10", "100"]);
});

test("the area under a density is cut between its points", () => {
  expect(below(1, [0, 1, 2], [1, 1, 1])).toBe(0.5);
  expect(below(0.5, [0, 1, 2], [1, 1, 1])).toBe(0.25);
  expect(below(1, [0, 2], [0, 1])).toBe(0.25);
  expect([below(-1, [0, 2], [1, 1]), below(9, [0, 2], [1, 1]), below(1, [0, 2], [0, 0])]).toEqual([0, 1, 0]);
});

test("how many pairs go as far is counted on the ratio's own side of nought", () => {
  const densities: Densities = { keys: 500, log10Lr: [-2, 0, 2], same: [0, 0, 1], different: [1, 1, 1] };
  expect(asFar(densities, 1)).toEqual({ same: 75, different: 25 });
  expect(asFar(densities, -1)).toEqual({ same: 0, different: 25 });
  expect([asFar(densities, 2), asFar(densities, -2)]).toEqual([null, null]);
  expect([aboutOf100(0.3), aboutOf100(0.97), aboutOf100(33.4)]).toEqual([
    "fewer than 1",
    "about 1",
    "about 33",
  ]);
});

test("a picture of densities reaches as far as nearly all of both, and never less than the scale", () => {
  const log10Lr = [-6, -4, -2, 0, 2, 4, 6];
  const same = [0, 0, 0, 1, 1, 0, 0];
  expect(reachOf({ keys: 500, log10Lr, same, different: [0, 0, 0, 1, 0, 0, 0] })).toBe(4);
  expect(reachOf({ keys: 500, log10Lr, same, different: [1, 1, 0, 0, 0, 0, 0] })).toBe(4);
  expect(reachOf({ keys: 500, log10Lr: [-1, 0, 1], same: [0, 1, 0], different: [0, 1, 0] })).toBe(2);
});

test("a median is found within its bin, of all times and not only of those in the bins", () => {
  expect(medianMs([0, 10, 20], [0.5, 0.5])).toBe(10);
  expect(medianMs([0, 10, 20], [0.2, 0.6])).toBe(15);
  expect(medianMs([0, 10, 20], [0.25, 0.25])).toBe(20);
  expect(medianMs([0, 10, 20], [0.2, 0.2])).toBe(null);
});

test("a histogram's title gives both medians with their unit", () => {
  const hold: Histogram = { name: "hold", edgesMs: [0, 100, 200], profile: [0.5, 0.5], questioned: [0, 1] };
  expect(histogramTitle(hold)).toBe("Keys were held 100 ms in the take-home, 150 ms live (medians)");
  expect(histogramTitle({ ...hold, name: "flight", questioned: [0.5, 0.5] })).toBe(
    "From one press to the next it took 100 ms in both (medians)",
  );
  expect(histogramTitle({ ...hold, questioned: [0, 0] })).toContain("too few");
});

const windows = (...ratios: (number | undefined)[]): TypingWindow[] =>
  ratios.map((log10Lr, index) => ({
    fromUs: index * 10,
    toUs: index * 10 + 20,
    keys: 200,
    ...(log10Lr === undefined ? {} : { log10Lr }),
  }));

test("the windows' title counts what could be compared", () => {
  expect(windowsTitle(windows(1, 2))).toBe("Every stretch of the room leans towards the same person");
  expect(windowsTitle(windows(-1, -2))).toBe("Every stretch of the room leans towards different people");
  expect(windowsTitle(windows(1, undefined, -1, 0))).toBe(
    "1 of 3 stretches lean towards the same person, 1 towards different people, 1 neither way",
  );
  expect(windowsTitle(windows(undefined))).toContain("No stretch");
});

test("a pointer finds the window whose middle is nearest", () => {
  expect([nearest(windows(1, 2, 3), 0), nearest(windows(1, 2, 3), 21), nearest([], 4)]).toEqual([0, 1, -1]);
});
