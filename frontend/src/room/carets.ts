// Everyone else's carets and selections in the editor. Names and colours come from the room's list of people alone.

import { Annotation, type Range, RangeSet } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from "@codemirror/view";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { placeIn } from "./places.ts";

export interface CaretOwner {
  readonly name: string;
  readonly colour: string;
}

/** Who a Yjs client belongs to, as the server says; nobody's caret is not shown. */
export type OwnerOf = (client: number) => CaretOwner | undefined;

const NAME_SHOWN_MS = 3000;

const moved = Annotation.define<boolean>();

/** Draw the carets anew, as when people changed. */
export function redrawCarets(view: EditorView): void {
  view.dispatch({ annotations: moved.of(true) });
}

export class CaretWidget extends WidgetType {
  private readonly owner: CaretOwner;
  private readonly named: boolean;
  private readonly below: boolean;

  constructor(owner: CaretOwner, named: boolean, below: boolean) {
    super();
    this.owner = owner;
    this.named = named;
    this.below = below;
  }

  override eq(other: CaretWidget): boolean {
    return (
      other.owner.name === this.owner.name &&
      other.owner.colour === this.owner.colour &&
      other.named === this.named &&
      other.below === this.below
    );
  }

  override toDOM(): HTMLElement {
    const caret = document.createElement("span");
    caret.className = ["other-caret", this.named && "named", this.below && "below"].filter(Boolean).join(" ");
    caret.style.setProperty("--person", this.owner.colour);
    caret.setAttribute("aria-hidden", "true");
    const name = document.createElement("span");
    name.className = "other-caret-name";
    name.textContent = this.owner.name;
    caret.append(name);
    return caret;
  }

  override get estimatedHeight(): number {
    return -1;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

export function selectionMark(owner: CaretOwner): Decoration {
  return Decoration.mark({ class: "other-selection", attributes: { style: `--person: ${owner.colour}` } });
}

/** Our own selection, in the form that every y-codemirror editor reads. */
export function tellCursor(awareness: Awareness, text: Y.Text, anchor: number, head: number): void {
  const cursor = {
    anchor: Y.createRelativePositionFromTypeIndex(text, anchor),
    head: Y.createRelativePositionFromTypeIndex(text, head),
  };
  if (JSON.stringify(awareness.getLocalState()?.["cursor"]) !== JSON.stringify(cursor)) {
    awareness.setLocalStateField("cursor", cursor);
  }
}

class Carets {
  decorations: DecorationSet = RangeSet.empty;
  /** Where each head was drawn, and when it last went somewhere by itself. */
  private readonly heads = new Map<number, { at: number; movedAt: number }>();
  private fade: ReturnType<typeof setTimeout> | null = null;
  private readonly view: EditorView;
  private readonly awareness: Awareness;
  private readonly text: Y.Text;
  private readonly ownerOf: OwnerOf;

  constructor(view: EditorView, text: Y.Text, awareness: Awareness, ownerOf: OwnerOf) {
    this.view = view;
    this.text = text;
    this.awareness = awareness;
    this.ownerOf = ownerOf;
    awareness.on("change", this.changed);
    this.draw(view);
  }

  update(update: ViewUpdate): void {
    if (update.selectionSet || update.focusChanged || update.docChanged) {
      this.tellOwn(update.view);
    }
    if (update.docChanged) {
      for (const [client, head] of this.heads) {
        this.heads.set(client, { ...head, at: update.changes.mapPos(head.at, -1) });
      }
    }
    if (update.docChanged || update.transactions.some((transaction) => transaction.annotation(moved))) {
      this.draw(update.view);
    }
  }

  destroy(): void {
    this.awareness.off("change", this.changed);
    if (this.fade !== null) {
      clearTimeout(this.fade);
    }
  }

  private readonly changed = (change: { added: number[]; updated: number[]; removed: number[] }) => {
    const others = [...change.added, ...change.updated, ...change.removed].filter(
      (client) => client !== this.awareness.clientID,
    );
    if (others.length === 0) {
      return;
    }
    redrawCarets(this.view);
  };

  /** Somebody who types or selects moves; a caret that is only carried along by others' text does not. */
  private lastMoved(client: number, at: number): number {
    const known = this.heads.get(client);
    if (known?.at === at) {
      return known.movedAt;
    }
    const movedAt = performance.now();
    this.heads.set(client, { at, movedAt });
    if (this.fade !== null) {
      clearTimeout(this.fade);
    }
    this.fade = setTimeout(() => redrawCarets(this.view), NAME_SHOWN_MS + 50);
    return movedAt;
  }

  private tellOwn(view: EditorView): void {
    if (!view.hasFocus) {
      return;
    }
    const { anchor, head } = view.state.selection.main;
    tellCursor(this.awareness, this.text, anchor, head);
  }

  private draw(view: EditorView): void {
    const ranges: Range<Decoration>[] = [];
    for (const [client, state] of this.awareness.getStates()) {
      const owner = client === this.awareness.clientID ? undefined : this.ownerOf(client);
      const anchor = placeIn(this.text, state["cursor"]?.anchor);
      const head = placeIn(this.text, state["cursor"]?.head);
      if (owner === undefined || anchor === null || head === null) {
        continue;
      }
      const end = view.state.doc.length;
      const [from, to] = [Math.min(anchor, head, end), Math.min(Math.max(anchor, head), end)];
      if (from < to) {
        ranges.push(selectionMark(owner).range(from, to));
      }
      const at = Math.min(head, end);
      const named = performance.now() - this.lastMoved(client, at) < NAME_SHOWN_MS;
      const widget = new CaretWidget(owner, named, view.state.doc.lineAt(at).number === 1);
      ranges.push(Decoration.widget({ widget, side: head > anchor ? -1 : 1 }).range(at));
    }
    this.decorations = Decoration.set(ranges, true);
  }
}

export function remoteCarets(text: Y.Text, awareness: Awareness, ownerOf: OwnerOf) {
  return ViewPlugin.define((view) => new Carets(view, text, awareness, ownerOf), {
    decorations: (carets) => carets.decorations,
  });
}
