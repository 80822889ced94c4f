// Keeps a place in the editor for what is fetched at the first key press: a page that is only read does without it.

import { Compartment, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

const place = new Compartment();
let fetched: Extension | null = null;

async function bring(view: EditorView): Promise<void> {
  const { assist } = await import("./assist.ts");
  fetched = assist;
  // A word that is being composed must not be disturbed: the next key asks again.
  if (!view.composing && place.get(view.state) !== assist) {
    view.dispatch({ effects: place.reconfigure(assist) });
  }
}

const askAtFirstKey = EditorView.domEventHandlers({
  keydown: (_event, view) => {
    // Without a connection it cannot come, and typing goes on without it.
    bring(view).catch(() => {});
  },
});

/** For a new state. One that takes the place of another has it from the start: its timers live on in the view. */
export function assistLater(): Extension {
  return place.of(fetched ?? askAtFirstKey);
}
