// One person's time in one room: the connection, the shared text, what is recorded, and the room's state, put together.

import { UndoManager } from "yjs";
import { saveAs, saveCode } from "../core/api.ts";
import { RoomClock } from "../core/clock.ts";
import { RoomSocket } from "../core/socket.ts";
import { toBase64 } from "../core/text.ts";
import type { Entered, FromClient, FromServer, Role, StartOver, Welcome } from "../protocol.gen.ts";
import { Desk } from "./desk.ts";
import type { Disk, KeptCopies } from "./disk.ts";
import { RoomDocument } from "./document.ts";
import { FileRequests } from "./fileRequests.ts";
import { filesOf, joinedTexts } from "./files.ts";
import { KeptTexts } from "./keptTexts.ts";
import { KernelAsks } from "./kernelAsks.ts";
import { LayoutKeeper } from "./layout.ts";
import { BLOCKED, endWords } from "./link.ts";
import { LinkKeeper } from "./linkKeeper.ts";
import { watchPage } from "./pageEvents.ts";
import { holdPage } from "./pageLock.ts";
import { Presence } from "./presence.ts";
import { emptyRoom, type RoomState, runningOf, update } from "./state.ts";
import { pressed, type Stopping, stopStage } from "./stopping.ts";
import { Store } from "./store.ts";
import { gathered } from "./throttle.ts";
import { leftUnsaved, type ToRecord, Unsaved } from "./unsaved.ts";
import { type Whereabouts, whereOthersAre } from "./whereabouts.ts";

/** Offline the text is kept as well, this long after a change, in case the room goes another way. */
const KEEP_TEXT_MS = 1000;
/** What the server says of a page that it cannot make sense of. */
const NOT_UNDERSTOOD: readonly number[] = [4400, 4409, 4413];
const LOOK_AROUND_MS = 100;

/** A text that the room has left, until its own is here. */
interface LeftText {
  readonly document: RoomDocument;
  readonly reason: string;
}

export interface SessionWorld {
  disk: Disk;
  /** Does the server answer over plain HTTP? */
  serverAnswers: () => Promise<boolean>;
  /** The room is over: where this person goes next. */
  leave: (role: Role) => void;
}

export class RoomSession {
  readonly room = new Store<RoomState>(emptyRoom);
  readonly keptTexts: KeptTexts;
  /** The text is here and may be edited. */
  readonly ready = new Store(false);
  readonly clock = new RoomClock();
  /** What this person did to stop what runs. */
  readonly stopping = new Store<Stopping | null>(null);
  private readonly links = new LinkKeeper();
  readonly link = this.links.link;
  private readonly layouts = new LayoutKeeper(() => ({
    document: this.document,
    files: filesOf(this.room.get().files),
    file: this.desk.file.get(),
    runs: this.room.get().runs,
    surface: this.desk.surface,
  }));
  readonly layout = this.layouts.layout;
  private document: RoomDocument;
  private left: LeftText | null = null;
  private readonly unsaved: Unsaved;
  /** What earlier loads of this page left, told before anything of this one. */
  private readonly earlier: Unsaved[];
  private readonly socket: RoomSocket;
  private readonly entered: Entered;
  private readonly world: SessionWorld;
  readonly desk: Desk;
  /** In which file the others are. */
  readonly whereabouts = new Store<Whereabouts>(new Map());
  private readonly lookAround = gathered(LOOK_AROUND_MS, () => {
    const { people, you } = this.room.get();
    this.whereabouts.set(whereOthersAre(this.document.awareness?.getStates() ?? new Map(), people, you));
  });
  readonly files = new FileRequests({
    send: (message) => this.send(message),
    shown: () => this.desk.file.get(),
    open: (file) => this.desk.open(file),
    textOf: (file) => this.document.textOf(file)?.toString() ?? "",
    tell: (words) => this.tell(words),
  });
  readonly kernel = new KernelAsks({
    send: (message) => this.send(message),
    online: () => this.link.get().phase === "online",
  });
  /** What waited has been sent again on this connection: until then a newer frame would overtake it. */
  private inOrder = false;
  private readonly presence: Presence;
  private readonly keepTextSoon = gathered(KEEP_TEXT_MS, () => this.unsaved.keepText(this.text));
  private readonly cleanups: (() => void)[] = [];

