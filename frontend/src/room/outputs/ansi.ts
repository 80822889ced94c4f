// Escape sequences of terminal text: where they are, and the look that those for colours give.

/** How text looks. Styles are shared and never changed. */
export interface Style {
  readonly bold: boolean;
  readonly faint: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly struck: boolean;
  readonly inverse: boolean;
  /** One of the sixteen named colours by number: those that pass contrast in both themes. */
  readonly colour: number | null;
  readonly background: number | null;
}

export const PLAIN: Style = {
  bold: false,
  faint: false,
  italic: false,
  underline: false,
  struck: false,
  inverse: false,
  colour: null,
  background: null,
};

export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** A sequence with parameters and a final letter, a title or link, or one of two characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const ESCAPE = /\x1b(?:\[([0-?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])/g;
const HERE = new RegExp(ESCAPE.source, "y");
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, as far as it came
const BEGUN = /^\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[ -/]*)$/;

export interface Escape {
  readonly length: number;
  readonly parameters: string;
  /** The letter that says what it does, or empty where it does nothing here. */
  readonly final: string;
}

/** The escape sequence that begins at a place, or null where none is whole. */
export function escapeAt(text: string, at: number): Escape | null {
  HERE.lastIndex = at;
  const match = HERE.exec(text);
  return match && { length: match[0].length, parameters: match[1] ?? "", final: match[2] ?? "" };
}

/** Whether a text may be the beginning of an escape sequence whose rest is still to come. */
export function isBegun(text: string): boolean {
  return BEGUN.test(text);
}

/** The spans of a text that only changes its colours, line ends included. */
export function ansiSpans(text: string): Span[] {
  const spans: Span[] = [];
  let style = PLAIN;
  let at = 0;
  const push = (to: number) => {
    if (at < to) {
      spans.push({ text: text.slice(at, to), style });
    }
  };
  for (const match of text.matchAll(ESCAPE)) {
    push(match.index);
    at = match.index + match[0].length;
    if (match[2] === "m") {
      style = restyle(style, match[1] ?? "");
    }
  }
  push(text.length);
  return spans;
}

/** Terminal text without its colours, for search, copies and screen readers. */
export function withoutAnsi(text: string): string {
  return text.replace(ESCAPE, "");
}

/** What the style sheet calls a span's look; empty for plain text. */
export function ansiClass({ style }: Span): string {
  return [
    style.bold && "ansi-bold",
    style.faint && "ansi-faint",
    style.italic && "ansi-italic",
    style.underline && "ansi-underline",
    style.struck && "ansi-struck",
    style.inverse && "ansi-inverse",
    style.colour !== null && `ansi-${style.colour}`,
    style.background !== null && `ansi-on-${style.background}`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** The style after the parameters of an `m` sequence. */
export function restyle(style: Style, parameters: string): Style {
  const codes = parameters === "" ? [0] : parameters.split(/[;:]/).map(Number);
  let next = style;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes, at + 1);
      next = code === 38 ? { ...next, colour } : { ...next, background: colour };
      at += used;
    } else {
      next = simple(next, code);
    }
  }
  return next;
}

function simple(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, faint: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 9) return { ...style, struck: true };
  if (code === 22) return { ...style, bold: false, faint: false };
  if (code === 23) return { ...style, italic: false };
  if (code === 24) return { ...style, underline: false };
  if (code === 27) return { ...style, inverse: false };
  if (code === 29) return { ...style, struck: false };
  if (code === 39) return { ...style, colour: null };
  if (code === 49) return { ...style, background: null };
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 82 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 };
  return style;
}

/** `5;n` of the 256 colours or `2;r;g;b`, and how many parameters that took. */
function extended(codes: readonly number[], at: number): [number | null, number] {
  const [kind, a = 0, b = 0, c = 0] = codes.slice(at, at + 4);
  if (kind === 2) {
    return [nearest(a, b, c), 4];
  }
  return kind === 5 ? [indexed(a), 2] : [null, 1];
}

function indexed(n: number): number {
  if (n < 16) {
    return n;
  }
  if (n >= 232) {
    return WHITE;
  }
  const cube = n - 16;
  return nearest(Math.floor(cube / 36) * 51, (Math.floor(cube / 6) % 6) * 51, (cube % 6) * 51);
}

const WHITE = 7;
/** Red, yellow, green, cyan, blue and magenta stand a sixth of the circle apart. */
const BY_HUE = [1, 3, 2, 6, 4, 5] as const;

/** The named colour of the same hue: exact colours would be unreadable in one theme or the other. */
function nearest(r: number, g: number, b: number): number {
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  const span = most - least;
  if (span < 40) {
    return WHITE;
  }
  const sixth = most === r ? (g - b) / span : most === g ? 2 + (b - r) / span : 4 + (r - g) / span;
  return BY_HUE[(Math.round(sixth) + 6) % 6] ?? WHITE;
}
