import { describe, expect, it } from "vitest";
import { Screen, WIDTH_MAX } from "./screen.ts";

function shown(...pieces: string[]): string[] {
  return lines(written(...pieces));
}

function written(...pieces: string[]): Screen {
  const screen = new Screen();
  for (const piece of pieces) {
    screen.write(piece);
  }
  return screen;
}

function lines(screen: Screen): string[] {
  return Array.from({ length: screen.length }, (_, at) =>
    screen
      .spans(at)
      .map(({ text }) => text)
      .join(""),
  );
}

describe("a screen", () => {
  it("holds the lines, without the empty one that awaits text", () => {
    expect(shown("")).toEqual([]);
    expect(shown("a\n\nb\n")).toEqual(["a", "", "b"]);
    expect(shown("a\r\nb\r\n", "c")).toEqual(["a", "b", "c"]);
    expect(shown("a\tb\x07\x00")).toEqual(["a\tb"]);
  });

  it("is as a progress bar last wrote it, also across pieces", () => {
    expect(shown("10%\r50%\r100%\ndone")).toEqual(["100%", "done"]);
    expect(shown("10%\r", "50", "%\r100%", "\ndone")).toEqual(["100%", "done"]);
    expect(shown("loading...\rok")).toEqual(["okading..."]);
    expect(shown("ab\bc")).toEqual(["ac"]);
    expect(shown("|\b/\b-\b\b\b\\")).toEqual(["\\"]);
  });

  it("redraws bars that stand below each other, as nested loops have", () => {
    const bars = (outer: string, inner: string) => `\r${outer}\n\r${inner}\x1b[A`;
    expect(shown(bars("a 1/9", "b 1/9"), bars("a 2/9", "b 5/9"), bars("a 9/9", "b 9/9"))).toEqual([
      "a 9/9",
      "b 9/9",
    ]);
    expect(shown("one\ntwo\n\x1b[2A\x1b[2K1\n", "\x1b[2K2\n")).toEqual(["1", "2"]);
    expect(shown("a\n\x1b[9Ab\x1b[9Bc")).toEqual(["b", "c"].map((x, at) => (at === 0 ? x : ` ${x}`)));
  });

  it("erases and goes to columns", () => {
    expect(shown("abcdef\r\x1b[3C\x1b[K")).toEqual(["abc"]);
    expect(shown("abcdef\x1b[3G\x1b[1Kx")).toEqual(["  xdef"]);
    expect(shown("abc\x1b[2Dx")).toEqual(["axc"]);
    expect(shown("a\n\x1b[5Gb")).toEqual(["a", "    b"]);
    expect(shown("a\nb\nc\x1b[2A\x1b[J")).toEqual(["a"]);
    expect(shown("a\nb\x1b[H\x1b[2Jc")).toEqual(["c"]);
  });

  it("keeps colours through rewrites and line ends", () => {
    const spans = (screen: Screen, at: number) =>
      screen.spans(at).map(({ text, style }) => [text, style.colour, style.bold]);
    const bar = written("\x1b[31mred\n", "still\x1b[0m plain");
    expect(spans(bar, 0)).toEqual([["red", 1, false]]);
    expect(spans(bar, 1)).toEqual([
      ["still", 1, false],
      [" plain", null, false],
    ]);
    expect(spans(written("\x1b[32m####\x1b[0m----\r\x1b[1m##"), 0)).toEqual([
      ["##", null, true],
      ["##", 2, false],
      ["----", null, false],
    ]);
  });

  it("understands a sequence that comes in two pieces, and drops what is none", () => {
    expect(shown("\x1b[3", "1mred\x1b", "[0m")).toEqual(["red"]);
    expect(shown("a\x1b[\x1b[1mb")).toEqual(["a[b"]);
    expect(shown(`a\x1b]${"x".repeat(300)}`, "b")).toEqual([`a]${"x".repeat(300)}b`]);
  });

  it("cuts lines that nobody reads", () => {
    const screen = written("x".repeat(WIDTH_MAX), "y", "z\nshort");
    expect(lines(screen)).toEqual([`${"x".repeat(WIDTH_MAX)} …`, "short"]);
    expect(screen.width).toBe(WIDTH_MAX + 2);
  });

  it("stays quick where text is made to slow it down", () => {
    const quarter = 1 << 18;
    const hostile = [
      "\n".repeat(quarter),
      "a\r".repeat(quarter / 2),
      `${"x".repeat(quarter)}${"\x1b[100Gx".repeat(quarter / 8)}`,
      "\x1b[1mx\x1b[3my".repeat(quarter / 10),
      "\x1b]".repeat(quarter / 2),
      "\x1b[999999999B\x1b[999999999C".repeat(quarter / 26),
    ];
    for (const text of hostile) {
      expect(written(text).length).toBeLessThanOrEqual(quarter);
    }
  });
});
