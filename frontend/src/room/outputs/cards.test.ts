import { describe, expect, it } from "vitest";
import { parseCells } from "../cells.ts";
import type { Run } from "../state.ts";
import { arrange } from "./cards.ts";

const TEXT = "# %%\na\n# %%\nb";
const SECOND = TEXT.indexOf("# %%", 1);

const run = (name: string, offset: number, source: string): Run => ({
  run: name,
  by: "p1",
  source,
  place: { file: "main", position: String(offset), offset },
  state: "ok",
  requestedAtUs: 0,
  outputs: [],
});

const cards = (...runs: Run[]) =>
  arrange(TEXT, parseCells(TEXT), runs, (one) => (one.place.offset < 0 ? null : one.place.offset));

describe("the outputs' cards", () => {
  it("stand in the order of their cells, with the latest run open", () => {
    const [first, second] = cards(run("r1", SECOND, "b"), run("r2", 0, "a"), run("r3", SECOND, "b"));
    expect([first?.latest.run, second?.latest.run]).toEqual(["r2", "r3"]);
    expect(second?.earlier.map((one) => one.run)).toEqual(["r1"]);
  });

  it("say when the cell is no longer what ran", () => {
    expect(cards(run("r1", 0, "a"), run("r2", SECOND, "old")).map((card) => card.edited)).toEqual([
      false,
      true,
    ]);
  });

  it("come last without a cell when the mark is gone", () => {
    const [docked, orphan] = cards(run("r1", -1, "x"), run("r2", 0, "a"));
    expect([docked?.cell?.index, orphan?.cell]).toEqual([0, null]);
  });
});
