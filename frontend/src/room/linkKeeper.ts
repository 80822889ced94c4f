// Keeps the connection's state up to date as frames wait and are acknowledged.

import { connecting, type Link } from "./link.ts";
import { Store } from "./store.ts";

/** "Saved" comes this long after the last acknowledgement, so that the word does not change at every key. */
export const SETTLE_MS = 300;

export class LinkKeeper {
  readonly link = new Store<Link>(connecting);
  private settling: ReturnType<typeof setTimeout> | null = null;

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

  /** `waiting` edits are not acknowledged. "Saved" is never said while one waits. */
  count(waiting: number, fragile: boolean): void {
    const before = this.link.get();
    if (waiting > 0) {
      this.stopSettling();
    } else if (before.saving && this.settling === null) {
      this.settling = setTimeout(() => {
        this.settling = null;
        this.change({ saving: false });
      }, SETTLE_MS);
    }
    const saving = waiting > 0 || before.saving;
    if (before.waiting !== waiting || before.fragile !== fragile || before.saving !== saving) {
      this.change({ waiting, fragile, saving });
    }
  }

  private stopSettling(): void {
    if (this.settling !== null) {
      clearTimeout(this.settling);
      this.settling = null;
    }
  }

  private change(part: Partial<Link>): void {
    this.link.set({ ...this.link.get(), ...part });
  }
}
