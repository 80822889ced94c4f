// The document as it was, read-only, with everyone's carets by name. Only what changed is put into the editor.

import { pythonLanguage } from "@codemirror/lang-python";
import { EditorState, type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { useEffect, useRef } from "preact/hooks";
import type { Person } from "../protocol.gen.ts";
import { CaretWidget, selectionMark } from "../room/carets.ts";
import { cellMarks } from "../room/cellMarks.ts";
import { cspNonce, editorLook } from "../room/editor.ts";
import { wrappedLines } from "../room/editorChoices.ts";
import type { Caret } from "./player.ts";
import { changeBetween } from "./text-change.ts";
import "../room/editor.css";

const setCarets = StateEffect.define<DecorationSet>();

const caretField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(carets, transaction) {
    for (const effect of transaction.effects) if (effect.is(setCarets)) return effect.value;
    return carets.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

interface CodeViewProps {
  /** The file that is shown, and its text. */
  file: string;
  text: string;
  carets: ReadonlyMap<string, Caret>;
  people: readonly Person[];
  /** Whose names stand beside their carets: those who moved lately. */
  named: ReadonlySet<string>;
  /** Where the cell's tint goes. */
  active: number | null;
  /** Where to look when the text changes, or null to stay where one is. */
  follow: number | null;
  /** A position to bring into view, counted up so that the same one can be asked for again. */
  reveal: { at: number; round: number } | null;
}

export function CodeView({ file, text, carets, people, named, active, follow, reveal }: CodeViewProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);

  useEffect(() => {
    const parent = place.current;
    if (!parent) return;
    const view = new EditorView({ parent, state: stateOf() });
    editor.current = view;
    return () => view.destroy();
  }, []);

  useEffect(() => {
    const view = editor.current;
    if (!view) return;
    const change = changeBetween(view.state.doc.toString(), text);
    view.dispatch({
      ...(change ? { changes: change } : {}),
      ...(active === null ? {} : { selection: { anchor: Math.min(active, text.length) } }),
      effects: setCarets.of(decorations(file, text, carets, people, named)),
    });
    if (change && follow !== null) {
      // On its own: in the transaction above the position would be bounded by the text as it was before.
      view.dispatch({ effects: EditorView.scrollIntoView(Math.min(follow, text.length), { yMargin: 48 }) });
    }
  }, [file, text, carets, people, named, active, follow]);

  useEffect(() => {
    const view = editor.current;
    if (!view || !reveal || reveal.at > view.state.doc.length) return;
    view.dispatch({ effects: EditorView.scrollIntoView(reveal.at, { y: "start", yMargin: 24 }) });
  }, [reveal]);

  return <div ref={place} class="code-view" />;
}

function stateOf(): EditorState {
  return EditorState.create({
    extensions: [
      EditorView.cspNonce.of(cspNonce()),
      pythonLanguage,
      editorLook,
      wrappedLines,
      cellMarks(null),
      caretField,
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ "aria-label": "Code at this moment, to read only", tabindex: "0" }),
    ],
  });
}

function decorations(
  shown: string,
  text: string,
  carets: ReadonlyMap<string, Caret>,
  people: readonly Person[],
  named: ReadonlySet<string>,
): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  const firstLineEnd = text.indexOf("\n");
  for (const [participant, { file, anchor, head }] of carets) {
    const owner = people.find((person) => person.participant === participant);
    if (!owner || file !== shown) continue;
    const [from, to] = [Math.min(anchor, head, text.length), Math.min(Math.max(anchor, head), text.length)];
    const at = Math.min(head, text.length);
    if (from < to) ranges.push(selectionMark(owner).range(from, to));
    const widget = new CaretWidget(owner, named.has(participant), firstLineEnd < 0 || at <= firstLineEnd);
    ranges.push(Decoration.widget({ widget, side: 1 }).range(at));
  }
  return Decoration.set(ranges, true);
}
