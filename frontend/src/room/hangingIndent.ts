// Wrapped lines continue under their own indentation: Python that starts again at the margin reads as broken.

import { RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";

const DEEPER = 4;
const MARGIN_PX = 6;
/** Beyond this, a narrow page would have no room left for the text. */
const DEEPEST = 24;

/** How many columns the continuation of a wrapped line is indented by. Pure. */
export function hangingColumns(line: string): number {
  return Math.min(DEEPEST, line.length - line.trimStart().length + DEEPER);
}

const styles = new Map<number, Decoration>();

function styleOf(columns: number): Decoration {
  let style = styles.get(columns);
  if (style === undefined) {
    const css = `text-indent:-${columns}ch;padding-left:calc(${columns}ch + ${MARGIN_PX}px)`;
    style = Decoration.line({ attributes: { style: css } });
    styles.set(columns, style);
  }
  return style;
}

function decorate(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      builder.add(line.from, line.from, styleOf(hangingColumns(line.text)));
      at = line.to + 1;
    }
  }
  return builder.finish();
}

export const hangingIndent = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = decorate(view);
    }
    update(change: ViewUpdate): void {
      if (change.docChanged || change.viewportChanged) {
        this.decorations = decorate(change.view);
      }
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
