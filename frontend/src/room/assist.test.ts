import { CompletionContext } from "@codemirror/autocomplete";
import { pythonLanguage } from "@codemirror/lang-python";
import { EditorState } from "@codemirror/state";
import { expect, it } from "vitest";
import { names } from "./assist.ts";

/** The names offered where the text has a `|`, from where on; null for none. */
function offered(marked: string): [number, string[]] | null {
  const pos = marked.indexOf("|");
  const state = EditorState.create({ doc: marked.replace("|", ""), extensions: pythonLanguage });
  const result = names(new CompletionContext(state, pos, false));
  return result === null ? null : [result.from, result.options.map((option) => option.label)];
}

it("offers names of the text before Python's own, and each once", () => {
  const [from, labels] = offered("orders = 1\nprint(orders)\nor|") ?? [0, []];
  expect([from, labels[0]]).toEqual([25, "orders"]);
  expect(labels.filter((label) => label === "print")).toEqual(["print"]);
  expect(labels).toContain("lambda");
  expect(labels).not.toContain("or ");
});

it("does not offer a word for itself", () => {
  expect(offered("zebra|")?.[1]).not.toContain("zebra");
});

it("is silent in strings, comments, numbers, magics, after a dot and where no word is", () => {
  const places = ["'or|'", "# or|", "10|", "x.or|", "%ti|", "  %%ti|", "x = |"];
  expect(places.map(offered)).toEqual(places.map(() => null));
  expect(offered("x %pr|")).not.toBe(null);
});
