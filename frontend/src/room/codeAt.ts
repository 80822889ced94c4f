// Which part of the code is at a place.

import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

type Node = ReturnType<ReturnType<typeof syntaxTree>["resolveInner"]>;

/** A wait that nobody notices, for text that the editor has not come to yet. */
const PARSE_MS = 100;

/** The innermost part that ends (-1) or begins (1) at a place, or holds it. */
export function codeAt(state: EditorState, pos: number, side: -1 | 1): Node {
  const tree = ensureSyntaxTree(state, pos, PARSE_MS) ?? syntaxTree(state);
  return tree.resolveInner(pos, side);
}
