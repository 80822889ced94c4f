// Yjs relative positions as others tell them.

import * as Y from "yjs";

/** What others say is theirs to say wrongly: anything that is not a place in this text is nowhere. */
export function placeIn(text: Y.Text, position: unknown): number | null {
  try {
    const relative = Y.createRelativePositionFromJSON(position);
    const found = text.doc && Y.createAbsolutePositionFromRelativePosition(relative, text.doc);
    return found && found.type === text ? found.index : null;
  } catch {
    return null;
  }
}
