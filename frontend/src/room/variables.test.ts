import { expect, it } from "vitest";
import type { Variable } from "../protocol.gen.ts";
import type { Run } from "./state.ts";
import { formOf, matching, settledRuns } from "./variables.ts";

const ORDERS: Variable = { name: "orders", kind: "DataFrame", shape: "(120, 5)", summary: "courier, city" };
const WEIGHT: Variable = { name: "w", kind: "Tensor", shape: "[3, 4]", dtype: "torch.float32" };

it("finds words in names, types and values, whatever their case", () => {
  const found = (words: string) => matching([ORDERS, WEIGHT], words).map(({ name }) => name);
  expect([found(" "), found("FRAME"), found("float"), found("courier"), found("w"), found("absent")]).toEqual(
    [["orders", "w"], ["orders"], ["w"], ["orders"], ["w"], []],
  );
});

it("tells shape and element type as far as there are any", () => {
  expect([ORDERS, WEIGHT, { name: "n", kind: "int" }].map(formOf)).toEqual([
    "(120, 5)",
    "[3, 4] torch.float32",
    "",
  ]);
});

it("counts ended runs once nothing runs", () => {
  const run = (state: Run["state"], finishedAtUs?: number): Run => ({
    run: state,
    by: "p1",
    source: "",
    place: { file: "main", position: "", offset: 0 },
    requestedAtUs: 0,
    state,
    outputs: [],
    ...(finishedAtUs === undefined ? {} : { finishedAtUs }),
  });
  expect(settledRuns([])).toBe(0);
  expect(settledRuns([run("ok", 3), run("running")])).toBe(null);
  expect(settledRuns([run("ok", 3), run("error", 5)])).toBe(2);
});
