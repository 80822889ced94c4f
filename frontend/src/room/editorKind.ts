// Which editor this browser uses: the full one, or a plain text field, remembered.

import { Store } from "./store.ts";

export type EditorKind = "full" | "plain";

const KEY = "liveroom.editor";

export const editorKind = new Store<EditorKind>(localStorage.getItem(KEY) === "plain" ? "plain" : "full");

export function chooseEditor(kind: EditorKind): void {
  localStorage.setItem(KEY, kind);
  editorKind.set(kind);
}
