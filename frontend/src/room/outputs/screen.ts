// What a terminal would show after all that was printed: progress bars redraw in place, and long lines are cut. Pure.

import { escapeAt, isBegun, PLAIN, restyle, type Span } from "./ansi.ts";

/** Most lines are plain, and a string costs a tenth of a span. */
type Line = string | readonly Span[];

/** Longer lines are cut and end in dots: nobody reads on sideways, and every rewrite copies its line. */
export const WIDTH_MAX = 10_000;
const CUT = " …";
/** Where a line has more, new text is plain: every rewrite copies them. */
const SPANS_MAX = 1_000;
/** An escape sequence that has not ended after so many characters is none. */
const ESCAPE_CHARS_MAX = 256;

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys; tabs are text
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/g;

/**
 * Text may come in pieces, cut anywhere. Columns are UTF-16 units: a rewrite over wide characters is off by some, which
 * progress bars do not do.
 */
export class Screen {
  private readonly lines: Line[] = [""];
  private row = 0;
  private column = 0;
  private style = PLAIN;
  /** The beginning of an escape sequence at the end of what came last. */
  private begun = "";
  private widest = 0;

  /** How many lines there are; an empty last one, which only awaits text, does not count. */
  get length(): number {
    return this.lines.at(-1)?.length === 0 ? this.lines.length - 1 : this.lines.length;
  }

  /** The widest that any line ever was, in columns. */
  get width(): number {
    return this.widest;
  }

  spans(at: number): readonly Span[] {
    return spansOf(this.lines[at] ?? "");
  }

  write(piece: string): void {
    const text = this.begun + piece;
    this.begun = "";
    let at = 0;
    while (at < text.length) {
      CONTROL.lastIndex = at;
      const control = CONTROL.exec(text)?.index ?? text.length;
      this.put(text.slice(at, control));
      at = control + 1;
      const character = text[control];
      if (character === "\n") {
        this.lineFeed();
      } else if (character === "\r") {
        this.column = 0;
      } else if (character === "\b") {
        this.column = Math.max(0, this.column - 1);
      } else if (character === "\x1b") {
        const sequence = escapeAt(text, control);
        if (sequence !== null) {
          this.obey(sequence.final, sequence.parameters);
          at = control + sequence.length;
        } else if (text.length - control < ESCAPE_CHARS_MAX && isBegun(text.slice(control))) {
          this.begun = text.slice(control);
          return;
        }
      }
    }
  }

  private lineFeed(): void {
    this.row += 1;
    this.column = 0;
    if (this.row === this.lines.length) {
      this.lines.push("");
    }
  }

  /** What progress bars of several lines do: go up, go to a column, erase. A whole screen's layout is left out. */
  private obey(final: string, parameters: string): void {
    const n = Number.parseInt(parameters, 10) || 0;
    const steps = Math.max(1, n);
    switch (final) {
      case "m":
        this.style = restyle(this.style, parameters);
        break;
      case "A":
        this.row = Math.max(0, this.row - steps);
        break;
      case "B":
        this.row = Math.min(this.lines.length - 1, this.row + steps);
        break;
      case "C":
        this.column = Math.min(WIDTH_MAX, this.column + steps);
        break;
      case "D":
        this.column = Math.max(0, this.column - steps);
        break;
      case "G":
        this.column = Math.min(WIDTH_MAX, steps - 1);
        break;
      case "K":
        this.erase(n);
        break;
      case "J":
        if (n >= 2) {
          this.row = 0;
          this.column = 0;
        }
        if (n !== 1) {
          this.erase(0);
          this.lines.length = this.row + 1;
        }
        break;
    }
  }

  private erase(which: number): void {
    const line = this.lines[this.row] ?? "";
    if (which === 0) {
      this.lines[this.row] = cut(line, 0, this.column);
    } else {
      const kept = which === 1 ? cut(line, this.column, WIDTH_MAX) : "";
      this.lines[this.row] = kept.length === 0 ? "" : joined(" ".repeat(this.column), kept);
    }
  }

  /** Write over what stands at the cursor. */
  private put(written: string): void {
    const text = written.slice(0, WIDTH_MAX - this.column);
    if (text !== "") {
      this.overwrite(text);
    }
    if (text.length < written.length && widthOf(this.lines[this.row] ?? "") === WIDTH_MAX) {
      this.overwrite(CUT);
      this.column = WIDTH_MAX;
    }
  }

  private overwrite(text: string): void {
    const line = this.lines[this.row] ?? "";
    const width = widthOf(line);
    const before = this.column > width ? joined(line, " ".repeat(this.column - width)) : line;
    const end = this.column + text.length;
    const fits = typeof line === "string" || line.length < SPANS_MAX;
    const part = this.style === PLAIN ? text : [{ text, style: fits ? this.style : PLAIN }];
    const start = joined(cut(before, 0, this.column), part);
    this.lines[this.row] = end < width ? joined(start, cut(line, end, width)) : start;
    this.column = end;
    this.widest = Math.max(this.widest, end, width);
  }
}

function spansOf(line: Line): readonly Span[] {
  return typeof line !== "string" ? line : line === "" ? [] : [{ text: line, style: PLAIN }];
}

function widthOf(line: Line): number {
  return typeof line === "string" ? line.length : line.reduce((width, { text }) => width + text.length, 0);
}

/** The columns from `from` up to `to`. */
function cut(line: Line, from: number, to: number): Line {
  if (typeof line === "string") {
    return from === 0 && to >= line.length ? line : line.slice(from, to);
  }
  const kept: Span[] = [];
  let at = 0;
  for (const { text, style } of line) {
    const part = text.slice(Math.max(0, from - at), Math.max(0, to - at));
    if (part !== "") {
      kept.push({ text: part, style });
    }
    at += text.length;
  }
  return kept;
}

/** Two pieces of a line side by side; neighbours of one style become one. */
function joined(left: Line, right: Line): Line {
  if (typeof left === "string" && typeof right === "string") {
    return left + right;
  }
  const spans = [...spansOf(left)];
  for (const span of spansOf(right)) {
    const last = spans.at(-1);
    if (last?.style === span.style) {
      spans[spans.length - 1] = { text: last.text + span.text, style: span.style };
    } else {
      spans.push(span);
    }
  }
  return spans;
}
