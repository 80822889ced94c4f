// Where in a cell the kernel is asked about, between the editor's UTF-16 units and Python's code points. Pure.

import { cellAt, parseCells } from "./cells.ts";
import type { SourcePlace } from "./kernelAsks.ts";

export interface AskedPlace extends SourcePlace {
  /** Where the source begins in the text. */
  readonly from: number;
}

/** The place in the cell's own source, or null on a cell's mark and where no code is. */
export function askedPlace(text: string, position: number): AskedPlace | null {
  const cell = cellAt(parseCells(text), position);
  if (cell === undefined || cell.kind !== "code" || position < cell.sourceFrom) {
    return null;
  }
  const source = text.slice(cell.sourceFrom, cell.to);
  const before = source.slice(0, position - cell.sourceFrom);
  return { source, cursor: codePoints(before), from: cell.sourceFrom };
}

/** How many code points a text has. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) {
    count += 1;
  }
  return count;
}

/** Where the first `count` code points end, in UTF-16 units; at the end where there are fewer. */
export function unitsOf(text: string, count: number): number {
  let units = 0;
  for (const character of text) {
    if (count <= 0) {
      break;
    }
    units += character.length;
    count -= 1;
  }
  return units;
}
