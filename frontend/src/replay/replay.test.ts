import { expect, test } from "vitest";
import type { FromServer, Replay, ReplayFrame } from "../protocol.gen.ts";
import { axisOf, fractionAt, timeAt } from "./axis.ts";
import { lanesOf } from "./density.ts";
import { eventsOf, neighbour } from "./events.ts";
import { type Moment, momentAt, record } from "./player.ts";
import { faster, later, slower } from "./playing.ts";

const S = 1_000_000;

const people = [
  { participant: "p1", name: "Ada", role: "candidate" as const, colour: "#0090ff" },
  { participant: "p2", name: "Ben", role: "interviewer" as const, colour: "#f76b15" },
];

function replayOf(frames: [seconds: number, message: FromServer][], starter = ""): Replay {
  return {
    view: {
      room: "r7",
      title: "T",
      kind: "live",
      state: "ended",
      made: "2026-03-02T14:00:00Z",
      brief: "",
      data: [],
    },
    people,
    durationUs: (frames.at(-1)?.[0] ?? 0) * S,
    starter,
    frames: frames.map(
      ([seconds, message], index): ReplayFrame => ({ seq: index + 1, atUs: seconds * S, message }),
    ),
  };
}

const edit = (by: string, from: number, deleted: number, inserted: string): FromServer => ({
  type: "text-edited",
  by,
  origin: "typed",
  ops: [["main", from, deleted, inserted]],
});

const textOf = (moment: Moment) => moment.files.get("main");

test("the text at an instant is the starter and every edit until then", () => {
  const recording = record(
    replayOf(
      [
        [1, edit("p1", 3, 0, "de")],
        [2, edit("p2", 0, 1, "A")],
      ],
      "abc",
    ),
  );
  expect(textOf(momentAt(recording, 0))).toBe("abc");
  expect(textOf(momentAt(recording, 1 * S))).toBe("abcde");
  expect(textOf(momentAt(recording, 2 * S))).toBe("Abcde");
});

test("carets follow their own edits, stay in place under others' and leave with their person", () => {
  const recording = record(
    replayOf(
      [
        [1, { type: "caret-moved", by: "p1", file: "main", anchor: 2, head: 4 }],
        [2, edit("p2", 0, 0, "xx")],
        [3, edit("p1", 6, 0, "y")],
        [
          4,
          {
            type: "people-changed",
            people: people.map((p) => ({ ...p, here: p.participant === "p2" ? 1 : 0 })),
          },
        ],
      ],
      "abcdef",
    ),
  );
  expect(momentAt(recording, 1 * S).carets.get("p1")).toEqual({
    file: "main",
    anchor: 2,
    head: 4,
    movedUs: 1 * S,
  });
  expect(momentAt(recording, 2 * S).carets.get("p1")).toEqual({
    file: "main",
    anchor: 4,
    head: 6,
    movedUs: 1 * S,
  });
  expect(momentAt(recording, 3 * S).carets.get("p1")).toEqual({
    file: "main",
    anchor: 7,
    head: 7,
    movedUs: 3 * S,
  });
  expect([...momentAt(recording, 4 * S).carets.keys()]).toEqual(["p2"]);
});

test("what others write at a caret does not push it along", () => {
  const recording = record(
    replayOf(
      [
        [1, { type: "caret-moved", by: "p1", file: "main", anchor: 2, head: 4 }],
        [2, edit("p2", 4, 0, "xx")],
      ],
      "abcdef",
    ),
  );
  expect(momentAt(recording, 2 * S).carets.get("p1")).toMatchObject({ anchor: 2, head: 4 });
});

test("a caret inside deleted text falls to where it was", () => {
  const recording = record(
    replayOf(
      [
        [1, { type: "caret-moved", by: "p1", file: "main", anchor: 3, head: 3 }],
        [2, edit("p2", 1, 4, "Z")],
      ],
      "abcdef",
    ),
  );
  expect(momentAt(recording, 2 * S).carets.get("p1")?.head).toBe(1);
});

const run = (offset: number): FromServer => ({
  type: "run-requested",
  run: {
    run: "run-1",
    by: "p1",
    source: "print(1)",
    place: { file: "main", position: "AAE=", offset },
    state: "queued",
    requestedAtUs: 1 * S,
  },
});

