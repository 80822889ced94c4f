import { describe, expect, it } from "vitest";
import type { FromServer, RunView, Welcome } from "../protocol.gen.ts";
import { emptyRoom, type RoomState, update } from "./state.ts";

const run: RunView = {
  run: "run-1",
  by: "p1",
  source: "print(1)",
  place: { file: "main", position: "AA==", offset: 0 },
  state: "queued",
  requestedAtUs: 5,
};

const welcome: Welcome = {
  type: "welcome",
  you: "p1",
  role: "interviewer",
  history: "h",
  nowUs: 9,
  saved: 0,
  recordKeys: false,
  recordFocus: false,
  room: {
    room: "r7",
    title: "A room",
    kind: "live",
    state: "open",
    made: "2026-03-02T14:00:00Z",
    brief: "",
    data: [],
  },
  timer: { minutes: 60 },
  kernel: "ready",
  people: [],
  runs: [],
  checks: [],
};

function roomAfter(...messages: FromServer[]): RoomState {
  return messages.reduce(update, update(emptyRoom, welcome));
}

const printed = (text: string, name: "stdout" | "stderr" = "stdout"): FromServer => ({
  type: "output-added",
  run: "run-1",
  output: { type: "stream", name, text },
});

describe("the room's state", () => {
  it("is what the welcome says", () => {
    const state = roomAfter();
    expect([state.you, state.role, state.room?.title, state.notes]).toEqual([
      "p1",
      "interviewer",
      "A room",
      [],
    ]);
  });

  it("tells somebody who joins late why the kernel is lost", () => {
    const lost: Welcome = { ...welcome, kernel: "lost", kernelReason: "It ran out of memory." };
    expect(update(emptyRoom, lost).kernelReason).toBe("It ran out of memory.");
    expect(roomAfter().kernelReason).toBe(null);
  });

  it("tells what the kernel may use, and that it has no sandbox", () => {
    const limits = {
      environment: "torch",
      memoryMib: 2048,
      cpus: 2,
      pids: 128,
      diskMib: 512,
      runSeconds: 600,
      outputMib: 8,
    };
    const state = update(emptyRoom, { ...welcome, limits, unsafeKernels: true });
    expect([state.limits, state.unsafeKernels]).toEqual([limits, true]);
    expect([roomAfter().limits, roomAfter().unsafeKernels]).toEqual([null, false]);
  });

  it("follows a run from the queue to its end", () => {
    const state = roomAfter(
      { type: "run-requested", run },
      { type: "run-started", run: "run-1", atUs: 10 },
      { type: "run-finished", run: "run-1", state: "ok", atUs: 30, executionCount: 4 },
    );
    expect(state.runs).toEqual([
      { ...run, state: "ok", startedAtUs: 10, finishedAtUs: 30, executionCount: 4, outputs: [] },
    ]);
  });

  it("joins consecutive text of one stream, and keeps the streams apart", () => {
    const state = roomAfter(
      { type: "run-requested", run },
      printed("a"),
      printed("b"),
      printed("!", "stderr"),
      printed("c"),
    );
    expect(state.runs[0]?.outputs.map(({ output }) => output.type === "stream" && output.text)).toEqual([
      "ab",
      "!",
      "c",
    ]);
  });

  it("puts an output into the slot of the one before it", () => {
    const bar = (text: string): FromServer => ({
      type: "output-added",
      run: "run-1",
      output: { type: "display", parts: [{ mime: "text/plain", text }] },
      slot: "bar",
    });
    const state = roomAfter({ type: "run-requested", run }, bar("10 %"), printed("x"), bar("90 %"));
    expect(state.runs[0]?.outputs).toHaveLength(2);
    expect(state.runs[0]?.outputs[0]).toEqual({
      output: { type: "display", parts: [{ mime: "text/plain", text: "90 %" }] },
      slot: "bar",
    });
  });

  it("forgets a run's outputs when they are cleared", () => {
    expect(
      roomAfter({ type: "run-requested", run }, printed("a"), { type: "outputs-cleared", run: "run-1" })
        .runs[0]?.outputs,
    ).toEqual([]);
  });

  it("marks earlier runs as stale when the kernel is fresh", () => {
    const state = roomAfter(
      { type: "run-requested", run },
      { type: "kernel-changed", state: "ready", fresh: true },
    );
    expect(state.runs[0]?.stale).toBe(true);
  });

  it("takes a message that it has had before without doubling anything", () => {
    const requested: FromServer = { type: "run-requested", run };
    const round: FromServer = {
      type: "checks-changed",
      round: { round: "c1", which: "visible", by: "p1", atUs: 1 },
    };
    const state = roomAfter(requested, requested, round, round);
    expect([state.runs.length, state.checks.length]).toEqual([1, 1]);
  });

  it("changes a note and removes an emptied one", () => {
    const note = (text: string): FromServer => ({
      type: "note-changed",
      note: { note: "n1", by: "p1", atUs: 1, text },
    });
    expect(roomAfter(note("a"), note("b")).notes.map((one) => one.text)).toEqual(["b"]);
    expect(roomAfter(note("a"), note("")).notes).toEqual([]);
  });

  it("ends and reopens", () => {
    const ended = roomAfter({ type: "room-ended", atUs: 1 });
    expect(ended.room?.state).toBe("ended");
    expect(update(ended, { type: "room-reopened", atUs: 2 }).room?.state).toBe("open");
  });

  it("keeps the sentence of a refusal for the person", () => {
    expect(roomAfter({ type: "refused", reason: "Eight runs are waiting." }).notice).toBe(
      "Eight runs are waiting.",
    );
  });
});
