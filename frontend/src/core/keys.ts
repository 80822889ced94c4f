// Key presses and releases with the browser's own event times, gathered into small batches.

import type { KeyWay } from "../protocol.gen.ts";

export type Key = [clientAtUs: number, way: KeyWay, code: string, flags: number];

export const BATCH_MS = 250;
export const BATCH_KEYS = 64;
const CODE_CHARS_MAX = 24;
const MODIFIER = /^(Shift|Control|Alt|Meta|CapsLock)/;

export const REPEAT = 1;
export const UNTRUSTED = 2;
export const COMPOSING = 4;
export const CHORD = 8;

/** The part of a `KeyboardEvent` that is looked at. Recorded is which physical key, when, and how; never which character. */
export interface KeyLike {
  readonly type: string;
  readonly timeStamp: number;
  readonly code: string;
  readonly key: string;
  readonly keyCode: number;
  readonly repeat: boolean;
  readonly isTrusted: boolean;
  readonly isComposing: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  getModifierState(modifier: string): boolean;
}

export function toKey(event: KeyLike, at: (timeStampMs: number) => number, isMac: boolean): Key {
  const flags =
    (event.repeat ? REPEAT : 0) |
    (event.isTrusted ? 0 : UNTRUSTED) |
    (composes(event) ? COMPOSING : 0) |
    (isChord(event, isMac) ? CHORD : 0);
  const way = event.type === "keyup" ? "up" : "down";
  return [at(event.timeStamp), way, event.code.slice(0, CODE_CHARS_MAX), flags];
}

/** Dead keys and input methods; 229 is what a browser says of a key that an input method took. */
function composes({ isComposing, key, keyCode }: KeyLike): boolean {
  return isComposing || key === "Dead" || key === "Process" || keyCode === 229;
}

/** AltGr, which Windows tells as Ctrl with Alt, and Option on a Mac write characters, as Shift does: no commands. */
function isChord(event: KeyLike, isMac: boolean): boolean {
  const { ctrlKey, metaKey, altKey } = event;
  return metaKey || ((ctrlKey || (altKey && !isMac)) && !event.getModifierState("AltGraph"));
}

/** Which keys are down, as far as the page can see. */
class HeldKeys {
  private readonly codes = new Set<string>();
  private readonly isMac: boolean;

  constructor(isMac: boolean) {
    this.isMac = isMac;
  }

  /** Take a press or release; returns the keys whose release cannot be seen any more. */
  follow([, way, code]: Key): readonly string[] {
    if (way === "down") {
      this.codes.add(code);
      return [];
    }
    this.codes.delete(code);
    // A Mac tells no release while Meta is held, but for those of modifiers.
    return this.isMac && code.startsWith("Meta") ? this.lose((held) => !MODIFIER.test(held)) : [];
  }

  lose(which: (code: string) => boolean = () => true): readonly string[] {
    const lost = [...this.codes].filter(which);
    for (const code of lost) {
      this.codes.delete(code);
    }
    return lost;
  }
}

/** Hands on a batch when it is full or old enough; `flush` sends what there is, at once. */
export class KeyBatches {
  private keys: Key[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly send: (keys: Key[]) => void;

  constructor(send: (keys: Key[]) => void) {
    this.send = send;
  }

  add(key: Key): void {
    this.keys.push(key);
    if (this.keys.length >= BATCH_KEYS) {
      this.flush();
    } else {
      this.timer ??= setTimeout(() => this.flush(), BATCH_MS);
    }
  }

  flush(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    if (this.keys.length > 0) {
      const keys = this.keys;
      this.keys = [];
      this.send(keys);
    }
  }
}

/**
 * Records the keys of one element until the returned function is called. Capture comes before the editor's own handlers.
 * Keys that are down when the element's focus goes are lost: where they come up is not ours to see.
 */
export function recordKeys(
  element: HTMLElement,
  at: (timeStampMs: number) => number,
  batches: KeyBatches,
  isMac: boolean,
): () => void {
  const held = new HeldKeys(isMac);
  const lose = (atUs: number, codes: readonly string[]) => {
    for (const code of codes) {
      batches.add([atUs, "lost", code, 0]);
    }
  };
  const listen = (event: KeyboardEvent) => {
    const key = toKey(event, at, isMac);
    batches.add(key);
    lose(key[0], held.follow(key));
  };
  const leave = ({ relatedTarget, timeStamp }: FocusEvent) => {
    if (!element.contains(relatedTarget as Node | null)) {
      lose(at(timeStamp), held.lose());
    }
  };
  const ending = new AbortController();
  const options = { capture: true, passive: true, signal: ending.signal };
  element.addEventListener("keydown", listen, options);
  element.addEventListener("keyup", listen, options);
  element.addEventListener("focusout", leave, options);
  return () => {
    ending.abort();
    batches.flush();
  };
}
