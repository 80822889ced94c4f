import { expect, it } from "vitest";
import { limitWords } from "./limits.ts";

it("tells limits in the units that people think in", () => {
  const limits = {
    environment: "torch",
    memoryMib: 2048,
    cpus: 1.5,
    pids: 128,
    diskMib: 512,
    runSeconds: 600,
    outputMib: 0.25,
  };
  expect(limitWords(limits)).toEqual([
    ["Memory", "2 GiB"],
    ["Processors", "1.5"],
    ["Files that code writes", "512 MiB"],
    ["Time of one run", "10 min"],
    ["Output of one run", "0.25 MiB"],
    ["Processes and threads", "128"],
    ["Environment", "torch"],
  ]);
  const times = (runSeconds: number) => limitWords({ ...limits, runSeconds })[3]?.[1];
  expect([45, 90, 5400].map(times)).toEqual(["45 s", "1 min 30 s", "90 min"]);
});
