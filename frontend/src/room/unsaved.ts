// The recorded frames of this page that the server has not acknowledged. They survive a reload in the tab's
// sessionStorage, whose writes are synchronous: a frame that was sent is never forgotten by a reload a moment later.

import type { Edit, Focus, Keys, Paste, RequestRun } from "../protocol.gen.ts";

export type Recorded = Edit | Keys | Paste | Focus | RequestRun;
type Unnumbered<T> = T extends Recorded ? Omit<T, "page" | "n"> : never;
export type ToRecord = Unnumbered<Recorded>;

/** Who this page is to the server. All of it survives a reload, so that a resent frame is known again. */
export interface PageIdentity {
  readonly page: string;
  readonly client: number;
}

interface Kept extends PageIdentity {
  readonly n: number;
  readonly history: string | null;
}

export class Unsaved {
  identity: PageIdentity;
  /** The history that the frames belong to, as the server named it. */
  history: string | null;
  /** False once the storage was full: a reload would lose what waits, so the page must say so. */
  survivesReload = true;
  /** The text as it was when edits were last left unsaved: what there is to give back if the room goes another way. */
  readonly text: string;
  private n: number;
  private frames: Recorded[];
  private readonly storage: Storage;
  private readonly key: string;

  constructor(storage: Storage, room: string) {
    this.storage = storage;
    this.key = `liveroom.page.${room}`;
    const kept = read<Kept>(storage, this.key);
    this.identity = { page: kept?.page ?? freshId(), client: kept?.client ?? freshClient() };
    this.n = kept?.n ?? 0;
    this.history = kept?.history ?? null;
    this.frames = kept === null ? [] : this.readFrames();
    this.text = storage.getItem(`${this.key}.text`) ?? "";
    storage.removeItem(`${this.key}.text`);
    this.write();
  }

  get waiting(): readonly Recorded[] {
    return this.frames;
  }

  /** Edits alone: that is what people mean by unsaved work. */
  get edits(): number {
    return this.frames.filter((frame) => frame.type === "edit").length;
  }

  /** Number a frame and keep it until it is acknowledged. */
  add(frame: ToRecord): Recorded {
    this.n += 1;
    const numbered = { ...frame, page: this.identity.page, n: this.n } as Recorded;
    this.frames.push(numbered);
    this.write();
    this.store(this.frameKey(numbered.n), JSON.stringify(numbered));
    return numbered;
  }

  /** Everything up to `n` is on the server's disk. */
  saved(n: number): void {
    for (const frame of this.frames) {
      if (frame.n <= n) {
        this.storage.removeItem(this.frameKey(frame.n));
      }
    }
    this.frames = this.frames.filter((frame) => frame.n > n);
    if (n > this.n) {
      this.n = n;
      this.write();
    }
  }

  /** One frame was refused: it must not be sent again. */
  drop(n: number): void {
    this.storage.removeItem(this.frameKey(n));
    this.frames = this.frames.filter((frame) => frame.n !== n);
  }

  keepText(text: string): void {
    if (this.edits > 0) {
      this.store(`${this.key}.text`, text);
    }
  }

  belongsTo(history: string): void {
    this.history = history;
    this.write();
  }

  /** The number of the frame that is sent next. */
  get next(): number {
    return this.frames[0]?.n ?? this.n + 1;
  }

  /**
   * A refused frame leaves a gap, and none may be left out: after one, what waits is told by a new page. True when that
   * was so.
   */
  closeGaps(): boolean {
    const { frames, next } = this;
    if (frames.every((frame, at) => frame.n === next + at)) {
      return false;
    }
    this.discard();
    this.identity = { page: freshId(), client: this.identity.client };
    this.n = 0;
    for (const { page: _page, n: _n, ...frame } of frames) {
      this.add(frame);
    }
    return true;
  }

  /** The text starts over: what waits belongs to the old one, and a new document has a client id of its own. */
  startOver(history: string): void {
    this.discard();
    this.identity = { page: this.identity.page, client: freshClient() };
    this.belongsTo(history);
  }

  /** Forget all of it, identity too: the next `Unsaved` of this room is a new page. */
  discard(): void {
    for (const frame of this.frames) {
      this.storage.removeItem(this.frameKey(frame.n));
    }
    this.frames = [];
    this.storage.removeItem(this.key);
  }

  private write(): void {
    const kept: Kept = { ...this.identity, n: this.n, history: this.history };
    this.store(this.key, JSON.stringify(kept));
  }

  private store(key: string, value: string): void {
    try {
      this.storage.setItem(key, value);
    } catch {
      this.survivesReload = false;
    }
  }

  private frameKey(n: number): string {
    return `${this.key}.${this.identity.page}.${n}`;
  }

  private readFrames(): Recorded[] {
    const prefix = `${this.key}.${this.identity.page}.`;
    const frames: Recorded[] = [];
    for (let at = 0; at < this.storage.length; at++) {
      const key = this.storage.key(at);
      const frame = key?.startsWith(prefix) ? read<Recorded>(this.storage, key) : null;
      if (frame !== null) {
        frames.push(frame);
      }
    }
    return frames.sort((a, b) => a.n - b.n);
  }
}

/**
 * A duplicated tab starts with a copy of this tab's sessionStorage, and two pages with one identity would write over
 * each other. Whoever holds the lock is the page; a copy forgets what it was given.
 */
export async function claimPage(storage: Storage, room: string): Promise<Unsaved> {
  const unsaved = new Unsaved(storage, room);
  if (await holdPage(unsaved.identity)) {
    return unsaved;
  }
  unsaved.discard();
  return claimPage(storage, room);
}

/** Wait a moment: after a reload the old page may not have let go yet. The lock is then held as long as the page lives. */
export function holdPage({ page }: PageIdentity): Promise<boolean> {
  // Without a secure context there are no locks; then a duplicated tab is left to the server, which refuses its edits.
  if (!("locks" in navigator)) {
    return Promise.resolve(true);
  }
  return new Promise((resolve) => {
    navigator.locks
      .request(`liveroom.page.${page}`, { signal: AbortSignal.timeout(1500) }, () => {
        resolve(true);
        return new Promise<never>(() => {});
      })
      .catch(() => resolve(false));
  });
}

function read<T>(storage: Storage, key: string): T | null {
  const text = storage.getItem(key);
  return text === null ? null : (JSON.parse(text) as T);
}

/** A random name for a page or a note. `crypto.randomUUID` is missing outside secure contexts. */
export function freshId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

function freshClient(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
}
