// What a run asks for by `input()`, in words for those who do not see the outputs. Pure.

import type { Person } from "../protocol.gen.ts";
import { withoutAnsi } from "./outputs/ansi.ts";
import { askingRun, personOf, type Run } from "./state.ts";

/** What is asked, or who answered last while the run goes on; empty otherwise. */
export function questionNews(runs: readonly Run[], people: readonly Person[]): string {
  const question = askingRun(runs)?.question;
  if (question !== undefined) {
    return `A run waits for an answer, in the outputs: ${withoutAnsi(question.prompt).trim() || "no prompt"}`;
  }
  const outputs = runs.find((run) => run.state === "running")?.outputs ?? [];
  const last = outputs.findLast(({ output }) => output.type === "input")?.output;
  return last?.type === "input" ? `${personOf(people, last.by)?.name ?? "Somebody"} answered the run` : "";
}