test("a run's place moves with its cell and is lost with the cell's mark", () => {
  const recording = record(
    replayOf(
      [
        [1, run(4)],
        [2, edit("p1", 4, 0, "new\n")],
        [3, edit("p1", 8, 4, "")],
      ],
      "a=1\n# %%\nprint(1)\n",
    ),
  );
  expect(momentAt(recording, 1 * S).places.get("run-1")).toEqual({ file: "main", at: 4 });
  expect(momentAt(recording, 2 * S).places.get("run-1")).toEqual({ file: "main", at: 8 });
  expect(momentAt(recording, 3 * S).places.get("run-1")).toEqual({ file: "main", at: null });
});

test("outputs are those of the instant", () => {
  const recording = record(
    replayOf([
      [1, run(0)],
      [2, { type: "output-added", run: "run-1", output: { type: "stream", name: "stdout", text: "1\n" } }],
      [3, { type: "run-finished", run: "run-1", state: "ok", atUs: 3 * S }],
    ]),
  );
  expect(momentAt(recording, 1 * S).room.runs[0]?.outputs).toEqual([]);
  expect(momentAt(recording, 3 * S).room.runs[0]).toMatchObject({ state: "ok", finishedAtUs: 3 * S });
});

/** Edits that grow and shrink a text, the same every time. */
function manyEdits(count: number): [number, FromServer][] {
  let seed = 7;
  let length = 0;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  return Array.from({ length: count }, (_, index) => {
    const from = random(length + 1);
    const deleted = random(8) === 0 ? Math.min(length - from, random(12)) : 0;
    const inserted = "abcdefgh".slice(0, 1 + random(3));
    length += inserted.length - deleted;
    return [index / 8, edit(index % 3 ? "p1" : "p2", from, deleted, inserted)];
  });
}

test("seeking anywhere equals playing from the start", () => {
  const recording = record(replayOf(manyEdits(2000)));
  let playing = momentAt(recording, 0);
  for (let second = 0; second < 250; second += 7) {
    playing = momentAt(recording, second * S, playing);
    expect(momentAt(recording, second * S)).toEqual(playing);
  }
  expect(momentAt(recording, 11 * S, playing)).toEqual(momentAt(recording, 11 * S));
});

test("a seek in ninety minutes of typing takes less than ten milliseconds", () => {
  const recording = record(replayOf(manyEdits(43_200)));
  const taken = Array.from({ length: 100 }, (_, index) => {
    const before = performance.now();
    momentAt(recording, ((index * 7919) % 5400) * S);
    return performance.now() - before;
  }).sort((a, b) => a - b);
  expect(taken[50]).toBeLessThan(10);
});

const here = (...present: string[]): FromServer => ({
  type: "people-changed",
  people: people.map((person) => ({ ...person, here: present.includes(person.participant) ? 1 : 0 })),
});

test("the axis begins with the first person and folds a night", () => {
  const day = 86_400;
  const { frames, durationUs } = replayOf([
    [0, { type: "kernel-changed", state: "starting" }],
    [day, here("p1")],
    [day + 100, edit("p1", 0, 0, "a")],
    [2 * day, edit("p1", 1, 0, "b")],
    [2 * day + 90, edit("p1", 2, 0, "c")],
  ]);
  const axis = axisOf(frames, durationUs);
  expect(axis.startUs).toBe(day * S);
  expect(axis.shownLength).toBe(200 * S);
  expect(axis.folds).toEqual([{ fromUs: (day + 100) * S, toUs: 2 * day * S }]);
  expect(fractionAt(axis, (day + 50) * S)).toBeCloseTo(0.25);
  expect(fractionAt(axis, (2 * day + 45) * S)).toBeCloseTo(0.775);
  expect(timeAt(axis, 0.25)).toBe((day + 50) * S);
  expect(timeAt(axis, 1)).toBe((2 * day + 90) * S);
  expect(fractionAt(axis, 0)).toBe(0);
});

