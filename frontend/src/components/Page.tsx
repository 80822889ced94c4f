// The frame of every page but the live room: a bar with the name, a way to skip it, and one main landmark.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { ThemeSwitch } from "./ThemeSwitch.tsx";
import "./page.css";

interface PageProps {
  /** The document's title; "liveroom" follows it. */
  title: string;
  children: ComponentChildren;
  /** Right of the name. */
  beside?: ComponentChildren;
  /** At the other end of the bar. */
  bar?: ComponentChildren;
  /** Only the owner has a dashboard to go back to. */
  home?: boolean;
  width?: "narrow" | "middle" | "whole";
}

export function Page({ title, children, beside, bar, home, width = "middle" }: PageProps) {
  useEffect(() => {
    document.title = `${title} · liveroom`;
  }, [title]);
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to the content
      </a>
      <header class="page-bar">
        {home ? (
          <a class="page-name" href="/">
            <Mark /> liveroom
          </a>
        ) : (
          <span class="page-name">
            <Mark /> liveroom
          </span>
        )}
        {beside}
        <div class="page-bar-more">
          {bar}
          <ThemeSwitch />
        </div>
      </header>
      <main id="main" tabIndex={-1} class={`page-main ${width}`}>
        {children}
      </main>
    </>
  );
}

/** A prompt and two people's carets: the room in a picture, as in icon.svg. */
function Mark() {
  return (
    <svg class="page-mark" viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M7 9l7 7-7 7"
        fill="none"
        stroke="currentColor"
        stroke-width="3.4"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
      <rect x="17.5" y="7" width="3.4" height="18" rx="1.7" fill="#0090ff" />
      <rect x="25" y="7" width="3.4" height="18" rx="1.7" fill="#f76b15" />
    </svg>
  );
}
