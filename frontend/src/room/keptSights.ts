// Where somebody was in each file, so that coming back to one finds the caret and the lines in view as they were left.

import * as Y from "yjs";
import type { FileText } from "./document.ts";
import type { Sight } from "./surface.ts";

type Kept = Record<keyof Sight, Y.RelativePosition>;

const TOP: Sight = { anchor: 0, head: 0, top: 0 };

export class KeptSights {
  private readonly kept = new Map<string, Kept>();

  keep({ file, text }: FileText, { anchor, head, top }: Sight): void {
    const at = (index: number) => Y.createRelativePositionFromTypeIndex(text, Math.min(index, text.length));
    this.kept.set(file, { anchor: at(anchor), head: at(head), top: at(top) });
  }

  /** Others may have written meanwhile: the places move along with the text. Of a file not seen before, its top. */
  of({ file, text }: FileText): Sight {
    const kept = this.kept.get(file);
    if (kept === undefined) {
      return TOP;
    }
    const now = (position: Y.RelativePosition) => {
      const found = text.doc && Y.createAbsolutePositionFromRelativePosition(position, text.doc);
      return found?.type === text ? found.index : 0;
    };
    return { anchor: now(kept.anchor), head: now(kept.head), top: now(kept.top) };
  }
}
