// One person's time in one room: the connection, the shared text, what is recorded, and the room's state, put together.

import { RoomClock } from "../core/clock.ts";
import { RoomSocket } from "../core/socket.ts";
import { toBase64 } from "../core/text.ts";
import type { Entered, FromClient, FromServer, Role, StartOver, Welcome } from "../protocol.gen.ts";
import { Desk } from "./desk.ts";
import { RoomDocument } from "./document.ts";
import { KeptTexts } from "./keptTexts.ts";
import { LayoutKeeper } from "./layout.ts";
import { BLOCKED, endWords } from "./link.ts";
import { LinkKeeper } from "./linkKeeper.ts";
import { watchPage } from "./pageEvents.ts";
import { Presence } from "./presence.ts";
import { emptyRoom, type RoomState, update } from "./state.ts";
import { Store } from "./store.ts";
import { claimPage, holdPage, type ToRecord, type Unsaved } from "./unsaved.ts";

/** A text that the room has left, until its own is here. */
interface LeftText {
  readonly document: RoomDocument;
  readonly reason: string;
  /** What an earlier load of this page kept, if the document never came to be whole. */
  readonly kept: string | null;
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
  readonly keptTexts = new KeptTexts();
  /** The text is here and may be edited. */
  readonly ready = new Store(false);
  readonly clock = new RoomClock();
  private readonly links = new LinkKeeper();
  readonly link = this.links.link;
  private readonly layouts = new LayoutKeeper(() => ({
    document: this.document,
    runs: this.room.get().runs,
    surface: this.desk.surface,
  }));
  readonly layout = this.layouts.layout;
  private document: RoomDocument;
  private left: LeftText | null = null;
  private unsaved: Unsaved;
  private readonly socket: RoomSocket;
  private readonly entered: Entered;
  private readonly world: SessionWorld;
  readonly desk: Desk;
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
    this.desk = new Desk({
      mayEdit: this.mayEdit,
      clock: this.clock,
      document: () => this.document,
      room: () => this.room.get(),
      record: (frame) => this.record(frame),
      refuse: (notice) => this.room.set({ ...this.room.get(), notice }),
      mounted: () => this.layouts.now(),
      moved: (surface) => {
        this.presence.caretMoved(surface);
        this.layouts.moved();
      },
    });
    this.presence = new Presence(
      this.socket,
      () => this.document,
      this.mayEdit,
      () => this.inOrder,
    );
  }

  static async start(entered: Entered, world: SessionWorld): Promise<RoomSession> {
    const session = new RoomSession(entered, await claimPage(world.storage, entered.room), world);
    session.cleanups.push(
      watchPage({
        hurry: () => session.socket.hurry(),
        drop: () => session.socket.drop(),
        hiding: () => session.hiding(),
        unsaved: () => session.unsaved.edits > 0 || (session.keptTexts.kept.get()?.texts.length ?? 0) > 0,
      }),
    );
    session.socket.connect();
    return session;
  }

  stop(): void {
    this.socket.stop();
    for (const cleanup of this.cleanups.splice(0)) {
      cleanup();
    }
    this.desk.stop();
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

  /** Send something that is not recorded; what cannot be sent now is not worth sending later. */
  send(message: FromClient): void {
    this.socket.send(message);
  }

  interrupt(): void {
    this.send({ type: "interrupt-run" });
  }

  dismissNotice(): void {
    this.room.set({ ...this.room.get(), notice: null });
  }

  private newDocument(): RoomDocument {
    const document: RoomDocument = new RoomDocument(this.unsaved.identity.client, (bytes, origin) => {
      if (document !== this.document) {
        return; // the editor still shows a text that the room has left
      }
      const { undo } = document;
      const from = origin === undo ? (undo.undoing ? "undo" : "redo") : this.desk.origin;
      this.record({ type: "edit", clientAtUs: this.clock.now(), origin: from, update: toBase64(bytes) });
      this.layouts.soon();
    });
    return document;
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
        this.desk.following.look();
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
        this.desk.surface?.redrawCarets();
        this.desk.following.look();
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
        } else {
          this.desk.following.look();
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

  /** The room went another way: keep this page's text for its author, and begin from the server's. */
  private startOver({ reason, history }: StartOver): void {
    const { document } = this;
    if (this.left === null) {
      this.left = { document, reason, kept: document.ready ? null : this.unsaved.text };
    } else {
      document.destroy(); // it never came to be whole: the editor still shows the one before
    }
    this.keptTexts.leave(reason, this.left.kept ?? this.left.document.text.toString());
    this.dismissNotice();
    this.unsaved.startOver(history);
    this.document = this.newDocument();
    this.hello();
  }

  /** The server's text is here. What was written into the one before it until now is kept as well. */
  private beginAgain(): void {
    this.desk.surface?.beginAgain();
    if (this.left !== null) {
      const { document, reason, kept } = this.left;
      this.left = null;
      this.keptTexts.settle(reason, kept ?? document.text.toString(), this.text);
      document.destroy();
    }
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
    this.desk.flush();
    this.socket.stop();
    this.stop();
    this.world.leave(this.role);
  }

  private hiding(): void {
    this.desk.flush();
    this.unsaved.keepText(this.text);
  }
}
