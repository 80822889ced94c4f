// Where in the code there is something that the kernel may know: a name, or a call whose arguments are being written. Pure.

import type { EditorState } from "@codemirror/state";
import { codeAt } from "./codeAt.ts";

export interface Spot {
  readonly name: string;
  /** Where the name stands, or the caret within a call. */
  readonly from: number;
  readonly to: number;
  /** Where the kernel is asked about. */
  readonly ask: number;
}

const NAMES = new Set(["VariableName", "PropertyName"]);
const SILENT = new Set(["String", "FormatString", "ContinuedString", "Comment"]);

/** The name that the pointer is on. */
export function nameUnder(state: EditorState, pos: number, side: number): Spot | null {
  const { name, from, to } = codeAt(state, pos, side < 0 ? -1 : 1);
  return NAMES.has(name) ? { name: state.sliceDoc(from, to), from, to, ask: to } : null;
}

/** The name at the caret, or the call around it; null in the indentation, and where text is selected. */
export function nameAtCaret(state: EditorState): Spot | null {
  const { head, empty } = state.selection.main;
  const before = state.sliceDoc(state.doc.lineAt(head).from, head);
  if (!empty || /^\s+$/.test(before)) {
    return null;
  }
  const name = nameUnder(state, head, -1) ?? nameUnder(state, head, 1);
  if (name !== null || before === "") {
    return name;
  }
  let around = codeAt(state, head, -1);
  if (SILENT.has(around.name)) {
    return null;
  }
  // The kernel finds the name of a call from anywhere among its arguments.
  for (; around.parent !== null; around = around.parent) {
    const closed = around.lastChild?.name === ")" && around.to <= head;
    if (around.name === "ArgList" && around.from < head && !closed) {
      return { name: "", from: head, to: head, ask: head };
    }
  }
  return null;
}
