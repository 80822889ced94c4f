// The keys of VS Code, fetched when somebody chooses them.

import { EditorState, type Extension } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { vscodeKeymap } from "@replit/codemirror-vscode-keymap";

/** What the room does its own way: undo, find, Tab; and what it has nothing for: a list of problems. */
const WITHOUT = new Set(["Mod-z", "Mod-y", "Mod-Shift-z", "Mod-u", "Mod-f", "Tab", "Mod-Shift-m", "F8"]);

export const vscodeKeys: Extension = [
  // Mod-d and its kin are of no use with one caret.
  EditorState.allowMultipleSelections.of(true),
  keymap.of(vscodeKeymap.filter(({ key }) => key === undefined || !WITHOUT.has(key))),
];
