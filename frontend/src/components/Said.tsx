// Somebody's own words, with their name and when they wrote them.
import type { ComponentChildren } from "preact";
import "./said.css";

interface SaidProps {
  by: string;
  when: string | undefined;
  words: string;
  /** Between the name and the words. */
  children?: ComponentChildren;
}

export function Said({ by, when, words, children }: SaidProps) {
  return (
    <figure class="said">
      <figcaption>
        <strong>{by}</strong>
        {when && <span class="quiet"> · {when}</span>}
      </figcaption>
      {children}
      {words ? <blockquote>{words}</blockquote> : <p class="quiet">Nothing written beside it.</p>}
    </figure>
  );
}
