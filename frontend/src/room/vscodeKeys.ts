// The keys of VS Code, fetched when somebody chooses them.

import { EditorState, type Extension } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { vscodeKeymap } from "@replit/codemirror-vscode-keymap";

/** What the room does its own way: undo, find, Tab. What it has nothing for, folding and linting, the build leaves out. */
const OURS = new Set(["Mod-z", "Mod-y", "Mod-Shift-z", "Mod-u", "Mod-f", "Tab"]);

export const vscodeKeys: Extension = [
  // Mod-d and its kin are of no use with one caret.
  EditorState.allowMultipleSelections.of(true),
  keymap.of(vscodeKeymap.filter(({ key }) => key === undefined || !OURS.has(key))),
];