test("time passes at its speed, and idle stretches are left out on wish", () => {
  const replay = replayOf([
    [0, here("p1")],
    [1, edit("p1", 0, 0, "a")],
    [60, edit("p1", 1, 0, "b")],
  ]);
  const recording = record(replay);
  const axis = axisOf(replay.frames, replay.durationUs);
  const pass = (atUs: number, elapsedUs: number, speed: number, skipIdle: boolean) =>
    later(recording, axis, { atUs, elapsedUs, speed, skipIdle });
  expect(pass(1 * S, 0.5 * S, 2, false)).toBe(2 * S);
  expect(pass(1 * S, 0.5 * S, 1, true)).toBe(1.5 * S);
  expect(pass(1 * S, 1.5 * S, 1, true)).toBe(59.5 * S);
  expect(pass(59.5 * S, 0.1 * S, 1, true)).toBe(59.6 * S);
  expect(pass(59 * S, 5 * S, 32, false)).toBe(60 * S);
});

test("speeds go from a half to thirty-two and stop there", () => {
  expect([faster(1), faster(32), slower(1), slower(0.5)]).toEqual([2, 32, 0.5, 0.5]);
});

test("events are sentences, and only some are private", () => {
  const events = eventsOf(
    replayOf([
      [1, here("p1")],
      [2, here("p1")],
      [3, run(0)],
      [4, { type: "run-finished", run: "run-1", state: "error", atUs: 4 * S }],
      [5, { type: "pasted", by: "p1", chars: 1200 }],
      [6, { type: "note-changed", note: { note: "n1", by: "p2", atUs: 6 * S, text: "asked well" } }],
      [7, here()],
    ]),
  );
  expect(events.map((event) => [event.atUs / S, event.kind, event.words, event.private])).toEqual([
    [1, "people", "Joined", false],
    [3, "run", "Run 1: print(1)", false],
    [4, "error", "Run 1 raised an error", false],
    [5, "paste", "Pasted 1,200 characters", false],
    [6, "note", "asked well", true],
    [7, "people", "Left", false],
  ]);
  expect(neighbour(events, 3 * S, true)?.atUs).toBe(4 * S);
  expect(neighbour(events, 3 * S, false)?.atUs).toBe(1 * S);
  expect(neighbour(events, 7 * S, true)).toBeUndefined();
});

test("a lane a person shows when they wrote, and a paste does not flatten the rest", () => {
  const { frames, durationUs } = replayOf([
    [0, here("p1")],
    [1, edit("p1", 0, 0, "x".repeat(20))],
    [9, edit("p1", 0, 0, "y".repeat(5000))],
    [10, here()],
  ]);
  const [lane] = lanesOf(frames, axisOf(frames, durationUs), 2);
  expect(lane).toEqual({ participant: "p1", buckets: [0.5, 1] });
});

test("the file that somebody follows is the one written in last, and the first when that one is gone", () => {
  const inFile = (file: string, inserted: string): FromServer => ({
    type: "text-edited",
    by: "p1",
    origin: "typed",
    ops: [[file, 0, 0, inserted]],
  });
  const main = { file: "main", path: "main.py" };
  const replay = replayOf([
    [1, { type: "files-changed", files: [main, { file: "f1", path: "a.py" }], file: "f1", by: "p1" }],
    [2, inFile("f1", "one")],
    [3, { type: "files-changed", files: [main, { file: "f1", path: "b.py" }], file: "f1", by: "p2" }],
    [4, { type: "caret-moved", by: "p2", file: "main", anchor: 0, head: 0 }],
    [5, inFile("f1", "two ")],
    [6, { type: "files-changed", files: [main], file: "f1", by: "p1" }],
  ]);
  const recording = record(replay);
  const at = (seconds: number) => {
    const { activeFile, edited, files } = momentAt(recording, seconds * S);
    return [activeFile, edited?.at, files.get("f1")];
  };
  expect([at(1), at(2), at(4), at(5), at(6)]).toEqual([
    ["main", undefined, undefined],
    ["f1", 3, "one"],
    ["main", 3, "one"],
    ["f1", 4, "two one"],
    ["main", 4, "two one"],
  ]);
  expect(eventsOf(replay).map((event) => event.words)).toEqual([
    "Added a.py",
    "Renamed a.py to b.py",
    "Deleted b.py",
  ]);
});
