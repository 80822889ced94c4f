// Very many lines in a box of their own: only those in sight, and some around them, are on the page.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { drawn } from "./Lines.tsx";
import type { Screen } from "./screen.ts";

/** So many around the middle of what is in sight: two boxes of the greatest height. */
const LINES_DRAWN = 160;
/** Browsers place nothing below some 33 million pixels. What is left out is in the download. */
const LINES_MAX = 1_000_000;
/** At the end, but for what rounding takes. */
const END_PX = 4;

interface LineWindowProps {
  screen: Screen;
  tone: string;
  label: string;
}

export function LineWindow({ screen, tone, label }: LineWindowProps) {
  const box = useRef<HTMLElement>(null);
  const [first, setFirst] = useState(0);
  const linePx = useRef(20);
  const atEnd = useRef(false);
  const count = Math.min(screen.length, LINES_MAX);
  const from = Math.max(0, Math.min(first, count - LINES_DRAWN));

  const look = (place: HTMLElement) => {
    linePx.current = Number.parseFloat(getComputedStyle(place).lineHeight) || linePx.current;
    const middle = (place.scrollTop + place.clientHeight / 2) / linePx.current;
    atEnd.current = place.scrollTop + place.clientHeight >= place.scrollHeight - END_PX;
    // In steps, so that most of scrolling draws nothing.
    setFirst(Math.floor((middle - LINES_DRAWN / 2) / 20) * 20);
  };
  // Who reads the last lines while more are printed goes on reading the last lines.
  useLayoutEffect(() => {
    if (box.current !== null && atEnd.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [screen.length]);

  return (
    <section
      class={`terminal ${tone} lines-box`}
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard
      tabIndex={0}
      aria-label={label}
      onScroll={(event) => look(event.currentTarget)}
    >
      <div
        class="lines-all"
        style={{ height: `calc(${count} * var(--terminal-line))`, minWidth: `${screen.width}ch` }}
      >
        <pre style={{ top: `calc(${from} * var(--terminal-line))` }}>
          {drawn(screen, from, Math.min(count, from + LINES_DRAWN))}
        </pre>
      </div>
      {screen.length > count && (
        <p class="quiet output-note">The first million lines are here; all of them are in the download.</p>
      )}
    </section>
  );
}
