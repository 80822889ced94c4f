// Text that the room did not take, kept for the person who wrote it until they say that they have it.

import type { Disk, KeptCopies, Owner } from "./disk.ts";
import { Store } from "./store.ts";

export interface KeptText {
  readonly reason: string;
  /** Every copy that differs from the room's text, oldest first. */
  readonly texts: readonly string[];
  /** False once the browser's disk did not take them: a reload would lose them. */
  readonly survives: boolean;
}

export class KeptTexts {
  readonly kept = new Store<KeptText | null>(null);
  private settled: readonly string[] = [];
  /** The loads of the page that the copies on the disk are from. */
  private readonly pages: readonly string[];
  private readonly disk: Disk;
  private readonly owner: Owner;
  private readonly page: string;

  /** `before` is what earlier loads of the page kept and nobody has dismissed. */
  constructor(disk: Disk, owner: Owner, page: string, before: readonly KeptCopies[]) {
    this.disk = disk;
    this.owner = owner;
    this.page = page;
    this.pages = [page, ...before.map((copies) => copies.page)];
    this.settled = distinct(before.flatMap((copies) => copies.texts));
    const last = before.at(-1);
    if (last !== undefined) {
      this.kept.set({ reason: last.reason, texts: this.settled, survives: true });
    }
  }

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

  /** An earlier load of the page had a text that the room does not take. */
  keep(reason: string, text: string): void {
    this.settled = [...this.settled, text];
    this.show(reason, this.settled);
  }

  dismiss(): void {
    this.settled = [];
    this.kept.set(null);
    this.disk.forgetCopies(this.pages).catch(() => {}); // then they go with what is older than a month
  }

  private show(reason: string, all: readonly string[]): void {
    const texts = distinct(all);
    this.kept.set({ reason, texts, survives: true });
    this.write(reason, texts).catch(() => {
      if (this.kept.get()?.texts === texts) {
        this.kept.set({ reason, texts, survives: false });
      }
    });
  }

  private write(reason: string, texts: readonly string[]): Promise<void> {
    const { disk, page, owner } = this;
    return texts.length === 0
      ? disk.forgetCopies([page])
      : disk.keepCopies({ page, ...owner, reason, texts, keptMs: Date.now() });
  }
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => text !== "");
}

/** All copies in one file, which is still Python. */
export function asFile(texts: readonly string[]): string {
  return texts.length === 1
    ? (texts[0] as string)
    : texts.map((text, at) => `# ---- Copy ${at + 1} of ${texts.length} ----\n${text}`).join("\n\n");
}
