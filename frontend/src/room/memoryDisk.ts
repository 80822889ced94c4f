// A disk that lasts no longer than its page: for practice rooms, and for tests, where it can be full.

import type { Disk, KeptCopies, KeptPage, LeftPage, Owner } from "./disk.ts";
import type { Recorded } from "./unsaved.ts";

export class MemoryDisk implements Disk {
  full = false;
  pages = new Map<string, KeptPage>();
  private frames = new Map<string, Map<number, Recorded>>();
  private keptCopies = new Map<string, KeptCopies>();

  /** The disk as it is now, for what comes after a crash. */
  asItIs(): MemoryDisk {
    const copy = new MemoryDisk();
    copy.pages = structuredClone(this.pages);
    copy.frames = structuredClone(this.frames);
    copy.keptCopies = structuredClone(this.keptCopies);
    return copy;
  }

  async keep(page: string, about: KeptPage | null, frames: readonly Recorded[], gone: number): Promise<void> {
    this.refuseIfFull();
    if (about !== null) {
      this.pages.set(page, about);
    }
    const of = this.frames.get(page) ?? new Map<number, Recorded>();
    this.frames.set(page, of);
    for (const frame of frames) {
      of.set(frame.n, frame);
    }
    for (const n of [...of.keys()].filter((n) => n <= gone)) {
      of.delete(n);
    }
  }

  async forget(page: string): Promise<void> {
    this.pages.delete(page);
    this.frames.delete(page);
  }

  async left(owner: Owner): Promise<LeftPage[]> {
    return [...this.pages.values()]
      .filter((kept) => belongs(kept, owner))
      .map((kept) => ({ kept, frames: [...(this.frames.get(kept.page)?.values() ?? [])].sort(byNumber) }));
  }

  async keepCopies(copies: KeptCopies): Promise<void> {
    this.refuseIfFull();
    this.keptCopies.set(copies.page, copies);
  }

  async forgetCopies(pages: readonly string[]): Promise<void> {
    for (const page of pages) {
      this.keptCopies.delete(page);
    }
  }

  async copies(owner: Owner): Promise<KeptCopies[]> {
    return [...this.keptCopies.values()].filter((kept) => belongs(kept, owner));
  }

  private refuseIfFull(): void {
    if (this.full) {
      throw new DOMException("full", "QuotaExceededError");
    }
  }
}

const belongs = (kept: Owner, owner: Owner) =>
  kept.room === owner.room && kept.participant === owner.participant;

const byNumber = (a: Recorded, b: Recorded) => a.n - b.n;
