// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import type { TypingComparison } from "../protocol.gen.ts";
import { Comparison } from "./Comparison.tsx";
import { replayOf } from "./Instant.tsx";

const OK: TypingComparison = {
  status: "ok",
  log10Lr: 1,
  interval90: [0.4, 1.5],
  sentence: "The timing is 10 times more likely if the same person typed both.",
  verbal: "moderate support for the proposition that one person typed both",
  baseRates: [{ prevalence: 0.02, rightOf100: 31.4, sentence: "About 31 would be theirs." }],
  baseRateSource: "Measured on 40 people.",
  limits: ["The reference people typed prose, not code."],
  top: [
    { feature: "DD KeyR>KeyE", contribution: 0.2, profileMs: 110, questionedMs: 130, cohortMs: [90, 180] },
  ],
  windows: [
    { fromUs: 60e6, toUs: 120e6, keys: 200, log10Lr: 1.2, interval90: [0.5, 1.6] },
    { fromUs: 120e6, toUs: 180e6, keys: 180 },
    { fromUs: 180e6, toUs: 240e6, keys: 200, log10Lr: 0.4 },
  ],
  flags: [
    { kind: "programs", sentence: "Ten keys came at once.", explanation: "A macro does that.", atUs: 90e6 },
  ],
};

afterEach(() => render(null, document.body));

function show(comparison: TypingComparison, replay = true): HTMLElement {
  act(() =>
    render(<Comparison comparison={comparison} replayed={replayOf("r7", 60e6, replay)} />, document.body),
  );
  return document.body;
}

const press = (on: Element, key: string) =>
  act(() => {
    on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  });

test("arrow keys walk the room's stretches, and Enter's link is the chosen one's instant", () => {
  const slider = show(OK).querySelector("[role=slider]") as HTMLElement;
  const link = () => document.querySelector(".figure-remark a")?.getAttribute("href");
  expect(slider.getAttribute("aria-valuetext")).toBe(
    "0 s to 1 min 0 s: 200 key presses, log10 LR +1.20 (+0.50 to +1.60)",
  );
  expect(link()).toBe("/room/r7/replay?t=60.000");
  press(slider, "ArrowRight");
  expect(slider.getAttribute("aria-valuetext")).toContain("too little to compare");
  press(slider, "End");
  expect([slider.getAttribute("aria-valuenow"), link()]).toEqual(["3", "/room/r7/replay?t=180.000"]);
  press(slider, "ArrowRight");
  expect(slider.getAttribute("aria-valuenow")).toBe("3");
});

test("without a replay there is nothing to open", () => {
  expect(show(OK, false).querySelector("a[href*=replay]")).toBe(null);
});

test("a card fills as many of its hundred squares as would be right", () => {
  const page = show(OK);
  expect(page.querySelectorAll(".right-square")).toHaveLength(31);
  expect(page.querySelectorAll(".wrong-square")).toHaveLength(69);
});

test("a stretch that could not be compared breaks the line and has no dot", () => {
  const page = show(OK);
  expect(page.querySelectorAll(".windows .live-dot")).toHaveLength(2);
  expect(page.querySelector(".windows-line")?.getAttribute("d")?.match(/M/g)).toHaveLength(2);
});

test("every picture has words for those who do not see it, and a table", () => {
  const page = show(OK);
  for (const picture of page.querySelectorAll("svg[role=img]"))
    expect(picture.getAttribute("aria-label")).toBeTruthy();
  for (const figure of page.querySelectorAll(".figure"))
    expect(figure.querySelector("details table")).not.toBe(null);
});

test("limits and innocent explanations are printed as they came", () => {
  const words = show(OK).textContent;
  expect(words).toContain("The reference people typed prose, not code.");
  expect(words).toContain("About 31 would be theirs.Measured on 40 people.");
  expect(words).toContain("It may be ordinary. A macro does that.");
});

test("a comparison that was not run says the same whatever else came with it", () => {
  const one = show({ status: "not-run" }).innerHTML;
  render(null, document.body);
  expect(show({ ...OK, status: "not-run" }).innerHTML).toBe(one);
});

test("no ratio is shown where the data do not carry one", () => {
  const page = show({
    ...OK,
    status: "insufficient_data",
    reasons: ["The profile holds 30 usable key presses."],
  });
  expect(page.textContent).toContain("Insufficient data");
  expect(page.textContent).toContain("The profile holds 30 usable key presses.");
  expect(page.querySelector("svg[role=img]")).toBe(null);
});

test("a handover says when, in the room's time, and what was seen", () => {
  const page = show({
    ...OK,
    handover: { atUs: 180e6, sentence: "Two windows say otherwise than the two before." },
  });
  expect(page.querySelector("figure:has(.windows) h3")?.textContent).toBe("The typing changes at 2:00");
  expect(page.textContent).toContain("Two windows say otherwise than the two before.");
});

test("how far one person's stretches drift lies behind the room's, cut off at the scale's ends", () => {
  const band = (page: HTMLElement) => page.querySelector(".windows .cohort-band");
  expect(band(show(OK))).toBeNull();
  const page = show({ ...OK, drift90: [-1, 9] });
  expect(page.textContent).toContain("nine in ten stretches by one reference person");
  const [top, height] = ["y", "height"].map((name) => Number(band(page)?.getAttribute(name)));
  expect([top, height]).toEqual([24, 135]); // from 2 down to -1 is three quarters of 180 pixels
});

test("without stretches or flags nothing is broken", () => {
  const page = show({ ...OK, windows: [], flags: [] });
  expect(page.querySelector("[role=slider]")).toBe(null);
  expect(page.textContent).toContain("Nothing stood out in where the keys came from");
});
