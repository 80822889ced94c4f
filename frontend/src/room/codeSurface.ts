// The full editor as the session sees it.

import { EditorSelection } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { redrawCarets } from "./carets.ts";
import { setCellStates } from "./cellMarks.ts";
import { makeEditorState } from "./editor.ts";
import type { Surface, SurfaceWishes } from "./surface.ts";

/** `wishes` is asked again whenever another document stands under the editor. */
export function codeSurface(parent: HTMLElement, wishes: () => SurfaceWishes): Surface {
  const view = new EditorView({ parent, state: makeEditorState(wishes()) });
  return {
    dom: view.dom,
    content: view.contentDOM,
    get hasFocus() {
      return view.hasFocus;
    },
    selection: () => view.state.selection.main,
    copied: () => copied(view),
    focus: () => view.focus(),
    reveal: (caret, from) =>
      view.dispatch({
        selection: EditorSelection.cursor(caret),
        effects: EditorView.scrollIntoView(from, { y: "nearest", yMargin: 24 }),
      }),
    append: (text) => {
      const { length } = view.state.doc;
      view.dispatch({
        changes: { from: length, insert: text },
        selection: EditorSelection.cursor(length + text.length),
        scrollIntoView: true,
        userEvent: "cell.new",
      });
    },
    showStates: (states) => view.dispatch({ effects: setCellStates.of(states) }),
    redrawCarets: () => redrawCarets(view),
    beginAgain: () => {
      const { head } = view.state.selection.main;
      view.setState(makeEditorState(wishes()));
      view.dispatch({ selection: { anchor: Math.min(head, view.state.doc.length) }, scrollIntoView: true });
    },
    destroy: () => view.destroy(),
  };
}

/** Without a selection the editor copies the whole line. */
function copied({ state }: EditorView): string[] {
  return state.selection.ranges.map((range) =>
    range.empty ? state.doc.lineAt(range.head).text : state.sliceDoc(range.from, range.to),
  );
}
