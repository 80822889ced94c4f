// HTML that a run showed, which is mostly a table. It scrolls within itself; of a very long one, as much as is asked for.

import { useEffect, useRef, useState } from "preact/hooks";
import { plural } from "../../core/format.ts";

const ROWS_FIRST = 200;
const ROWS_MORE = 1000;

export function Html({ html, about }: { html: string; about: string }) {
  const host = useRef<HTMLElement>(null);
  const [most, setMost] = useState(ROWS_FIRST);
  const [rows, setRows] = useState(0);
  useEffect(() => {
    let current = true;
    // Purifying is a good tenth of the page's code, and many rooms never show a table.
    void import("./html.ts").then(({ cutRows, showHtml }) => {
      if (current && host.current !== null) {
        const cut = cutRows(html, most);
        setRows(cut.rows);
        showHtml(host.current, cut.html, about);
      }
    });
    return () => {
      current = false;
    };
  }, [html, about, most]);
  return (
    <>
      <section
        class="html-output"
        ref={host}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard
        tabIndex={0}
        aria-label={`Table or rich output of ${about}`}
      />
      {rows > most && (
        <button type="button" class="fold" onClick={() => setMost(most + ROWS_MORE)}>
          Show {Math.min(ROWS_MORE, rows - most).toLocaleString("en")} more of {plural(rows, "row")}
        </button>
      )}
    </>
  );
}
