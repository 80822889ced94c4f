// What this browser can do, looked up in the browser itself.

import type { BrowserFacts } from "./preflight.ts";

const NEEDED: readonly [name: string, has: () => boolean][] = [
  ["websockets", () => "WebSocket" in window],
  ["storage", () => "indexedDB" in window && "sessionStorage" in window],
  ["dialogs", () => "showModal" in HTMLDialogElement.prototype],
  ["menus (popover)", () => "popover" in HTMLElement.prototype],
  ["current JavaScript", () => "with" in Array.prototype],
];

/** How long the clock is watched for: it may stand still for a millisecond and more where it is made coarse. */
const WATCHED_MS = 20;

export function browserFacts(): BrowserFacts {
  return {
    missing: NEEDED.filter(([, has]) => !has()).map(([name]) => name),
    secure: isSecureContext,
    clockStepUs: clockStepUs(),
  };
}

function clockStepUs(): number {
  const start = performance.now();
  let [before, least] = [start, WATCHED_MS];
  while (before - start < WATCHED_MS) {
    const now = performance.now();
    if (now > before) {
      least = Math.min(least, now - before);
    }
    before = now;
  }
  return Math.max(1, Math.round(least * 1000));
}
