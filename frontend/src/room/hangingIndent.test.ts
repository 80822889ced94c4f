import { expect, it } from "vitest";
import { hangingColumns } from "./hangingIndent.ts";

it("continues a wrapped line four columns deeper than it began", () => {
  expect(hangingColumns("x = 1")).toBe(4);
  expect(hangingColumns("        return self")).toBe(12);
});

it("leaves room for the text of a line that is indented very deep", () => {
  expect(hangingColumns(`${" ".repeat(60)}x`)).toBe(24);
});
