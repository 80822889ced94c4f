// A picture with a title that says the finding, its key, and its numbers as a table one press away.

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import "./figure.css";

interface FigureProps {
  title: string;
  /** How to read the picture, in a sentence. */
  note?: ComponentChildren;
  /** The signs that the picture uses, each with its meaning. */
  signs?: readonly Sign[];
  table?: ComponentChildren;
  /** Draws at the width in pixels that there is, so that letters keep their size. */
  children: (width: number) => ComponentChildren;
}

export interface Sign {
  look:
    | "home"
    | "live"
    | "outline"
    | "bars"
    | "cohort"
    | "interval"
    | "span"
    | "same"
    | "different"
    | "moment"
    | "change";
  words: string;
}

/** Before the browser has said how much room there is, and in tests. */
const WIDTH = 640;

export function Figure({ title, note, signs = [], table, children }: FigureProps) {
  const id = useId();
  const [area, width] = useWidth();
  return (
    <figure class="figure" aria-labelledby={id}>
      <figcaption>
        <h3 id={id}>{title}</h3>
        {note && <p class="quiet">{note}</p>}
      </figcaption>
      {signs.length > 0 && (
        <ul class="figure-signs">
          {signs.map(({ look, words }) => (
            <li key={look}>
              <span class={`figure-sign ${look}-sign`} aria-hidden="true" /> {words}
            </li>
          ))}
        </ul>
      )}
      <div class="figure-area" ref={area}>
        {children(width)}
      </div>
      {table && (
        <details class="figure-table">
          <summary>The same as a table</summary>
          {table}
        </details>
      )}
    </figure>
  );
}

function useWidth() {
  const area = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(WIDTH);
  useLayoutEffect(() => {
    const { current } = area;
    if (!current) return;
    const measure = () => current.clientWidth > 0 && setWidth(current.clientWidth);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  return [area, width] as const;
}
