// What this browser keeps of a room on its own disk, in IndexedDB: frames that the server has not acknowledged, and
// copies of text that the room did not take. It outlives a reload, a crash of the tab and the tab itself.

import type { Recorded } from "./unsaved.ts";

/** Whose room it is: one browser may hold several people of one room. */
export interface Owner {
  readonly room: string;
  readonly participant: string;
}

/** One load of the page, for as long as frames of it wait. */
export interface KeptPage extends Owner {
  readonly page: string;
  readonly client: number;
  readonly history: string | null;
  /** The text as the page last showed it: what there is to give back if the room goes another way. */
  readonly text: string;
  /** When it was written, in the machine's own milliseconds. */
  readonly keptMs: number;
}

/** What one load of the page keeps for its author until they say that they have it. */
export interface KeptCopies extends Owner {
  readonly page: string;
  readonly reason: string;
  readonly texts: readonly string[];
  readonly keptMs: number;
}

export interface LeftPage {
  readonly kept: KeptPage;
  /** In order and without gaps. */
  readonly frames: readonly Recorded[];
}

/** Every method is one transaction: all of it or nothing. Writes take effect in the order in which they are asked for. */
export interface Disk {
  /** Write more of a page's frames, forget those up to `gone`, and write what is known of the page if that has changed. */
  keep(page: string, about: KeptPage | null, frames: readonly Recorded[], gone: number): Promise<void>;
  forget(page: string): Promise<void>;
  left(owner: Owner): Promise<LeftPage[]>;
  keepCopies(copies: KeptCopies): Promise<void>;
  forgetCopies(pages: readonly string[]): Promise<void>;
  copies(owner: Owner): Promise<KeptCopies[]>;
}

const DAYS_KEPT = 30;
/** Some browsers neither open nor refuse while they are busy with another tab's. */
const OPENING_MS = 2000;
const PAGES = "pages";
const FRAMES = "frames";
const COPIES = "copies";

/** Without IndexedDB, as in some private windows, the answer is a disk on which every write fails. */
export async function openDisk(name = "liveroom"): Promise<Disk> {
  try {
    const disk = new BrowserDisk(await opened(name));
    disk.forgetBefore(Date.now() - DAYS_KEPT * 24 * 3600 * 1000).catch(() => {}); // the next page tries again
    return disk;
  } catch {
    return new NoDisk();
  }
}

class BrowserDisk implements Disk {
  private readonly db: IDBDatabase;

  constructor(db: IDBDatabase) {
    this.db = db;
    // A later version of the page may want the database otherwise; then this one's writes fail, and it says so.
    db.onversionchange = () => db.close();
  }

  keep(page: string, about: KeptPage | null, frames: readonly Recorded[], gone: number): Promise<void> {
    return this.write([PAGES, FRAMES], (store) => {
      if (about !== null) {
        store(PAGES).put(about);
      }
      for (const frame of frames) {
        store(FRAMES).put(frame);
      }
      store(FRAMES).delete(framesOf(page, gone));
    });
  }

  forget(page: string): Promise<void> {
    return this.write([PAGES, FRAMES], (store) => {
      store(PAGES).delete(page);
      store(FRAMES).delete(framesOf(page));
    });
  }

  async left(owner: Owner): Promise<LeftPage[]> {
    const from = this.db.transaction([PAGES, FRAMES]);
    const pages = await result<KeptPage[]>(from.objectStore(PAGES).index("owner").getAll(keyOf(owner)));
    const left = pages.map(async (kept) => {
      const frames = await result<Recorded[]>(from.objectStore(FRAMES).getAll(framesOf(kept.page)));
      // After a write that failed a later one may have succeeded: what follows a gap cannot be told.
      return { kept, frames: frames.filter(({ n }, at) => n === (frames[0]?.n ?? 0) + at) };
    });
    return (await Promise.all(left)).sort((a, b) => a.kept.keptMs - b.kept.keptMs);
  }

  keepCopies(copies: KeptCopies): Promise<void> {
    return this.write([COPIES], (store) => store(COPIES).put(copies));
  }

  forgetCopies(pages: readonly string[]): Promise<void> {
    return this.write([COPIES], (store) => {
      for (const page of pages) {
        store(COPIES).delete(page);
      }
    });
  }

  async copies(owner: Owner): Promise<KeptCopies[]> {
    const store = this.db.transaction(COPIES).objectStore(COPIES);
    const copies = await result<KeptCopies[]>(store.index("owner").getAll(keyOf(owner)));
    return copies.sort((a, b) => a.keptMs - b.keptMs);
  }

  /** What nobody came back for: a machine must not keep somebody's typing for ever. */
  async forgetBefore(ms: number): Promise<void> {
    const from = this.db.transaction([PAGES, COPIES]);
    const all = [PAGES, COPIES].map((name) =>
      result<(KeptPage | KeptCopies)[]>(from.objectStore(name).getAll()),
    );
    const [pages, copies] = (await Promise.all(all)).map((kept) =>
      kept.filter(({ keptMs }) => keptMs < ms).map(({ page }) => page),
    );
    await Promise.all((pages ?? []).map((page) => this.forget(page)));
    await this.forgetCopies(copies ?? []);
  }

  /**
   * Relaxed: done when the operating system has it. That survives the tab and the browser; a power cut may take the last
   * seconds, which a server that is up has already.
   */
  private write(names: string[], work: (store: (name: string) => IDBObjectStore) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.db.transaction(names, "readwrite", { durability: "relaxed" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      work((name) => transaction.objectStore(name));
      transaction.commit(); // at once, because a page that is being left does not live to see its requests succeed
    });
  }
}

class NoDisk implements Disk {
  keep = () => refuse();
  keepCopies = () => refuse();
  forget = () => Promise.resolve();
  forgetCopies = () => Promise.resolve();
  left = () => Promise.resolve([]);
  copies = () => Promise.resolve([]);
}

function refuse(): Promise<never> {
  return Promise.reject(new DOMException("This browser keeps nothing.", "InvalidStateError"));
}

function keyOf({ room, participant }: Owner): string[] {
  return [room, participant];
}

function framesOf(page: string, upTo = Number.MAX_SAFE_INTEGER): IDBKeyRange {
  return IDBKeyRange.bound([page, 0], [page, upTo]);
}

function opened(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    setTimeout(reject, OPENING_MS);
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(FRAMES, { keyPath: ["page", "n"] });
      for (const kept of [PAGES, COPIES]) {
        const store = request.result.createObjectStore(kept, { keyPath: "page" });
        store.createIndex("owner", ["room", "participant"]);
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function result<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error);
  });
}
