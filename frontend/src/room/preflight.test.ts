import { describe, expect, it } from "vitest";
import { connecting } from "./link.ts";
import { type Facts, stepsOf, verdict } from "./preflight.ts";
import type { Run } from "./state.ts";

const run: Run = {
  run: "run-1",
  by: "p1",
  source: "1",
  place: { file: "main", position: "", offset: 0 },
  state: "ok",
  requestedAtUs: 0,
  startedAtUs: 1_000_000,
  finishedAtUs: 1_012_000,
  outputs: [],
};

const FINE: Facts = {
  browser: { missing: [], secure: true, clockStepUs: 5 },
  server: { ms: 12.3 },
  link: { ...connecting, phase: "online" },
  address: { host: "rooms.example", port: 443 },
  editor: true,
  run,
  refused: null,
};

const shown = (facts: Partial<Facts>) =>
  stepsOf({ ...FINE, ...facts }).map(({ name, state }) => `${name} ${state}`);

describe("the pre-flight", () => {
  it("ticks everything off, with what it found", () => {
    const steps = stepsOf(FINE);
    expect(verdict(steps)).toBe("Everything works from here");
    expect(steps.map(({ words }) => words)).toEqual([
      "Has what the room needs; its clock is exact to 0.005 ms",
      "Answers in 12 milliseconds",
      "A websocket is open",
      "Shows the shared text",
      "Ran a cell in 12 ms",
    ]);
  });

  it("checks one step after the other", () => {
    expect(verdict(stepsOf({ ...FINE, run: null }))).toBe("Checking what works from here");
    expect(shown({ server: null, editor: false, run: null })).toEqual([
      "Browser fine",
      "Server checking",
      "Live connection waiting",
      "Editor waiting",
      "Python waiting",
    ]);
  });

  it("says behind a blocking proxy what to ask for, and the way out", () => {
    const link = { ...connecting, problem: "blocked" };
    const step = stepsOf({ ...FINE, link }).find(({ state }) => state === "wrong");
    expect(step?.words).toMatch(/allow websockets \(wss\) to rooms\.example on port 443.*hotspot/);
  });

  it("tells why the server ended the connection", () => {
    const link = { ...connecting, phase: "ended", problem: "This room no longer exists." } as const;
    expect(stepsOf({ ...FINE, link })[2]?.words).toBe("This room no longer exists.");
  });

  it("goes on behind a browser that lacks something, but is not fine", () => {
    const browser = { ...FINE.browser, missing: ["dialogs"] };
    expect(shown({ browser })[4]).toBe("Python fine");
    expect(verdict(stepsOf({ ...FINE, browser }))).toBe("Something is in the way");
  });

  it("tells why no cell ran", () => {
    const [died, busy] = [
      stepsOf({ ...FINE, run: { ...run, state: "died", reason: "The kernel died." } })[4],
      stepsOf({ ...FINE, run: null, refused: "All kernels are in use." })[4],
    ];
    expect([died?.state, died?.words, busy?.words]).toEqual([
      "wrong",
      "The kernel died.",
      "All kernels are in use.",
    ]);
  });
});
