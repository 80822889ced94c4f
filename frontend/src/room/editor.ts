// The editor: CodeMirror over the shared text, with Python, cells, everyone's carets, and one's own undo.

import { defaultKeymap } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension, Prec, Transaction } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  ViewPlugin,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { yCollab } from "y-codemirror.next";
import { asDocumentText } from "../core/text.ts";
import type { EditOrigin } from "../protocol.gen.ts";
import { remoteCarets } from "./carets.ts";
import { cellMarks } from "./cellMarks.ts";
import { type CellCommand, commandOf } from "./commands.ts";
import { editorChoices } from "./editorChoices.ts";
import { findKeys } from "./find.ts";
import { liveKernel } from "./liveKernel.ts";
import { ownUndo, undoKeys } from "./ownUndo.ts";
import type { SurfaceWishes } from "./surface.ts";
import { vimCommands } from "./vimMode.ts";
import "./editor.css";

/** What the policy lets the editor's style elements carry. */
export function cspNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  return meta?.nonce || meta?.content || "";
}

const highlighting = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword],
    color: "var(--syntax-keyword)",
  },
  { tag: [tags.operatorKeyword, tags.self, tags.bool, tags.null], color: "var(--syntax-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--syntax-string)" },
  { tag: [tags.number], color: "var(--syntax-number)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--syntax-comment)" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))],
    color: "var(--syntax-function)",
  },
  { tag: [tags.className, tags.typeName, tags.definition(tags.className)], color: "var(--syntax-type)" },
  { tag: [tags.meta, tags.escape], color: "var(--syntax-mark)" },
  {
    tag: [tags.variableName, tags.propertyName, tags.operator, tags.punctuation],
    color: "var(--syntax-name)",
  },
]);

/** The look that live room and replay share. */
export const editorLook: Extension = [
  lineNumbers(),
  highlightSpecialChars(),
  syntaxHighlighting(highlighting),
];

/** `commanding`: keys are commands now, as in Vim's normal mode, though what they do calls itself typing. */
export function originOf(transactions: readonly Transaction[], commanding: boolean): EditOrigin {
  const is = (event: string) => transactions.some((transaction) => transaction.isUserEvent(event));
  if (is("input.paste")) return "pasted";
  if (is("input.drop") || is("move.drop")) return "dropped";
  if (is("input.complete")) return "completed";
  if (is("delete")) return "deleted";
  if (is("undo")) return "undo";
  if (is("redo")) return "redo";
  // What a command indents is `input.indent`.
  if (is("input.indent")) return "indented";
  // Enter is `input` alone; `input.copyline` and the like are commands.
  const typed = transactions.find((transaction) => {
    const event = transaction.annotation(Transaction.userEvent);
    return event === "input" || event?.startsWith("input.type");
  });
  return typed === undefined || commanding ? "command" : typedOrigin(typed);
}

/**
 * One key may write more than its character. What the person typed ends at a caret; what the editor closed stands behind
 * it, and what it indented stands behind a line's end or at the line's beginning.
 */
function typedOrigin({ changes, newSelection }: Transaction): EditOrigin {
  let origin: EditOrigin = "typed";
  changes.iterChanges((_fromA, _toA, _fromB, toB, inserted) => {
    const text = inserted.toString();
    const atCaret = newSelection.ranges.some(({ to }) => to === toB);
    if (/^\n.|^[ \t]+[^ \t]/s.test(text) || (!atCaret && /^[ \t]*$/.test(text))) {
      origin = "indented";
    } else if (!atCaret) {
      origin = "auto-closed";
    }
  });
  return origin;
}

/** Before every keymap, so that Vim cannot have them. */
function cellKeys(perform: (command: CellCommand) => void): Extension {
  const handlers = EditorView.domEventHandlers({
    keydown(event) {
      const command = commandOf(event);
      if (command !== null) {
        perform(command);
      }
      return command !== null;
    },
  });
  return Prec.highest(handlers);
}

/** The state anew from the shared text: a kept one would silently part from it. */
export function makeEditorState(wishes: SurfaceWishes): EditorState {
  const {
    document: shared,
    file,
    python,
    mayEdit,
    ownerOf,
    kernel,
    command,
    runCell,
    onOrigin,
    onSelection,
    refuse,
  } = wishes;
  const carets = shared.awareness === null ? [] : remoteCarets(file.text, shared.awareness, ownerOf);
  return EditorState.create({
    doc: file.text.toString(),
    extensions: [
      EditorView.cspNonce.of(cspNonce()),
      cellKeys(command),
      // Before the other keymaps, which would leave Vim little.
      editorChoices(refuse),
      keymap.of([...undoKeys, ...findKeys, ...defaultKeymap]),
      ownUndo.of(file.undo),
      EditorView.clipboardInputFilter.of(asDocumentText),
      python
        ? [pythonLanguage, cellMarks(mayEdit ? runCell : null), mayEdit ? liveKernel.of(kernel) : []]
        : [],
      editorLook,
      highlightActiveLineGutter(),
      drawSelection(),
      dropCursor(),
      indentOnInput(),
      bracketMatching(),
      EditorState.readOnly.of(!mayEdit),
      EditorView.contentAttributes.of({
        "aria-label": mayEdit ? "Code. Escape, then Tab leaves the editor." : "Code, to read only",
        spellcheck: "false",
        autocorrect: "off",
        autocapitalize: "off",
      }),
      // Before the binding below, whose update makes the text's own: it must know by then where the change came from.
      ViewPlugin.define(() => ({
        update(update) {
          if (update.docChanged) {
            onOrigin(originOf(update.transactions, vimCommands()));
          }
        },
      })),
      yCollab(file.text, null, { undoManager: file.undo }),
      carets,
      EditorView.updateListener.of((update) => {
        if (update.selectionSet || update.docChanged || update.focusChanged) {
          onSelection();
        }
      }),
    ],
  });
}
