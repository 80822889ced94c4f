import { describe, expect, it } from "vitest";
import { ansiSpans, settle, withoutAnsi } from "./ansi.ts";

describe("terminal text", () => {
  it("is split where its style changes", () => {
    const spans = ansiSpans("a\x1b[1;31mb\x1b[0mc");
    expect(spans.map(({ text, bold, colour }) => [text, bold, colour])).toEqual([
      ["a", false, null],
      ["b", true, 1],
      ["c", false, null],
    ]);
  });

  it("shows exact colours as the named one of the same hue", () => {
    const colour = (code: string) => ansiSpans(`\x1b[${code}mx`)[0]?.colour;
    expect(colour("38;5;28")).toBe(2); // a dark green
    expect(colour("38;5;129")).toBe(5); // a violet
    expect(colour("38;5;241")).toBe(7); // a grey
    expect(colour("38;2;200;20;20")).toBe(1);
    expect(colour("38;5;9")).toBe(9);
  });

  it("loses escape sequences that move a cursor or name a window", () => {
    expect(withoutAnsi("\x1b]0;title\x07a\x1b[2Kb\x1b[1Ac")).toBe("abc");
  });

  it("is as a progress bar last wrote it", () => {
    expect(settle("10%\r50%\r100%\ndone")).toBe("100%\ndone");
    expect(settle("loading...\rok")).toBe("okading...");
    expect(settle("a\r\nb\r")).toBe("a\nb");
    expect(settle("ab\bc")).toBe("ac");
  });
});
