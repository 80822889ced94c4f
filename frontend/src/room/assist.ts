// What the editor adds to one's own typing: closing brackets, and names to complete. Fetched at the first key press.

import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  moveCompletionSelection,
  startCompletion,
} from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { type Command, keymap } from "@codemirror/view";
import { endsName, withLiveNames } from "./liveNames.ts";
import { vimCommands } from "./vimMode.ts";

const KEYWORDS =
  "False None True and as assert async await break class continue def del elif else except finally for from " +
  "global if import in is lambda nonlocal not or pass raise return try while with yield";
const BUILTINS =
  "abs all any bool bytes callable chr dict dir divmod enumerate filter float format frozenset getattr hasattr " +
  "hash help id input int isinstance issubclass iter len list map max min next object open ord pow print property " +
  "range repr reversed round set setattr slice sorted staticmethod classmethod str sum super tuple type vars zip";
const ERRORS =
  "ArithmeticError AssertionError AttributeError Exception ImportError IndexError KeyError KeyboardInterrupt " +
  "NameError NotImplementedError OSError RuntimeError StopIteration TypeError ValueError ZeroDivisionError";

const own = [
  ...KEYWORDS.split(" ").map((label) => ({ label, type: "keyword" })),
  ...BUILTINS.split(" ").map((label) => ({ label, type: "function" })),
  ...ERRORS.split(" ").map((label) => ({ label, type: "class" })),
];

/** Where a list of names would only be in the way. */
const SILENT = new Set(["String", "FormatString", "ContinuedString", "Comment", "Number"]);

/** What stands before an attribute, or a magic: what follows is the kernel's to know. */
const NOT_OURS = /\.$|^\s*%%?$/;

/** The names that the text uses, and Python's own. */
export function names(context: CompletionContext): CompletionResult | null {
  const { state, pos } = context;
  const tree = syntaxTree(state);
  const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*$/u);
  const from = word?.from ?? pos;
  const silent =
    NOT_OURS.test(state.sliceDoc(state.doc.lineAt(from).from, from)) ||
    SILENT.has(tree.resolveInner(pos, -1).name);
  if (silent || (word === null && !context.explicit)) {
    return null;
  }
  const used = new Set<string>();
  tree.iterate({
    enter(node) {
      // The word that is being written is no suggestion for itself.
      if (node.name === "VariableName" && node.from !== from) {
        used.add(state.sliceDoc(node.from, node.to));
      }
    },
  });
  for (const { label } of own) {
    used.delete(label);
  }
  const found = Array.from(used, (label) => ({ label, type: "variable", boost: 1 }));
  return { from, options: [...found, ...own], validFor: /^[\p{L}\p{N}_]*$/u };
}

/** Tab takes the chosen suggestion, else the first. */
const takeSuggestion: Command = (view) =>
  acceptCompletion(view) || (moveCompletionSelection(true)(view) && acceptCompletion(view));

export const brackets: Extension = [closeBrackets(), keymap.of(closeBracketsKeymap)];

export const completion: Extension = [
  autocompletion({
    override: [(context) => withLiveNames(names(context), context)],
    // Nothing is chosen until the arrows choose: Enter behind a name that was typed whole is a new line.
    selectOnOpen: false,
    // So no key that comes with the list can take a name by mistake, and none has to wait.
    interactionDelay: 0,
  }),
  keymap.of([{ key: "Tab", run: takeSuggestion }]),
];

/** Behind a name Tab asks what it may become; for those to whom Tab is a key of the text. */
export const namesOnTab: Extension = keymap.of([
  { key: "Tab", run: (view) => !vimCommands() && endsName(view.state) && startCompletion(view) },
]);
