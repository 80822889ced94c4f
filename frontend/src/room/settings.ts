// The editor as a person likes it: each setting is theirs alone, takes effect at once, and goes with them from room to room.

import { Choice } from "../core/choice.ts";

/** The full editor, or a plain text field. */
export const editorKind = new Choice<"full" | "plain">("editor", ["full", "plain"], "full");
/** In pixels where the browser's own text has 16. */
export const codeSize = new Choice("code-size", [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24], 14);
/** Columns of one level of indentation, and of a tab character that came in from elsewhere. */
export const tabWidth = new Choice("tab-width", [2, 4, 8], 4);
export const tabKey = new Choice<"indents" | "moves">("tab-key", ["indents", "moves"], "indents");
export const keymapName = new Choice<"standard" | "vscode" | "vim">(
  "keymap",
  ["standard", "vscode", "vim"],
  "standard",
);
export const completion = new Choice("completion", [true, false], true);
export const wrap = new Choice("wrap", [true, false], true);

/** Everything but the theme, which belongs to the whole page. */
const ALL = [editorKind, codeSize, tabWidth, tabKey, keymapName, completion, wrap];

/** Calls back after each change of any; returns the way to stop. */
export function onSettings(listener: () => void): () => void {
  const stops = ALL.map((setting) => setting.subscribe(listener));
  return () => {
    for (const stop of stops) {
      stop();
    }
  };
}

/** What the style sheets draw code with, now and after each change. Ends with the returned function. */
export function followCodeLook(): () => void {
  const apply = () => {
    const { style } = document.documentElement;
    style.setProperty("--code-size", `${codeSize.get() / 16}rem`);
    style.setProperty("--tab-width", String(tabWidth.get()));
  };
  apply();
  return onSettings(apply);
}
