// Find and replace, fetched when somebody first asks for it.

import { StateEffect, StateField } from "@codemirror/state";
import { type EditorView, type KeyBinding, keymap } from "@codemirror/view";

/** Present once the search extension is. */
const loaded = StateField.define<true>({ create: () => true, update: (value) => value });

async function find(view: EditorView): Promise<void> {
  const { highlightSelectionMatches, openSearchPanel, search, searchKeymap } = await import(
    "@codemirror/search"
  );
  if (view.state.field(loaded, false) === undefined) {
    const extensions = [loaded, search({ top: true }), highlightSelectionMatches(), keymap.of(searchKeymap)];
    view.dispatch({ effects: StateEffect.appendConfig.of(extensions) });
  }
  openSearchPanel(view);
}

export const findKeys: readonly KeyBinding[] = [
  {
    key: "Mod-f",
    run: (view) => {
      void find(view);
      return true;
    },
  },
];
