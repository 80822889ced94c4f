// Every change of the full editor passes here: what does not fit is refused, what one frame cannot carry goes in pieces.

import { Transaction } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { ySyncAnnotation } from "y-codemirror.next";
import { inPieces, PIECE_MAX, whyNot } from "./fitting.ts";

/** For `EditorView`'s `dispatchTransactions`. `refuse` hears why nothing was inserted. */
export function fittingEdits(
  refuse: (why: string) => void,
): (transactions: readonly Transaction[], view: EditorView) => void {
  return (transactions, view) => {
    const chars = transactions.map(charsWritten);
    const { doc } = view.state;
    const why = whyNot(
      chars.reduce((sum, one) => sum + one, 0),
      doc.length,
      () => doc.toString(),
    );
    if (why !== null) {
      refuse(why);
    } else if (chars.every((one) => one <= PIECE_MAX)) {
      view.update(transactions);
    } else {
      for (const transaction of transactions) {
        updateInPieces(view, transaction);
      }
    }
  };
}

/** What this person adds; what comes from the shared text stands there already. */
function charsWritten(transaction: Transaction): number {
  let chars = 0;
  if (transaction.docChanged && transaction.annotation(ySyncAnnotation) === undefined) {
    transaction.changes.iterChanges((_fromA, _toA, _fromB, _toB, inserted) => {
      chars += inserted.length;
    });
  }
  return chars;
}

/** From the end backwards, so that the places before still hold. */
function updateInPieces(view: EditorView, transaction: Transaction): void {
  const { changes, newSelection: selection, effects, scrollIntoView } = transaction;
  const userEvent = transaction.annotation(Transaction.userEvent) ?? "input";
  const write = (from: number, to: number, insert: string) =>
    view.update([view.state.update({ changes: { from, to, insert }, userEvent, filter: false })]);
  const parts: [from: number, to: number, text: string][] = [];
  changes.iterChanges((from, to, _fromB, _toB, inserted) => parts.unshift([from, to, inserted.toString()]));
  for (const [from, to, text] of parts) {
    const [first = "", ...rest] = inPieces(text);
    write(from, to, first);
    let at = from + first.length;
    for (const piece of rest) {
      write(at, at, piece);
      at += piece.length;
    }
  }
  view.update([view.state.update({ selection, effects, scrollIntoView })]);
}
