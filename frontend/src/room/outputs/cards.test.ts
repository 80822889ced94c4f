import { describe, expect, it } from "vitest";
import type { Run } from "../state.ts";
import { arrangeFiles } from "./cards.ts";

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

const where = (one: Run) => (one.place.offset < 0 ? null : one.place.offset);

const cards = (...runs: Run[]) => arrangeFiles([{ file: "main", path: "main.py", text: TEXT }], runs, where);

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

  it("stand in the order of the files, each with its file's name, and outlast their file", () => {
    const inFile = (name: string, file: string, offset: number): Run => {
      const one = run(name, offset, "b");
      return { ...one, place: { ...one.place, file } };
    };
    const files = [
      { file: "main", path: "main.py", text: TEXT },
      { file: "f1", path: "util.py", text: "# %%\nb" },
    ];
    const runs = [inFile("r1", "f9", 0), inFile("r2", "f1", 0), inFile("r3", "main", SECOND)];
    expect(
      arrangeFiles(files, runs, where).map(({ path, cell, latest }) => [path, cell?.from, latest.run]),
    ).toEqual([
      ["main.py", SECOND, "r3"],
      ["util.py", 0, "r2"],
      [null, undefined, "r1"],
    ]);
  });
});
