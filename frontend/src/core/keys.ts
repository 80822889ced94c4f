// Key presses and releases with the browser's own event times, gathered into small batches.

import type { KeyWay } from "../protocol.gen.ts";

export type Key = [clientAtUs: number, way: KeyWay, code: string, flags: number];

export const BATCH_MS = 250;
export const BATCH_KEYS = 64;
const CODE_CHARS_MAX = 24;

export const REPEAT = 1;
export const UNTRUSTED = 2;
export const COMPOSING = 4;

/** The part of a `KeyboardEvent` that is recorded: which physical key, when, and how; never which character. */
export interface KeyLike {
  readonly type: string;
  readonly timeStamp: number;
  readonly code: string;
  readonly repeat: boolean;
  readonly isTrusted: boolean;
  readonly isComposing: boolean;
}

export function toKey(event: KeyLike, at: (timeStampMs: number) => number): Key {
  const flags =
    (event.repeat ? REPEAT : 0) | (event.isTrusted ? 0 : UNTRUSTED) | (event.isComposing ? COMPOSING : 0);
  const way = event.type === "keyup" ? "up" : "down";
  return [at(event.timeStamp), way, event.code.slice(0, CODE_CHARS_MAX), flags];
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

/** Records the keys of one element until the returned function is called. Capture comes before the editor's own handlers. */
export function recordKeys(
  element: HTMLElement,
  at: (timeStampMs: number) => number,
  batches: KeyBatches,
): () => void {
  const listen = (event: KeyboardEvent) => batches.add(toKey(event, at));
  const options = { capture: true, passive: true };
  element.addEventListener("keydown", listen, options);
  element.addEventListener("keyup", listen, options);
  return () => {
    element.removeEventListener("keydown", listen, options);
    element.removeEventListener("keyup", listen, options);
    batches.flush();
  };
}
