import { expect, it } from "vitest";
import { OwnCopies } from "./capture.ts";

it("knows one's own text again, whatever the clipboard did to its line ends", () => {
  const own = new OwnCopies();
  own.add("def f():\n    return 1\n");
  expect(own.has("def f():\r\n    return 1")).toBe(true);
  expect(own.has("def f():\n    return 2")).toBe(false);
});

it("does not take nothing for something", () => {
  const own = new OwnCopies();
  own.add("  \n");
  expect(own.has("")).toBe(false);
});
