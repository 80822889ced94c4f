// Keeps the connection's state up to date as frames wait and are acknowledged.

import { connecting, type Link } from "./link.ts";
import { Store } from "./store.ts";
import type { Unsaved } from "./unsaved.ts";

const SLOW_MS = 400;

export class LinkKeeper {
  readonly link = new Store<Link>(connecting);
  private slow: ReturnType<typeof setTimeout> | null = null;

  online(): void {
    this.change({ phase: "online", problem: null });
  }

  offline(): void {
    this.change({ phase: "offline" });
  }

  ended(problem: string): void {
    this.change({ phase: "ended", problem });
  }

  explain(problem: string): void {
    this.change({ problem });
  }

  /** "Saving" is said only of edits that have waited a while: a word that changes at every key tells nothing. */
  count(unsaved: Unsaved): void {
    const waiting = unsaved.edits;
    if (waiting > 0) {
      this.slow ??= setTimeout(() => this.change({ slow: true }), SLOW_MS);
    } else if (this.slow !== null) {
      clearTimeout(this.slow);
      this.slow = null;
    }
    const { link } = this;
    const fragile = !unsaved.survivesReload;
    if (link.get().waiting !== waiting || link.get().fragile !== fragile) {
      this.change({ waiting, fragile, slow: link.get().slow && waiting > 0 });
    }
  }

  private change(part: Partial<Link>): void {
    this.link.set({ ...this.link.get(), ...part });
  }
}
