import { describe, expect, it } from "vitest";
import { ansiClass, ansiSpans, PLAIN, restyle, withoutAnsi } from "./ansi.ts";

const styled = (...parameters: string[]) => parameters.reduce(restyle, PLAIN);

describe("terminal colours", () => {
  it("change one thing at a time, until they are taken back", () => {
    expect(styled("1;3;31")).toEqual({ ...PLAIN, bold: true, italic: true, colour: 1 });
    expect(styled("1;2;4;7;9;31;42", "22;24;27;29;39;49")).toEqual(PLAIN);
    expect(styled("1;31", "")).toBe(PLAIN);
    expect(styled("93;104")).toEqual({ ...PLAIN, colour: 11, background: 12 });
  });

  it("are, where exact, the named ones of the same hue", () => {
    const colour = (code: string) => styled(code).colour;
    expect(colour("38;5;28")).toBe(2); // a dark green
    expect(colour("38;5;129")).toBe(5); // a violet
    expect(colour("38;5;241")).toBe(7); // a grey
    expect(colour("38;2;200;20;20")).toBe(1);
    expect(colour("38;5;9")).toBe(9);
    expect(styled("48;5;28;1")).toEqual({ ...PLAIN, background: 2, bold: true });
  });

  it("are classes on the page", () => {
    expect(ansiClass({ text: "x", style: PLAIN })).toBe("");
    expect(ansiClass({ text: "x", style: styled("1;4;7;9;36;41") })).toBe(
      "ansi-bold ansi-underline ansi-struck ansi-inverse ansi-6 ansi-on-1",
    );
  });

  it("divide a text into spans", () => {
    expect(ansiSpans("a\x1b[1;31mb\n\x1b[0mc")).toEqual([
      { text: "a", style: PLAIN },
      { text: "b\n", style: { ...PLAIN, bold: true, colour: 1 } },
      { text: "c", style: PLAIN },
    ]);
  });

  it("are left out of plain text, as every other sequence is", () => {
    expect(withoutAnsi("\x1b]0;title\x07a\x1b[2K\x1b[?25lb\x1b[1A\x1b(Bc\x1b7\x1b[38;5;1md")).toBe("abcd");
  });
});
