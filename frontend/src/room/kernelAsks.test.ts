import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { FromClient } from "../protocol.gen.ts";
import { KernelAsks } from "./kernelAsks.ts";

const PLACE = { source: "foo.", cursor: 4 };
let sent: FromClient[];
let online: boolean;
let kernel: KernelAsks;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  online = true;
  kernel = new KernelAsks({ send: (message) => sent.push(message), online: () => online });
});

afterEach(() => {
  vi.useRealTimers();
});

it("gives each answer to whoever asked, in whatever order they come", async () => {
  const names = kernel.complete(PLACE);
  const help = kernel.inspect(PLACE);
  expect(sent).toEqual([
    { type: "complete", ask: 1, ...PLACE },
    { type: "inspect", ask: 2, ...PLACE },
  ]);
  kernel.heard({ type: "inspected", ask: 2, text: "A foo." });
  kernel.heard({ type: "completed", ask: 1, start: 4, end: 4, matches: [] });
  expect(await help).toEqual({ type: "inspected", ask: 2, text: "A foo." });
  expect(await names).toEqual({ type: "completed", ask: 1, start: 4, end: 4, matches: [] });
});

it("takes what it did not ask, asked before, or asked otherwise for no answer", async () => {
  const variables = kernel.variables();
  kernel.heard({ type: "variables-listed", ask: 99, variables: [] });
  kernel.heard({ type: "inspected", ask: 1, text: "?" });
  expect(await variables).toMatchObject({ type: "unanswered", ask: 1 });
  kernel.heard({ type: "variables-listed", ask: 1, variables: [] });
});

it("tells why there is no answer: the server's reason, a broken line, no line, or silence", async () => {
  const reasons: string[] = [];
  const listen = async () => {
    const answer = await kernel.variables();
    reasons.push(answer.type === "unanswered" ? answer.reason : answer.type);
  };
  const busy = listen();
  kernel.heard({ type: "unanswered", ask: 1, reason: "A cell runs; ask again when it has ended." });
  await busy;
  const broken = listen();
  kernel.lost();
  await broken;
  const silent = listen();
  vi.advanceTimersByTime(20_000);
  await silent;
  online = false;
  await listen();
  expect(reasons).toEqual([
    "A cell runs; ask again when it has ended.",
    "The connection broke before the kernel answered; try again when it is back.",
    "The kernel did not answer; try again.",
    "You are offline, so the kernel cannot be asked; try again when you are back.",
  ]);
  expect(sent).toHaveLength(3);
});
