import { expect, test } from "vitest";
import type { RoomSummary } from "../protocol.gen.ts";
import { base64, boxFor, emptyDraft, errorsOf, FILES, requestOf } from "./draft.ts";
import { continuable, groups } from "./groups.ts";

const room = (over: Partial<RoomSummary>): RoomSummary => ({
  room: "r1",
  title: "Training loop",
  kind: "live",
  state: "waiting",
  candidate: "Ada",
  candidateId: "c1",
  made: "2026-03-01T10:00:00Z",
  minutes: 60,
  nextStep: "Send the links.",
  ...over,
});

test("open rooms come first, ended ones last, and empty groups are left out", () => {
  const shown = groups([
    room({ room: "old", state: "ended", ended: "2026-03-01T12:00:00Z" }),
    room({ room: "new", state: "ended", ended: "2026-03-02T12:00:00Z" }),
    room({ room: "now", state: "open" }),
  ]);
  expect(shown.map((group) => [group.name, group.rooms.map((r) => r.room)])).toEqual([
    ["Now", ["now"]],
    ["Ended: to review", ["new", "old"]],
  ]);
});

test("only take-homes can be continued", () => {
  expect(
    continuable([room({ room: "a" }), room({ room: "b", kind: "take-home" })]).map((r) => r.room),
  ).toEqual(["b"]);
});

test("a room needs a candidate, a possible time box and a real meeting link", () => {
  const wrong = errorsOf({
    ...emptyDraft,
    candidate: " ",
    timeBox: "own",
    ownMinutes: "4",
    meetingUrl: "zoom.us/j/1",
  });
  expect(Object.keys(wrong).sort()).toEqual(["candidate", "meetingUrl", "ownMinutes"]);
  expect(errorsOf({ ...emptyDraft, candidate: "Ada" })).toEqual({});
});

test("two starters among the files are one too many", () => {
  const files = [new File(["a"], "a.py"), new File(["b"], "b.ipynb")];
  expect(errorsOf({ ...emptyDraft, candidate: "Ada", source: FILES, files }).files).toMatch(/Only one/);
  expect(errorsOf({ ...emptyDraft, candidate: "Ada", source: FILES }).files).toMatch(/at least one/);
});

test("an exercise's room asks for nothing of the blank one", async () => {
  const draft = {
    ...emptyDraft,
    source: "training-loop",
    candidate: " Ada ",
    starter: "left over",
    ...boxFor(50),
  };
  expect(await requestOf(draft)).toEqual({
    kind: "live",
    candidate: "Ada",
    minutes: 50,
    exercise: "training-loop",
  });
});

test("a take-home neither meets nor continues", async () => {
  const draft = {
    ...emptyDraft,
    kind: "take-home" as const,
    candidate: "Ada",
    continues: "r9",
    meetingUrl: "https://x.y",
  };
  expect(await requestOf(draft)).toEqual({ kind: "take-home", candidate: "Ada", minutes: 60 });
});

test("files travel in base64, also long ones", async () => {
  const draft = {
    ...emptyDraft,
    source: FILES,
    candidate: "Ada",
    files: [new File(["x,y\n1,2\n"], "d.csv")],
  };
  expect((await requestOf(draft)).uploads).toEqual([{ name: "d.csv", content: "eCx5CjEsMgo=" }]);
  const long = new Uint8Array(100_001).fill(200);
  expect(Uint8Array.from(atob(base64(long)), (c) => c.charCodeAt(0))).toEqual(long);
});

test("a lobby and more time are asked for where they were chosen, and a take-home has no lobby", async () => {
  const draft = { ...emptyDraft, candidate: "Ada", lobby: true, accommodation: "25" };
  expect(await requestOf(draft)).toEqual({
    kind: "live",
    candidate: "Ada",
    minutes: 60,
    lobby: true,
    accommodation: 25,
  });
  expect(await requestOf({ ...draft, kind: "take-home", accommodation: "0" })).toEqual({
    kind: "take-home",
    candidate: "Ada",
    minutes: 60,
  });
});
