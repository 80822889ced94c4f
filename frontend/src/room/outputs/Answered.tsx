// What a run asked for by `input()`, what was answered, and by whom.

import type { InputOutput, Person } from "../../protocol.gen.ts";
import { personOf } from "../state.ts";
import { withoutAnsi } from "./ansi.ts";
import "./questions.css";

export function Answered({ input, people }: { input: InputOutput; people: readonly Person[] }) {
  const { prompt, answer, by } = input;
  return (
    <p class="answered">
      <span class="question-prompt">{withoutAnsi(prompt)}</span>
      {answer === undefined ? <span class="quiet">answer not shown</span> : <strong>{answer}</strong>}
      <span class="quiet"> - answered by {personOf(people, by)?.name ?? "somebody who left"}</span>
    </p>
  );
}
