// One person's time in one room: the connection, the shared text, what is recorded, and the room's state, put together.

import { EditorView } from "@codemirror/view";
import { RoomClock } from "../core/clock.ts";
import type { KeyBatches } from "../core/keys.ts";
import { RoomSocket } from "../core/socket.ts";
import { toBase64 } from "../core/text.ts";
import type {
  EditOrigin,
  Entered,
  FromClient,
  FromServer,
  Role,
  StartOver,
  Welcome,
} from "../protocol.gen.ts";
import { captureFocus, captureKeys, OwnCopies, pasteCapture, watchCopies } from "./capture.ts";
import { redrawCarets } from "./carets.ts";
import { type Cell, parseCells, sourceOf } from "./cells.ts";
import { cellKeys } from "./commands.ts";
import { RoomDocument } from "./document.ts";
import { makeEditorState } from "./editor.ts";
import { LayoutKeeper } from "./layout.ts";
import { BLOCKED, endWords } from "./link.ts";
import { LinkKeeper } from "./linkKeeper.ts";
import { watchPage } from "./pageEvents.ts";
import { Presence } from "./presence.ts";
import { emptyRoom, type RoomState, update } from "./state.ts";
import { Store } from "./store.ts";
import { claimPage, holdPage, type ToRecord, type Unsaved } from "./unsaved.ts";

/** Text that the room did not take, kept for the person who wrote it. */
export interface KeptText {
  readonly reason: string;
  readonly text: string;
}

export interface SessionWorld {
  storage: Storage;
  /** Does the server answer over plain HTTP? */
  serverAnswers: () => Promise<boolean>;
  /** The room is over: where this person goes next. */
  leave: (role: Role) => void;
}

export class RoomSession {
  readonly room = new Store<RoomState>(emptyRoom);
  readonly keptText = new Store<KeptText | null>(null);
  /** The text is here and may be edited. */
  readonly ready = new Store(false);
  readonly clock = new RoomClock();
  private readonly links = new LinkKeeper();
  readonly link = this.links.link;
  private readonly layouts = new LayoutKeeper(() => ({
    document: this.document,
    runs: this.room.get().runs,
    view: this.view,
  }));
  readonly layout = this.layouts.layout;
  view: EditorView | null = null;
  private document: RoomDocument;
  private unsaved: Unsaved;
  private readonly socket: RoomSocket;
  private readonly entered: Entered;
  private readonly world: SessionWorld;
  private readonly copies = new OwnCopies();
  private origin: EditOrigin = "command";
  private keys: KeyBatches | null = null;
  /** What waited has been sent again on this connection: until then a newer frame would overtake it. */
  private inOrder = false;
  private readonly presence: Presence;
  private readonly cleanups: (() => void)[] = [];

  private constructor(entered: Entered, unsaved: Unsaved, world: SessionWorld) {
    this.entered = entered;
    this.world = world;
    this.unsaved = unsaved;
    this.document = this.newDocument();
    this.document.restore(
      this.unsaved.waiting.flatMap((frame) => (frame.type === "edit" ? [frame.update] : [])),
    );
    const { protocol, host } = window.location;
    const scheme = protocol === "https:" ? "wss" : "ws";
    const address = `${scheme}://${host}/ws/${encodeURIComponent(entered.room)}`;
    this.socket = new RoomSocket(`${address}?token=${encodeURIComponent(entered.token)}`, {
      opened: () => this.hello(),
      text: (message) => this.receive(message),
      binary: (bytes) => this.receiveBinary(bytes),
      lost: () => this.lost(),
      ended: (code, reason) => this.ended(code, reason),
      neverOpened: () => void this.explain(),
    });
    this.presence = new Presence(this.socket, () => this.document, this.mayEdit);
  }

  static async start(entered: Entered, world: SessionWorld): Promise<RoomSession> {
    const session = new RoomSession(entered, await claimPage(world.storage, entered.room), world);
    session.cleanups.push(
      watchPage({
        hurry: () => session.socket.hurry(),
        hiding: () => session.hiding(),
        unsaved: () => session.unsaved.edits > 0,
      }),
      watchCopies(session.copies),
    );
    session.socket.connect();
    return session;
  }

  stop(): void {
    this.socket.stop();
    for (const cleanup of this.cleanups.splice(0)) {
      cleanup();
    }
    this.view?.destroy();
    this.document.destroy();
  }

  get role(): Role {
    return this.entered.role;
  }

  get mayEdit(): boolean {
    return this.role !== "observer";
  }

  get text(): string {
    return this.document.text.toString();
  }

  /** Put the editor where it belongs, once the text is here. */
  mount(parent: HTMLElement): void {
    this.view = new EditorView({ parent, state: this.makeState() });
    this.startCapture(this.view);
    this.layouts.now();
    this.view.focus();
  }

  /** Send something that is not recorded; what cannot be sent now is not worth sending later. */
  send(message: FromClient): void {
    this.socket.send(message);
  }

  runCell(cell: Cell, source: string): void {
    if (source.trim() === "" || cell.kind === "markdown") {
      return;
    }
    this.record({
      type: "request-run",
      clientAtUs: this.clock.now(),
      source,
      place: this.document.placeOf(cell),
    });
  }

  interrupt(): void {
    this.send({ type: "interrupt-run" });
  }

  dismissNotice(): void {
    this.room.set({ ...this.room.get(), notice: null });
  }

  dismissKeptText(): void {
    this.keptText.set(null);
  }

