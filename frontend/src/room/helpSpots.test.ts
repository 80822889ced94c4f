import { pythonLanguage } from "@codemirror/lang-python";
import { EditorState } from "@codemirror/state";
import { expect, it } from "vitest";
import { nameAtCaret } from "./helpSpots.ts";

/** What is asked about with the caret at the `|`: the name, and how far behind the text's start; null for nothing. */
function asked(marked: string): [string, number] | null {
  const anchor = marked.indexOf("|");
  const state = EditorState.create({
    doc: marked.replace("|", ""),
    selection: { anchor },
    extensions: pythonLanguage,
  });
  const spot = nameAtCaret(state);
  return spot === null ? null : [spot.name, spot.ask];
}

it("asks about the name that the caret touches, to its end", () => {
  expect(asked("orders.he|ad()")).toEqual(["head", 11]);
  expect(asked("ord|ers.head()")).toEqual(["orders", 6]);
  expect(asked("x = |orders")).toEqual(["orders", 10]);
  expect(asked("|orders")).toEqual(["orders", 6]);
});

it("asks about the call whose arguments are written", () => {
  expect(asked("head(|)")).toEqual(["", 5]);
  expect(asked("head(5, |")).toEqual(["", 8]);
});

it("asks nothing in the indentation, behind a call, in strings and comments, and where nothing stands", () => {
  const places = [
    "    |orders",
    "|    orders",
    "head(\n|    5)",
    "head()|",
    "head('a|')",
    "x = 1  # or|",
    "x = |1",
    "",
  ];
  expect(places.map((text) => (text === "" ? asked("|") : asked(text)))).toEqual(places.map(() => null));
});

it("asks nothing about a selection", () => {
  const state = EditorState.create({
    doc: "orders",
    selection: { anchor: 0, head: 6 },
    extensions: pythonLanguage,
  });
  expect(nameAtCaret(state)).toBe(null);
});
