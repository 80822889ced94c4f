// Text that the room did not take, kept for the person who wrote it until they say that they have it.

import { Store } from "./store.ts";

export interface KeptText {
  readonly reason: string;
  /** Every copy that differs from the room's text, oldest first. */
  readonly texts: readonly string[];
}

export class KeptTexts {
  readonly kept = new Store<KeptText | null>(null);
  private settled: readonly string[] = [];

  /** The room begins anew, and its own text is not here yet to compare with. */
  leave(reason: string, text: string): void {
    this.show(reason, [...this.settled, text]);
  }

  /** The room's own text is here. While a disk is full this happens at every key, and each copy holds something else. */
  settle(reason: string, text: string, own: string): void {
    if (text !== own) {
      this.settled = [...this.settled, text];
    }
    this.show(reason, this.settled);
  }

  dismiss(): void {
    this.settled = [];
    this.kept.set(null);
  }

  private show(reason: string, texts: readonly string[]): void {
    this.kept.set({ reason, texts: [...new Set(texts)].filter((text) => text !== "") });
  }
}

/** All copies in one file, which is still Python. */
export function asFile(texts: readonly string[]): string {
  return texts.length === 1
    ? (texts[0] as string)
    : texts.map((text, at) => `# ---- Copy ${at + 1} of ${texts.length} ----\n${text}`).join("\n\n");
}
