// The full editor as the session sees it.

import { EditorSelection } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { redrawCarets } from "./carets.ts";
import { setCellStates } from "./cellMarks.ts";
import { makeEditorState } from "./editor.ts";
import { fittingEdits } from "./fittingEdits.ts";
import { type MakeSurface, type Seen, UNDER_BANNER_PX } from "./surface.ts";

/** So much of a line may be scrolled away before it no longer counts as the first in sight. */
const SLACK_PX = 2;
/** No less than what is above the first line. */
const ABOVE_PX = 24;

export const codeSurface: MakeSurface = (parent, wishes) => {
  const view = new EditorView({
    parent,
    state: makeEditorState(wishes()),
    dispatchTransactions: fittingEdits(wishes().refuse),
  });
  return {
    dom: view.dom,
    content: view.contentDOM,
    scroller: view.scrollDOM,
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
    seen: () => seenIn(view),
    see: (from, caret) => see(view, from, caret),
    drop: (text, x, y) => {
      const from = view.posAtCoords({ x, y }, false);
      view.focus();
      view.dispatch({
        changes: { from, insert: text },
        selection: EditorSelection.range(from, from + text.length),
        userEvent: "input.drop",
      });
    },
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
    beginAgain: (sight) => {
      const { anchor, head } = sight ?? cursorAt(view.state.selection.main.head);
      view.setState(makeEditorState(wishes()));
      const { length } = view.state.doc;
      view.dispatch({
        selection: { anchor: Math.min(anchor, length), head: Math.min(head, length) },
        scrollIntoView: sight === undefined,
      });
      if (sight !== undefined) {
        see(view, sight.top, null);
      }
    },
    destroy: () => view.destroy(),
  };
};

function cursorAt(head: number) {
  return { anchor: head, head };
}

function seenIn(view: EditorView): Seen {
  const { top, bottom } = view.scrollDOM.getBoundingClientRect();
  const lineAt = (y: number) => view.lineBlockAtHeight(y - view.documentTop);
  return { from: lineAt(top + SLACK_PX).from, to: lineAt(bottom).to };
}

function see(view: EditorView, from: number, caret: number | null): void {
  const { length } = view.state.doc;
  const first = view.lineBlockAt(Math.min(from, length));
  const lowest = caret === null ? first : view.lineBlockAt(Math.min(caret, length));
  const fits = lowest.bottom - first.top < view.scrollDOM.clientHeight - UNDER_BANNER_PX;
  view.dispatch({
    effects: fits
      ? EditorView.scrollIntoView(first.from, { y: "start", yMargin: first.from === 0 ? ABOVE_PX : 0 })
      : EditorView.scrollIntoView(lowest.from, { y: "end", yMargin: UNDER_BANNER_PX }),
  });
}

/** Without a selection the editor copies the whole line. */
function copied({ state }: EditorView): string[] {
  return state.selection.ranges.map((range) =>
    range.empty ? state.doc.lineAt(range.head).text : state.sliceDoc(range.from, range.to),
  );
}
