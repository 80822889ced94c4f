// The mode that Vim is in, for those who read it and those who hear it; null without Vim.

import { Store } from "../core/store.ts";

export const vimMode = new Store<string | null>(null);

/** Keys are commands now, and no text. */
export function vimCommands(): boolean {
  const mode = vimMode.get();
  return mode !== null && mode !== "insert" && mode !== "replace";
}
