// The arithmetic of the plain editor: what somebody changed in a text field, and where a place went. Pure.

/** A change as Yjs tells it: keep so many characters, put some in, take some out. */
export interface DeltaPart {
  retain?: number | undefined;
  insert?: unknown;
  delete?: number | undefined;
}

export interface FieldChange {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/**
 * The smallest change from one text to the other that ends at the caret, where typing, pasting and deleting end: in "aaa"
 * only the caret tells which "a" is new.
 */
export function changeAtCaret(before: string, after: string, caret: number): FieldChange | null {
  if (before === after) {
    return null;
  }
  const most = Math.min(before.length, after.length);
  let end = 0;
  const endMost = Math.min(most, after.length - caret);
  while (end < endMost && before.at(-1 - end) === after.at(-1 - end)) {
    end += 1;
  }
  let start = 0;
  while (start < most - end && before[start] === after[start]) {
    start += 1;
  }
  // Half of a surrogate pair is no character.
  if (splitsPair(before, start) || splitsPair(after, start)) {
    start -= 1;
  }
  if (splitsPair(before, before.length - end) || splitsPair(after, after.length - end)) {
    end -= 1;
  }
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

/** Where a place is after a change. What is put in just there stands behind it, or before it if `after`. */
export function placeAfter(delta: readonly DeltaPart[], place: number, after = false): number {
  let old = 0;
  let now = place;
  for (const { retain = 0, insert, delete: gone = 0 } of delta) {
    if (old > place) {
      break;
    }
    if (typeof insert === "string" && (old < place || after)) {
      now += insert.length;
    }
    now -= Math.min(gone, place - old);
    old += retain + gone;
  }
  return now;
}

/** Where the last part of a change ends: that is where undoing leaves the caret. */
export function endOf(delta: readonly DeltaPart[]): number {
  return delta.reduce(
    (at, { retain = 0, insert }) => at + retain + (typeof insert === "string" ? insert.length : 0),
    0,
  );
}

function splitsPair(text: string, at: number): boolean {
  return (
    at > 0 &&
    at < text.length &&
    /[\ud800-\udbff]/.test(text[at - 1] as string) &&
    /[\udc00-\udfff]/.test(text[at] as string)
  );
}
