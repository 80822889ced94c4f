// What a kernel may use, in words. Pure.

import { spokenTime } from "../core/format.ts";
import type { KernelLimits } from "../protocol.gen.ts";

/** What is limited, and to how much, in the order in which people run into it. */
export function limitWords(limits: KernelLimits): [name: string, much: string][] {
  return [
    ["Memory", size(limits.memoryMib)],
    ["Processors", number(limits.cpus)],
    ["Files that code writes", size(limits.diskMib)],
    ["Time of one run", time(limits.runSeconds)],
    ["Output of one run", size(limits.outputMib)],
    ["Processes and threads", number(limits.pids)],
    ["Environment", limits.environment],
  ];
}

function size(mib: number): string {
  return mib < 1024 ? `${number(mib)} MiB` : `${number(mib / 1024)} GiB`;
}

function time(seconds: number): string {
  const whole = Math.round(seconds);
  return whole >= 60 && whole % 60 === 0 ? `${number(whole / 60)} min` : spokenTime(whole * 1e6);
}

function number(n: number): string {
  return n.toLocaleString("en", { maximumFractionDigits: 2 });
}
