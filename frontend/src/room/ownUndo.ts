// Undo and redo of what this person did, and of nothing that others did: by Yjs, never by the editor's own history.

import { Facet } from "@codemirror/state";
import type { Command, KeyBinding } from "@codemirror/view";
import type { UndoManager } from "yjs";

/** The undo manager of the document that an editor shows. */
export const ownUndo = Facet.define<UndoManager, UndoManager | null>({
  combine: ([manager]) => manager ?? null,
});

const by =
  (way: "undo" | "redo"): Command =>
  ({ state }) => {
    if (!state.readOnly) {
      state.facet(ownUndo)?.[way]();
    }
    return true;
  };

export const undo = by("undo");
export const redo = by("redo");

export const undoKeys: readonly KeyBinding[] = [
  { key: "Mod-z", run: undo, preventDefault: true },
  { key: "Mod-y", mac: "Mod-Shift-z", run: redo, preventDefault: true },
  { key: "Mod-Shift-z", run: redo, preventDefault: true },
];