  private newDocument(): RoomDocument {
    return new RoomDocument(this.unsaved.identity.client, (bytes, origin) => {
      const { undo } = this.document;
      const from = origin === undo ? (undo.undoing ? "undo" : "redo") : this.origin;
      this.record({ type: "edit", clientAtUs: this.clock.now(), origin: from, update: toBase64(bytes) });
      this.layouts.soon();
    });
  }

  private makeState() {
    return makeEditorState({
      document: this.document,
      mayEdit: this.mayEdit,
      ownerOf: (client) => this.room.get().people.find((person) => person.clients?.includes(client)),
      keys: cellKeys(this),
      runCell: (index) => this.runIndex(index),
      onOrigin: (origin) => {
        this.origin = origin;
      },
      onSelection: (view) => {
        this.presence.caretMoved(view);
        this.layouts.moved(view);
      },
      extra: this.mayEdit ? pasteCapture(this.clock, this.copies, (frame) => this.record(frame)) : [],
    });
  }

  private runIndex(index: number): void {
    const text = this.text;
    const cell = parseCells(text)[index];
    if (cell !== undefined) {
      this.runCell(cell, sourceOf(text, cell));
    }
  }

  private record(frame: ToRecord): void {
    const numbered = this.unsaved.add(frame);
    if (this.inOrder) {
      this.socket.send(numbered);
    }
    this.links.count(this.unsaved);
  }

  private hello(): void {
    this.inOrder = false;
    if (this.unsaved.closeGaps()) {
      void holdPage(this.unsaved.identity);
    }
    const { identity, history, next } = this.unsaved;
    this.send({ type: "hello", ...identity, next, ...(history === null ? {} : { history }) });
  }

  private receive(message: FromServer): void {
    this.room.set(update(this.room.get(), message));
    switch (message.type) {
      case "welcome":
        this.socket.settled();
        this.clock.hear(message.nowUs);
        this.welcomed(message);
        if (message.room.state === "ended") {
          this.leave();
        }
        break;
      case "saved":
        if (message.page === this.unsaved.identity.page) {
          this.unsaved.saved(message.n);
          this.links.count(this.unsaved);
        }
        break;
      case "refused":
        if (message.page === this.unsaved.identity.page && message.n !== undefined) {
          this.unsaved.drop(message.n);
          this.links.count(this.unsaved);
        }
        break;
      case "start-over":
        this.startOver(message);
        break;
      case "people-changed":
        if (this.view !== null) {
          redrawCarets(this.view);
        }
        break;
      case "timer-changed":
        this.clock.hear(message.nowUs);
        break;
      case "room-ended":
        this.leave();
        break;
      default:
        this.layouts.soon();
    }
  }

  private welcomed({ history, saved }: Welcome): void {
    if (this.unsaved.history !== null && this.unsaved.history !== history) {
      return; // what waits belongs to another text: the server tells us next to start over
    }
    this.unsaved.belongsTo(history);
    this.unsaved.saved(saved);
    this.resend();
  }

  /** After the welcome: what the server may not have, in order, then the question what we do not have. */
  private resend(): void {
    for (const frame of this.unsaved.waiting) {
      this.socket.send(frame);
    }
    this.inOrder = true;
    this.socket.sendBinary(this.document.step1());
    this.links.online();
    this.links.count(this.unsaved);
    this.layouts.soon();
  }

  private receiveBinary(bytes: Uint8Array): void {
    const first = !this.document.ready;
    const synced = this.document.receive(bytes);
    if (synced && first) {
      this.document.awareness?.on("update", (_change: unknown, origin: unknown) => {
        if (origin === "local") {
          this.presence.changed();
        }
      });
      this.beginAgain();
      this.ready.set(true);
    }
    if (synced) {
      this.presence.tell();
    }
    this.layouts.soon();
  }

  /** A new document under a mounted editor: the caret stays about where it was. */
  private beginAgain(): void {
    const { view } = this;
    if (view !== null) {
      const { head } = view.state.selection.main;
      view.setState(this.makeState());
      view.dispatch({ selection: { anchor: Math.min(head, view.state.doc.length) }, scrollIntoView: true });
    }
  }

  /** The room went another way: keep this page's text for its author, and begin from the server's. */
  private startOver({ reason, history }: StartOver): void {
    const text = this.document.ready ? this.text : this.unsaved.text;
    if (text !== "") {
      this.keptText.set({ reason, text });
    }
    this.dismissNotice();
    this.unsaved.startOver(history);
    this.document.destroy();
    this.document = this.newDocument();
    this.hello();
  }

  private lost(): void {
    this.inOrder = false;
    this.document.forgetOthers();
    this.links.offline();
    this.links.count(this.unsaved);
  }

  private ended(code: number, reason: string): void {
    this.document.forgetOthers();
    if (code === 4410) {
      this.leave();
      return;
    }
    this.links.ended(endWords(code, reason, this.role));
    this.links.count(this.unsaved);
  }

  private async explain(): Promise<void> {
    if (await this.world.serverAnswers()) {
      this.links.explain(BLOCKED);
    }
  }

  private leave(): void {
    this.keys?.flush();
    this.socket.stop();
    this.stop();
    this.world.leave(this.role);
  }

  private startCapture(view: EditorView): void {
    const record = (frame: ToRecord) => this.record(frame);
    const { recordKeys, recordFocus } = this.room.get();
    if (recordKeys) {
      const [batches, stop] = captureKeys(view.dom, this.clock, record);
      this.keys = batches;
      this.cleanups.push(stop);
    }
    if (recordFocus) {
      this.cleanups.push(captureFocus(this.clock, record));
    }
  }

  private hiding(): void {
    this.keys?.flush();
    this.unsaved.keepText(this.text);
  }
}
