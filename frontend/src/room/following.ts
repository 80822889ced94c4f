// To look where somebody else looks: everybody tells which part of the text they see, and a follower's editor goes along.

import * as Y from "yjs";
import { Store } from "../core/store.ts";
import type { Person } from "../protocol.gen.ts";
import type { FileText, RoomDocument } from "./document.ts";
import { placeIn } from "./places.ts";
import type { Seen, Surface } from "./surface.ts";
import { throttled } from "./throttle.ts";

const TELL_MS = 50;

export interface FollowWorld {
  document(): RoomDocument;
  /** The file that the editor shows, and to show another one. */
  shown(): FileText;
  show(file: string): void;
  people(): readonly Person[];
}

/** What a page tells of its view, in its presence: a file, and Yjs relative positions. */
interface View {
  readonly file: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** A view as it came, with the caret that came beside it: the places are still to be found. */
interface ToldView extends View {
  readonly caret: unknown;
}

/** The file that a page says it shows; null where it says nothing of the kind. */
export function fileIn(state: Record<string, unknown> | undefined): string | null {
  const view = state?.["view"] as Partial<View> | null | undefined;
  return typeof view?.file === "string" ? view.file : null;
}

export class Following {
  /** The person who is followed now. */
  readonly who = new Store<Person | null>(null);
  /** What is in sight changed: tell the others, at most twenty times a second, latest wins. */
  readonly seenMoved = throttled(TELL_MS, () => this.tell());
  private surface: Surface | null = null;
  /** The tab that is followed: somebody may have two. */
  private client: number | null = null;
  private readonly world: FollowWorld;

  constructor(world: FollowWorld) {
    this.world = world;
  }

  start(person: Person): void {
    this.client = null;
    this.who.set(person);
    this.look();
  }

  stop(): void {
    this.who.set(null);
  }

  /** Follow in this editor until the returned function is called; what the person does there ends the following. */
  watch(surface: Surface): () => void {
    this.surface = surface;
    const ending = new AbortController();
    const { signal } = ending;
    const stop = () => this.stop();
    for (const own of ["wheel", "touchmove", "pointerdown", "beforeinput"]) {
      surface.dom.addEventListener(own, stop, { signal, passive: true });
    }
    surface.dom.addEventListener("keydown", (event) => !isModifier(event) && this.stop(), { signal });
    window.addEventListener("keydown", (event) => isEscape(event) && this.stop(), { signal });
    surface.scroller.addEventListener("scroll", this.seenMoved, { signal, passive: true });
    const resized = new ResizeObserver(() => {
      this.look();
      this.seenMoved();
    });
    resized.observe(surface.scroller);
    return () => {
      ending.abort();
      resized.disconnect();
      this.surface = null;
    };
  }

  /** People, their views or their carets changed: go where the followed one is, and stop when they have left. */
  look(): void {
    const known = this.who.get();
    const person = this.world.people().find(({ participant }) => participant === known?.participant);
    if (known === null || person === undefined || (person.here ?? 0) === 0) {
      this.stop();
      return;
    }
    const view = this.viewOf(person);
    if (view !== null && view.file !== this.world.shown().file) {
      this.world.show(view.file);
    }
    const seen = view === null ? null : this.seenIn(view);
    if (seen !== null) {
      const { caret } = seen;
      const inSight = caret !== null && caret >= seen.from && caret <= seen.to;
      this.surface?.see(seen.from, inSight ? caret : null);
    }
  }

  private tell(): void {
    const { awareness } = this.world.document();
    const { file, text } = this.world.shown();
    if (this.surface === null || awareness === null) {
      return;
    }
    const { from, to } = this.surface.seen();
    const place = (at: number) => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, at));
    const view: View = { file, from: place(from), to: place(to) };
    if (JSON.stringify(awareness.getLocalState()?.["view"]) !== JSON.stringify(view)) {
      awareness.setLocalStateField("view", view);
    }
  }

  /** Null while they have not told, as after a broken connection, and while they look at a file that is not here. */
  private viewOf(person: Person): ToldView | null {
    const document = this.world.document();
    const states = document.awareness?.getStates();
    const clients = (person.clients ?? []).filter((client) => states?.get(client)?.["view"] !== undefined);
    if (this.client === null || !clients.includes(this.client)) {
      this.client = latest(document, clients);
    }
    const state = this.client === null ? undefined : states?.get(this.client);
    const file = fileIn(state);
    return file === null || document.textOf(file) === null
      ? null
      : { file, from: state?.["view"].from, to: state?.["view"].to, caret: state?.["cursor"]?.head };
  }

  private seenIn({ file, from, to, caret }: ToldView): (Seen & { caret: number | null }) | null {
    const shown = this.world.shown();
    const [start, end] = [placeIn(shown.text, from), placeIn(shown.text, to)];
    return file !== shown.file || start === null || end === null
      ? null
      : { from: start, to: end, caret: placeIn(shown.text, caret) };
  }
}

function latest({ awareness }: RoomDocument, clients: readonly number[]): number | null {
  const updated = (client: number) => awareness?.meta.get(client)?.lastUpdated ?? 0;
  return [...clients].sort((a, b) => updated(b) - updated(a))[0] ?? null;
}

/** Holding one types nothing and scrolls nothing. */
function isModifier({ key }: KeyboardEvent): boolean {
  return ["Shift", "Control", "Alt", "Meta", "AltGraph"].includes(key);
}

/** Not the one that closes a dialog or a menu. */
function isEscape(event: KeyboardEvent): boolean {
  return event.key === "Escape" && !event.defaultPrevented && document.querySelector("dialog[open]") === null;
}
