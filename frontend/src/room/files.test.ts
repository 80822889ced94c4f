import { expect, it } from "vitest";
import { filesOf, freePath, isPython, joinedTexts, pathOf } from "./files.ts";

const FILES = [
  { file: "main", path: "main.py" },
  { file: "f1", path: "Util.py" },
];

it("knows the first file before the server has told of any", () => {
  expect(pathOf([], "main")).toBe("main.py");
  expect(filesOf(FILES)).toBe(FILES);
});

it("calls a new file by the first name that is free, whatever its case", () => {
  expect(freePath(FILES, "other.py")).toBe("other.py");
  expect(freePath(FILES, "UTIL.py")).toBe("UTIL-2.py");
  expect(freePath([...FILES, { file: "f2", path: "util-2.py" }], "util.py")).toBe("util-3.py");
  expect(freePath([{ file: "main", path: "README" }], "readme")).toBe("readme-2");
});

it("joins several texts into one that is still Python", () => {
  expect(joinedTexts([["main.py", "a"]])).toBe("a");
  expect(
    joinedTexts([
      ["main.py", "a\n"],
      ["empty.py", ""],
      ["b.py", "b"],
    ]),
  ).toBe("# ---- main.py ----\na\n\n\n# ---- b.py ----\nb");
});

it("takes for Python what says so, and what says nothing", () => {
  expect(["main.py", "A.PY", "solution", "v1.2/solution"].map(isPython)).toEqual([true, true, true, true]);
  expect(["notes.md", "data.txt", "main.py.bak"].map(isPython)).toEqual([false, false, false]);
});
