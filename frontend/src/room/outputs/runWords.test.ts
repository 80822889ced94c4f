import { describe, expect, it } from "vitest";
import type { SlottedOutput } from "../../protocol.gen.ts";
import type { Run } from "../state.ts";
import { queuePlaces, reasonOf, runNews, statusWords } from "./runWords.ts";

const run = (name: string, rest: Partial<Run> = {}): Run => ({
  run: name,
  by: "p1",
  source: "x",
  place: { file: "main", position: "AA==", offset: 0 },
  state: "queued",
  requestedAtUs: 0,
  outputs: [],
  ...rest,
});

const ended = (state: Run["state"], startedAtUs: number, finishedAtUs: number): Run =>
  run("r1", { state, startedAtUs, finishedAtUs, executionCount: 4 });

describe("a run's state in words", () => {
  it("is its place while it waits", () => {
    const places = queuePlaces([
      run("r3", { requestedAtUs: 3 }),
      run("r1", { requestedAtUs: 1, state: "running" }),
      run("r2", { requestedAtUs: 2 }),
    ]);
    expect([...places]).toEqual([
      ["r2", 1],
      ["r3", 2],
    ]);
    const words = (place: number) => statusWords(run("r2"), place, 0);
    expect([1, 2, 3, 4, 11, 22].map(words)).toEqual([
      "queued, next",
      "queued, 2nd in line",
      "queued, 3rd in line",
      "queued, 4th in line",
      "queued, 11th in line",
      "queued, 22nd in line",
    ]);
  });

  it("is the time that it takes, and then took", () => {
    const running = run("r1", { state: "running", startedAtUs: 1e6 });
    expect(statusWords(running, undefined, 13.9e6)).toBe("running 0:12");
    expect(statusWords(ended("ok", 1e6, 2.24e6), undefined, 9e9)).toBe("ran in 1.24 s");
    expect(statusWords(ended("timed-out", 0, 600e6), undefined, 9e9)).toBe("out of time after 10:00");
    expect(statusWords(run("r1", { state: "cancelled", finishedAtUs: 5 }), undefined, 9e9)).toBe("cancelled");
  });

  it("has a reason where it did not end by itself, the server's before ours", () => {
    expect(reasonOf(ended("ok", 0, 1))).toBe(undefined);
    expect(reasonOf(ended("error", 0, 1))).toBe(undefined);
    expect(reasonOf(ended("interrupted", 0, 1))).toBe("Somebody interrupted it. Its variables are kept.");
    expect(reasonOf({ ...ended("died", 0, 1), reason: "Ada restarted the kernel." })).toBe(
      "Ada restarted the kernel.",
    );
  });
});

describe("the news of the runs", () => {
  it("is how the last one ended", () => {
    const failure: SlottedOutput = {
      output: { type: "failure", name: "ValueError", message: "no", traceback: [] },
    };
    expect(runNews([ended("ok", 0, 12e3)])).toBe("Run 4: ran in 12 ms");
    expect(
      runNews([
        { ...ended("error", 0, 12e3), outputs: [failure] },
        run("r2", { state: "cancelled", finishedAtUs: 12e3 }),
      ]),
    ).toBe("Run 4: error after 12 ms: ValueError: no");
  });

  it("is nothing while there is nothing to say", () => {
    expect(runNews([])).toBe("");
    expect(runNews([run("r1")])).toBe("");
    expect(runNews([ended("ok", 0, 12e3), run("r2", { state: "running", startedAtUs: 13e3 })])).toBe("");
  });

  it("says where a run waits behind another", () => {
    const running = run("r1", { state: "running", startedAtUs: 1 });
    expect(runNews([running, run("r2", { requestedAtUs: 2 }), run("r3", { requestedAtUs: 3 })])).toBe(
      "Run queued, 2nd in line",
    );
  });
});
