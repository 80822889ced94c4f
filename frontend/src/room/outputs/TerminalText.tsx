// What a run printed, in its colours; long text is folded until somebody asks for it.

import { useEffect, useRef, useState } from "preact/hooks";
import { plural } from "../../core/format.ts";
import { ansiSpans, type Span, settle } from "./ansi.ts";

const LINES_SHOWN = 40;
const LINES_FOLDED = 30;
const LINE_CHARS_MAX = 4000;

export function TerminalText({ text, tone }: { text: string; tone: "stdout" | "stderr" | "traceback" }) {
  const [whole, setWhole] = useState(false);
  const settled = settle(text).replace(/\n$/, "");
  const lines = settled.split("\n");
  const folded = !whole && lines.length > LINES_SHOWN;
  const shown = folded ? [...lines.slice(0, LINES_FOLDED - 10), null, ...lines.slice(-10)] : lines;
  const hidden = shown.indexOf(null);
  const block = (part: readonly (string | null)[]) => (
    <Block tone={tone} text={part.map((line) => shorten(line ?? "")).join("\n")} />
  );
  return (
    <div class="terminal-block">
      {tone === "stderr" && <span class="visually-hidden">Standard error: </span>}
      {folded ? (
        <>
          {block(shown.slice(0, hidden))}
          <button type="button" class="fold" onClick={() => setWhole(true)}>
            Show all {plural(lines.length, "line")}
          </button>
          {block(shown.slice(hidden + 1))}
        </>
      ) : (
        block(lines)
      )}
      {whole && lines.length > LINES_SHOWN && (
        <button type="button" class="fold" onClick={() => setWhole(false)}>
          Fold {plural(lines.length, "line")}
        </button>
      )}
    </div>
  );
}

/** What is wider than its place scrolls, and then keyboards must be able to reach it. */
function Block({ tone, text }: { tone: string; text: string }) {
  const place = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const pre = place.current;
    if (pre !== null) {
      pre.tabIndex = pre.scrollWidth > pre.clientWidth ? 0 : -1;
    }
  });
  return (
    <pre class={`terminal ${tone}`} ref={place}>
      {spans(text)}
    </pre>
  );
}

function shorten(line: string): string {
  return line.length > LINE_CHARS_MAX ? `${line.slice(0, LINE_CHARS_MAX)} …` : line;
}

function spans(text: string) {
  return ansiSpans(text).map((span, at) => {
    const name = look(span);
    return name === "" ? (
      span.text
    ) : (
      <span key={at} class={name}>
        {span.text}
      </span>
    );
  });
}

function look(span: Span): string {
  return [
    span.bold && "ansi-bold",
    span.faint && "ansi-faint",
    span.italic && "ansi-italic",
    span.underline && "ansi-underline",
    span.colour !== null && `ansi-${span.colour}`,
    span.background !== null && `ansi-on-${span.background}`,
  ]
    .filter(Boolean)
    .join(" ");
}
