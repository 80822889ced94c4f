// What this page has asked the server to do with files, and what became of it.

import type { FileView, FromClient, FromServer } from "../protocol.gen.ts";
import { MAIN_FILE } from "../protocol.gen.ts";
import { pathOf } from "./files.ts";
import { personOf, type RoomState } from "./state.ts";
import { Store } from "./store.ts";

/** Something asked of the server. It is answered by the change itself, or by a reason why not. */
export type FileRequest = Extract<FromClient, { type: "add-file" | "rename-file" | "delete-file" }>;

export interface Asked {
  readonly request: FileRequest;
  readonly refused: string | null;
}

/** A file that this page has deleted, as it was then. */
export interface DeletedFile {
  readonly path: string;
  readonly text: string;
}

export interface FilesWorld {
  send(message: FileRequest): void;
  /** The file that the editor shows. */
  shown(): string;
  open(file: string): void;
  textOf(file: string): string;
  /** Said to somebody whose file another has taken away. */
  tell(words: string): void;
}

export class FileRequests {
  /** The last request, until it is granted or given up. */
  readonly asked = new Store<Asked | null>(null);
  /** The last file that this page deleted, so that it can be brought back. */
  readonly deleted = new Store<DeletedFile | null>(null);
  private deleting: DeletedFile | null = null;
  private readonly world: FilesWorld;

  constructor(world: FilesWorld) {
    this.world = world;
  }

  add(path: string, text = ""): void {
    this.ask({ type: "add-file", path, ...(text === "" ? {} : { text }) });
  }

  rename(file: string, path: string): void {
    this.ask({ type: "rename-file", file, path });
  }

  delete({ file, path }: FileView): void {
    this.deleting = { path, text: this.world.textOf(file) };
    this.ask({ type: "delete-file", file });
  }

  /** Bring back what was deleted last, under its name, as a new file. */
  restore(): void {
    const { path, text } = this.deleted.get() ?? {};
    this.deleted.set(null);
    if (path !== undefined) {
      this.add(path, text);
    }
  }

  giveUp(): void {
    this.asked.set(null);
  }

  /** A refusal that concerns files stands where it was asked for: true when it was one. */
  refused(reason: string): boolean {
    const asked = this.asked.get();
    if (asked === null || asked.refused !== null) {
      return false;
    }
    this.asked.set({ ...asked, refused: reason });
    return true;
  }

  /** What was sent may not have come through. */
  lost(): void {
    this.refused("The connection broke before the server answered; try again when it is back.");
  }

  /** The list of files came anew: `before` is the room as it was, `now` as it is. */
  changed(before: RoomState, now: RoomState, message: FromServer): void {
    const shown = this.world.shown();
    const gone = pathOf(now.files, shown) === undefined;
    const request = this.asked.get()?.request;
    const own = request?.type === "delete-file" && request.file === shown;
    if (message.type === "files-changed" && message.by === now.you) {
      this.granted(before, message);
    }
    if (!gone) {
      return;
    }
    this.world.open(MAIN_FILE);
    if (!own) {
      const by = message.type === "files-changed" ? message.by : undefined;
      const who = by === undefined ? undefined : personOf(now.people, by)?.name;
      const path = pathOf(before.files, shown) ?? "The file";
      const how = who === undefined ? `${path} was deleted` : `${who} deleted ${path}`;
      this.world.tell(`${how}, so ${pathOf(now.files, MAIN_FILE)} is shown.`);
    }
  }

  private granted(before: RoomState, { file, files }: { file: string; files: readonly FileView[] }): void {
    const request = this.asked.get()?.request;
    const path = files.find((view) => view.file === file)?.path;
    switch (request?.type) {
      case "add-file":
        if (path !== undefined && pathOf(before.files, file) === undefined) {
          this.asked.set(null);
          this.world.open(file);
        }
        return;
      case "rename-file":
        if (request.file === file) {
          this.asked.set(null);
        }
        return;
      case "delete-file":
        if (request.file === file && path === undefined) {
          this.asked.set(null);
          this.deleted.set(this.deleting);
        }
        return;
      default:
        return;
    }
  }

  private ask(request: FileRequest): void {
    this.asked.set({ request, refused: null });
    this.world.send(request);
  }
}
