import { describe, expect, it } from "vitest";
import { cellAt, nameOf, parseCells, sourceOf } from "./cells.ts";

const TEXT = 'import os\n\n# %% Load [markdown] key="v"\n# words\n# %%\nx = 1\n\n\n# %% Train\ny = 2';

describe("cells", () => {
  it("are the text between marks, and what comes before the first one", () => {
    const cells = parseCells(TEXT);
    expect(cells.map((cell) => [cell.kind, cell.title, cell.marked])).toEqual([
      ["code", "", false],
      ["markdown", "Load", true],
      ["code", "", true],
      ["code", "Train", true],
    ]);
    expect(cells.map((cell) => sourceOf(TEXT, cell))).toEqual(["import os", "# words", "x = 1", "y = 2"]);
    expect(cells.map(nameOf)).toEqual(["Cell 1", "Load", "Cell 3", "Train"]);
  });

  it("follow each other without gaps", () => {
    const cells = parseCells(TEXT);
    expect(cells.map((cell) => TEXT.slice(cell.from, cell.to)).join("")).toBe(TEXT);
  });

  it("do not begin with blank lines before the first mark", () => {
    expect(parseCells("\n\n# %%\nx").map((cell) => cell.from)).toEqual([2]);
  });

  it("are one where there is no mark, also when the text is empty", () => {
    expect(parseCells("x = 1")).toHaveLength(1);
    expect(parseCells("")).toHaveLength(1);
  });

  it("are not begun by a mark inside a line or by a longer one", () => {
    expect(parseCells("x  # %% no\n# %%%% neither")).toHaveLength(1);
  });

  it("end with a mark that has no line after it", () => {
    const text = "x\n# %%";
    expect(parseCells(text).map((cell) => sourceOf(text, cell))).toEqual(["x", ""]);
  });

  it("hold the positions from their mark on", () => {
    const cells = parseCells("# %%\na\n# %%\nb");
    expect([0, 6, 7, 13].map((position) => cellAt(cells, position)?.index)).toEqual([0, 0, 1, 1]);
    expect(cellAt(parseCells("\n# %%\na"), 0)?.index).toBe(0);
  });
});
