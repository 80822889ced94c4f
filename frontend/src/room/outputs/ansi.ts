// Terminal text as coloured spans: SGR colours, and the carriage returns by which progress bars write over themselves.

export interface Span {
  readonly text: string;
  readonly bold: boolean;
  readonly faint: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  /** One of the sixteen named colours by number: those that pass contrast in both themes. */
  readonly colour: number | null;
  readonly background: number | null;
}

type Style = Omit<Span, "text">;

const PLAIN: Style = {
  bold: false,
  faint: false,
  italic: false,
  underline: false,
  colour: null,
  background: null,
};

// Any escape sequence; only those that end in `m` mean something here, the others are dropped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const ESCAPE = /\x1b(?:\[([0-9;:]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])/g;

/** The spans of a text, line ends included. */
export function ansiSpans(text: string): Span[] {
  const spans: Span[] = [];
  let style = PLAIN;
  let at = 0;
  for (const match of text.matchAll(ESCAPE)) {
    push(spans, text.slice(at, match.index), style);
    at = match.index + match[0].length;
    if (match[2] === "m") {
      style = restyle(style, match[1] ?? "");
    }
  }
  push(spans, text.slice(at), style);
  return spans;
}

/** What a terminal would show after `\r` and backspaces: each line as it was last written. */
export function settle(text: string): string {
  if (!/[\r\b]/.test(text)) {
    return text;
  }
  return text.replace(/\r+\n/g, "\n").split("\n").map(settleLine).join("\n");
}

/** Terminal text without its colours, for search, copies and screen readers. */
export function withoutAnsi(text: string): string {
  return text.replace(ESCAPE, "");
}

function settleLine(line: string): string {
  const rewritten = line
    .split("\r")
    .reduce((shown, part) => (part === "" ? shown : overwrite(shown, part)), "");
  let kept = "";
  for (const character of rewritten) {
    kept = character === "\b" ? kept.slice(0, -1) : kept + character;
  }
  return kept;
}

/** A shorter rewrite leaves the old tail; one with colours is compared by what is seen. */
function overwrite(shown: string, part: string): string {
  const width = withoutAnsi(part).length;
  const before = withoutAnsi(shown);
  return before.length > width && width > 0 ? part + before.slice(width) : part;
}

function push(spans: Span[], text: string, style: Style): void {
  if (text !== "") {
    spans.push({ text, ...style });
  }
}

function restyle(style: Style, parameters: string): Style {
  const codes = parameters === "" ? [0] : parameters.split(/[;:]/).map(Number);
  let next = style;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes.slice(at + 1));
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
  if (code === 22) return { ...style, bold: false, faint: false };
  if (code === 23) return { ...style, italic: false };
  if (code === 24) return { ...style, underline: false };
  if (code === 39) return { ...style, colour: null };
  if (code === 49) return { ...style, background: null };
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 82 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 };
  return style;
}

/** `5;n` of the 256 colours or `2;r;g;b`, and how many parameters that took. */
function extended(codes: readonly number[]): [number | null, number] {
  const [kind, a = 0, b = 0, c = 0] = codes;
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
