// The recorded frames of one load of the page that the server has not acknowledged, also kept on the browser's disk.
//
// No load takes over the page id or the Yjs client id of one before it. What a tab left behind, whatever the disk has of
// it, is told under its own old id; so neither a number nor a Yjs clock ever stands for two different edits.

import type { Edit, Focus, Keys, Paste, RequestRun, SetUp } from "../protocol.gen.ts";
import type { Disk, LeftPage, Owner } from "./disk.ts";
import { holdPage } from "./pageLock.ts";

export type Recorded = Edit | Keys | SetUp | Paste | Focus | RequestRun;
type Unnumbered<T> = T extends Recorded ? Omit<T, "page" | "n"> : never;
export type ToRecord = Unnumbered<Recorded>;

/** Who this load of the page is to the server, so that a frame which is sent again is known again. */
export interface PageIdentity {
  readonly page: string;
  readonly client: number;
}

/** A Yjs update of nothing: it stands for a frame that must not be sent again, for the server lets no number be left out. */
const NOTHING = "AAA=";

/**
 * Not within the key's own time; and what a server nearby acknowledges meanwhile is not written at all. A crash of the
 * tab within this time loses what was typed in it, unless that was sent.
 */
const WRITE_MS = 50;

export class Unsaved {
  identity: PageIdentity;
  /** The history that the frames belong to, as the server named it. */
  history: string | null = null;
  /** False while the disk does not take what waits: a reload would lose it. */
  survivesReload = true;
  /** The text when it was last kept. */
  text = "";
  /** `survivesReload` is another. */
  onDisk: () => void = () => {};
  /** How many edits wait: that is what people mean by unsaved work. Counted at each key, also when thousands wait. */
  edits = 0;
  /** Let another load of the page tell what waits here. */
  release: () => void = () => {};
  private n = 0;
  private frames: Recorded[] = [];
  /** The disk knows of this page. */
  private isKept: boolean;
  /** What the disk knows of this page, its frames apart, is not true any more. */
  private isStale: boolean;
  /** Frames up to this number were handed to the disk. */
  private handed = 0;
  private writing: ReturnType<typeof setTimeout> | null = null;
  private readonly disk: Disk;
  private readonly owner: Owner;

  constructor(disk: Disk, owner: Owner, left?: LeftPage) {
    this.disk = disk;
    this.owner = owner;
    this.identity = { page: left?.kept.page ?? freshId(), client: left?.kept.client ?? freshClient() };
    this.isKept = left !== undefined;
    this.isStale = left === undefined;
    if (left !== undefined) {
      this.history = left.kept.history;
      this.text = left.kept.text;
      this.become(left.frames);
      this.n = this.frames.at(-1)?.n ?? 0;
      this.handed = this.n;
    }
  }

  get waiting(): readonly Recorded[] {
    return this.frames;
  }

  /** Nothing waits that says anything. */
  get isTold(): boolean {
    return this.frames.every(isBlank);
  }

  /** The number of the frame that is sent next. */
  get next(): number {
    return this.frames[0]?.n ?? this.n + 1;
  }

  /** Number a frame and keep it until it is acknowledged. */
  add(frame: ToRecord): Recorded {
    this.n += 1;
    const numbered = { ...frame, page: this.identity.page, n: this.n } as Recorded;
    this.frames.push(numbered);
    this.edits += numbered.type === "edit" ? 1 : 0;
    this.writeSoon();
    return numbered;
  }

  /** Everything up to `n` is on the server's disk. */
  saved(n: number): void {
    this.become(this.frames.filter((frame) => frame.n > n));
    this.n = Math.max(this.n, n);
    this.writeSoon();
  }

  /** One frame was refused: it must not be sent again. */
  drop(n: number): void {
    this.blank((frame) => frame.n === n);
  }

  /** The text starts over: the edits that wait belong to the old one, and a new document has a client id of its own. */
  startOver(history: string): void {
    if (history === this.history) {
      this.blank((frame) => frame.type === "edit" || frame.type === "request-run");
    } else {
      this.become([]);
      this.writeSoon();
    }
    this.identity = { page: this.identity.page, client: freshClient() };
    this.history = history;
    this.isStale = true;
  }

  belongsTo(history: string): void {
    this.isStale ||= history !== this.history;
    this.history = history;
  }

  keepText(text: string): void {
    if (this.edits > 0 && text !== this.text) {
      this.text = text;
      this.isStale = true;
      this.writeSoon();
    }
  }

  /** Forget all of it. */
  discard(): void {
    this.become([]);
    this.write();
  }

  /** Bring the disk up to date now: the page may be about to go. */
  write(): void {
    if (this.writing !== null) {
      clearTimeout(this.writing);
      this.writing = null;
    }
    if (this.isTold) {
      this.forget();
    } else {
      this.keep();
    }
  }

  private writeSoon(): void {
    this.writing ??= setTimeout(() => {
      this.writing = null;
      this.write();
    }, WRITE_MS);
  }

  private keep(): void {
    const { identity, owner, history, text, next, handed, isStale, n } = this;
    const frames = this.frames.filter((frame) => frame.n > handed);
    const about = { ...identity, ...owner, history, text, keptMs: Date.now() };
    this.isKept = true;
    this.isStale = false;
    this.handed = n;
    this.disk.keep(identity.page, isStale ? about : null, frames, next - 1).then(
      () => this.survived(this.handed >= n),
      () => {
        this.handed = Math.min(this.handed, handed);
        this.isStale ||= isStale;
        this.survived(false);
      },
    );
  }

  private forget(): void {
    if (this.isKept) {
      this.isKept = false;
      this.isStale = true;
      this.handed = 0;
      this.disk.forget(this.identity.page).catch(() => {}); // then it goes with what is older than a month
    }
    this.survived(true);
  }

  private survived(survives: boolean): void {
    if (survives !== this.survivesReload) {
      this.survivesReload = survives;
      this.onDisk();
    }
  }

  private blank(which: (frame: Recorded) => boolean): void {
    this.become(this.frames.map((frame) => (which(frame) ? blank(frame) : frame)));
    this.handed = Math.min(this.handed, this.next - 1);
    this.writeSoon();
  }

  private become(frames: readonly Recorded[]): void {
    this.frames = [...frames];
    this.edits = frames.filter((frame) => frame.type === "edit" && !isBlank(frame)).length;
  }
}

function blank({ page, n }: Recorded): Edit {
  return { type: "edit", page, n, clientAtUs: 0, origin: "command", update: NOTHING };
}

function isBlank(frame: Recorded): boolean {
  return frame.type === "edit" && frame.update === NOTHING;
}

/** What earlier loads of this person's page left unsaved, oldest first, without those that still live. */
export async function leftUnsaved(disk: Disk, owner: Owner): Promise<Unsaved[]> {
  const pages = (await disk.left(owner)).map((left) => new Unsaved(disk, owner, left));
  const locks = await Promise.all(pages.map((page) => holdPage(page.identity.page)));
  return pages.filter((page, at) => {
    const release = locks[at] ?? null;
    page.release = release ?? page.release;
    return release !== null && !page.isTold;
  });
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