  private constructor(entered: Entered, earlier: Unsaved[], copies: KeptCopies[], world: SessionWorld) {
    this.entered = entered;
    this.world = world;
    this.earlier = earlier;
    this.unsaved = new Unsaved(world.disk, entered);
    this.unsaved.onDisk = () => this.count();
    // Not at once: the clock may be read within a change of the text, which must end before the connection does.
    this.clock.onJump = () => setTimeout(() => this.socket.hurry());
    this.keptTexts = new KeptTexts(world.disk, entered, this.unsaved.identity.page, copies);
    this.document = this.newDocument();
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
      mayEdit: () => this.mayEdit,
      clock: this.clock,
      document: () => this.document,
      room: () => this.room.get(),
      kernel: this.kernel,
      record: (frame) => this.record(frame),
      refuse: (why) => this.tell(why),
      mounted: () => this.layouts.now(),
      moved: (surface) => {
        this.presence.caretMoved(surface);
        this.layouts.moved();
      },
    });
    this.presence = new Presence(
      this.socket,
      () => this.document,
      () => this.desk.file.get(),
      () => this.mayEdit,
      () => this.inOrder,
    );
  }

  static async start(entered: Entered, world: SessionWorld): Promise<RoomSession> {
    const [earlier, copies] = await Promise.all([
      leftUnsaved(world.disk, entered),
      world.disk.copies(entered),
    ]);
    const session = new RoomSession(entered, earlier, copies, world);
    session.unsaved.release = (await holdPage(session.unsaved.identity.page)) ?? session.unsaved.release;
    session.count();
    session.cleanups.push(
      watchPage({
        hurry: () => session.socket.hurry(),
        drop: () => session.socket.drop(),
        hiding: () => session.hiding(),
        unsaved: () => session.waiting > 0 || session.keptTexts.kept.get()?.survives === false,
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
    for (const page of [...this.earlier, this.unsaved]) {
      page.write();
      page.release();
    }
  }

  get role(): Role {
    return this.room.get().role ?? this.entered.role;
  }

  get mayEdit(): boolean {
    return this.role !== "observer";
  }

  /** Every file's text, as one. */
  get text(): string {
    return this.textIn(this.document);
  }

  /** Several files come from the server, as a zip; one, or what there is offline, is what the page shows. */
  saveCode(name: string): void {
    const { files, room } = this.room.get();
    const several = files.length > 1 && room?.practice !== true && this.link.get().phase === "online";
    if (several) {
      saveCode(this.entered.room, this.entered.token).catch(() => saveAs(name, this.text));
    } else {
      saveAs(name, this.text);
    }
  }

  dismissSlowed(): void {
    this.room.set({ ...this.room.get(), slowed: null });
  }

  private textIn(document: RoomDocument): string {
    return joinedTexts(
      filesOf(this.room.get().files).map(({ file, path }) => [path, document.textOf(file)?.toString() ?? ""]),
    );
  }

  /** Send something that is not recorded; what cannot be sent now is not worth sending later. */
  send(message: FromClient): void {
    this.socket.send(message);
  }

  /** Once more is harder, and that is offered only when the run had its time to heed the first. */
  interrupt(): void {
    const [running, nowUs] = [runningOf(this.room.get()), this.clock.now()];
    if (stopStage(this.stopping.get(), running, nowUs) !== "stopping") {
      this.stopping.set(pressed(this.stopping.get(), running, nowUs));
      this.send({ type: "interrupt-run" });
    }
  }

  /** Answer what a run asks for. Whether it came in time, the run's next output tells. */
  answer(run: string, question: number, text: string): void {
    if (this.link.get().phase === "online") {
      this.send({ type: "answer-question", run, question, text });
    } else {
      this.tell("You are offline, so the run did not get your answer; answer again once you are back.");
    }
  }

  dismissNotice(): void {
    this.room.set({ ...this.room.get(), notice: null });
  }

  private tell(notice: string): void {
    this.room.set({ ...this.room.get(), notice });
  }

  private newDocument(): RoomDocument {
    const document: RoomDocument = new RoomDocument(this.unsaved.identity.client, (bytes, origin) => {
      if (document !== this.document) {
        return; // the editor still shows a text that the room has left
      }
      const undo = origin instanceof UndoManager ? origin : null;
      const from = undo === null ? this.desk.origin : undo.undoing ? "undo" : "redo";
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
    if (this.link.get().phase !== "online") {
      this.keepTextSoon();
    }
    this.count();
  }

  /** Edits that the server has not acknowledged. */
  private get waiting(): number {
    return [...this.earlier, this.unsaved].reduce((edits, page) => edits + page.edits, 0);
  }

  private count(): void {
    this.links.count(this.waiting, !this.unsaved.survivesReload);
  }

  /** The load of the page whose frames are told now. */
  private get telling(): Unsaved {
    return this.earlier[0] ?? this.unsaved;
  }

  private hello(): void {
    this.inOrder = false;
    const { identity, history, next } = this.telling;
    this.send({ type: "hello", ...identity, next, ...(history === null ? {} : { history }) });
  }

  private receive(message: FromServer): void {
    const before = this.room.get();
    this.room.set(update(before, message));
    switch (message.type) {
      case "welcome":
        this.socket.settled();
        this.clock.hear(message.nowUs);
        this.welcomed(message);
        this.files.changed(before, this.room.get(), message);
        this.desk.renamed();
        if (before.role !== null && before.role !== message.role) {
          this.desk.allowedAnew();
        }
        this.desk.following.look();
        if (message.room.state === "ended") {
          this.leave();
        }
        break;
      case "saved":
        if (message.page === this.telling.identity.page) {
          this.telling.saved(message.n);
          this.tellNext();
        }
        break;
      case "refused":
        if (message.page === this.telling.identity.page && message.n !== undefined) {
          this.telling.drop(message.n);
          this.tellNext();
        } else if (message.page === undefined && this.files.refused(message.reason)) {
          this.room.set(before);
        }
        break;
      case "start-over":
        this.startOver(message);
        break;
      case "people-changed":
        this.desk.surface?.redrawCarets();
        this.desk.following.look();
        this.lookAround();
        break;
      case "files-changed":
        this.files.changed(before, this.room.get(), message);
        this.desk.renamed();
        this.layouts.soon();
        break;
      case "lobby":
        this.socket.settled();
        this.links.online();
        break;
      case "admitted":
        this.hello();
        break;
      case "focus-time-changed":
      case "timer-changed":
        this.clock.hear(message.nowUs);
        break;
      case "room-ended":
        this.leave();
        break;
      case "completed":
      case "inspected":
      case "variables-listed":
      case "unanswered":
        this.kernel.heard(message);
        break;
      default:
        this.layouts.soon();
    }
  }

  private welcomed({ history, saved }: Welcome): void {
    const { telling } = this;
    if (telling.history !== null && telling.history !== history) {
      return; // what waits belongs to another text: the server tells us next to start over
    }
    telling.belongsTo(history);
    telling.saved(saved);
    for (const frame of telling.waiting) {
      this.socket.send(frame);
    }
    if (telling === this.unsaved) {
      this.upToDate();
    } else {
      this.tellNext();
    }
  }

  /** The server has been told all that it may not have; now the question what this page does not have. */
  private upToDate(): void {
    this.inOrder = true;
    this.socket.sendBinary(this.document.step1());
    this.links.online();
    this.count();
    this.layouts.soon();
  }

  /** Once an earlier load has nothing left to tell, the next one does, on a connection of its own. */
  private tellNext(): void {
    if (this.telling !== this.unsaved && this.telling.isTold) {
      this.forgetEarlier();
      this.socket.renew();
    }
    this.count();
  }

  private forgetEarlier(): void {
    const page = this.earlier.shift();
    page?.discard();
    page?.release();
  }

  private receiveBinary(bytes: Uint8Array): void {
    const first = !this.document.ready;
    const synced = this.document.receive(bytes);
    this.desk.arrived();
    if (synced && first) {
      this.document.awareness?.on("update", (_change: unknown, origin: unknown) => {
        if (origin === "local") {
          this.presence.changed();
        } else {
          this.desk.following.look();
        }
        this.lookAround();
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
    this.dismissNotice();
    if (this.telling !== this.unsaved) {
      this.keptTexts.keep(reason, this.telling.text);
      this.telling.startOver(history);
      if (this.telling.isTold) {
        this.tellNext();
      } else {
        this.hello();
      }
      return;
    }
    const { document } = this;
    if (this.left === null) {
      this.left = { document, reason };
    } else {
      document.destroy(); // it never came to be whole: the editor still shows the one before
    }
    this.keptTexts.leave(reason, this.textIn(this.left.document));
    this.unsaved.startOver(history);
    this.document = this.newDocument();
    this.hello();
  }

  /** The server's text is here. What was written into the one before it until now is kept as well. */
  private beginAgain(): void {
    this.desk.beginAgain();
    if (this.left !== null) {
      const { document, reason } = this.left;
      this.left = null;
      this.keptTexts.settle(reason, this.textIn(document), this.text);
      document.destroy();
    }
  }

  private lost(): void {
    this.inOrder = false;
    this.files.lost();
    this.kernel.lost();
    this.document.forgetOthers();
    this.links.offline();
    this.keepTextSoon();
    this.count();
  }

  private ended(code: number, reason: string): void {
    this.document.forgetOthers();
    if (code === 4410) {
      this.leave();
      return;
    }
    if (this.telling !== this.unsaved && NOT_UNDERSTOOD.includes(code)) {
      // What an earlier load left must not keep its author out of the room.
      this.keptTexts.keep(
        "What was not saved when you were here last does not fit the room any more.",
        this.telling.text,
      );
      this.forgetEarlier();
      this.socket.renew();
      return;
    }
    this.links.ended(endWords(code, reason, this.role));
    this.count();
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
    this.unsaved.write();
  }
}
