import { expect, it } from "vitest";
import type { FromServer, Person, RunView } from "../protocol.gen.ts";
import { questionNews } from "./questions.ts";
import { askingRun, emptyRoom, type RoomState, update } from "./state.ts";

const PEOPLE: readonly Person[] = [
  { participant: "p2", name: "Ivy", role: "interviewer", colour: "#111111" },
];
const RUN: RunView = {
  run: "run-1",
  by: "p1",
  source: "input()",
  place: { file: "main", position: "AA==", offset: 0 },
  state: "running",
  requestedAtUs: 5,
};

const ASKED: FromServer = {
  type: "question-asked",
  run: "run-1",
  question: { question: 1, prompt: "\x1b[1mYour name:\x1b[0m " },
};
const ANSWERED: FromServer = {
  type: "output-added",
  run: "run-1",
  output: { type: "input", prompt: "Your name: ", by: "p2", answer: "Cleo" },
};
const ENDED: FromServer = { type: "run-finished", run: "run-1", state: "ok", atUs: 9 };

function after(...messages: FromServer[]): RoomState {
  return [{ type: "run-requested" as const, run: RUN }, ...messages].reduce(update, emptyRoom);
}

const told = ({ runs }: RoomState) => questionNews(runs, PEOPLE);

it("tells what is asked until somebody has answered, and then who", () => {
  expect(told(after())).toBe("");
  expect(told(after(ASKED))).toBe("A run waits for an answer, in the outputs: Your name:");
  expect(told(after(ASKED, ANSWERED))).toBe("Ivy answered the run");
  expect(told(after(ASKED, ANSWERED, ENDED))).toBe("");
});

it("asks no more when the run has ended without an answer", () => {
  expect(askingRun(after(ASKED).runs)?.run).toBe("run-1");
  expect(askingRun(after(ASKED, ENDED).runs)).toBe(undefined);
});

it("goes on asking while other outputs come, and takes up a second question", () => {
  const printed: FromServer = {
    type: "output-added",
    run: "run-1",
    output: { type: "stream", name: "stdout", text: "thinking" },
  };
  const second: FromServer = { ...ASKED, question: { question: 2, prompt: "" } };
  expect(askingRun(after(ASKED, printed).runs)?.question?.question).toBe(1);
  expect(told(after(ASKED, ANSWERED, second))).toBe("A run waits for an answer, in the outputs: no prompt");
});

it("leaves the room as it is at a message that it does not know", () => {
  const state = after(ASKED);
  expect(update(state, { type: "from-the-future" } as unknown as FromServer)).toBe(state);
});
