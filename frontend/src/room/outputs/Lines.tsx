// Lines of a screen, in their colours. What is wider than its place scrolls by itself.

import { useEffect, useRef } from "preact/hooks";
import { ansiClass } from "./ansi.ts";
import type { Screen } from "./screen.ts";

interface LinesProps {
  screen: Screen;
  tone: string;
  from: number;
  to: number;
}

export function Lines({ screen, tone, from, to }: LinesProps) {
  const place = useRef<HTMLPreElement>(null);
  // What scrolls must be within the keyboard's reach.
  useEffect(() => {
    const pre = place.current;
    if (pre !== null) {
      pre.tabIndex = pre.scrollWidth > pre.clientWidth ? 0 : -1;
    }
  });
  return (
    <pre class={`terminal ${tone}`} ref={place}>
      {drawn(screen, from, to)}
    </pre>
  );
}

/** Plain text and coloured spans; plain text goes on over the ends of lines. */
export function drawn(screen: Screen, from: number, to: number) {
  const parts: { text: string; look: string }[] = [];
  const add = (text: string, look: string) => {
    const last = parts.at(-1);
    if (last?.look === look) {
      last.text += text;
    } else {
      parts.push({ text, look });
    }
  };
  for (let at = from; at < to; at++) {
    for (const span of screen.spans(at)) {
      add(span.text, ansiClass(span));
    }
    if (at + 1 < to) {
      add("\n", "");
    }
  }
  return parts.map(({ text, look }, at) =>
    look === "" ? (
      text
    ) : (
      <span key={at} class={look}>
        {text}
      </span>
    ),
  );
}
