// Keeps something that floats beside what it belongs to, and inside the window. Fetched when something first opens.
import { autoUpdate, computePosition, flip, offset, shift } from "@floating-ui/dom";

/** Follows the anchor until the returned function is called. */
export function keepPlaced(anchor: HTMLElement, floating: HTMLElement): () => void {
  return autoUpdate(anchor, floating, async () => {
    const { x, y } = await computePosition(anchor, floating, {
      placement: "bottom-end",
      strategy: "fixed",
      middleware: [offset(4), flip(), shift({ padding: 8 })],
    });
    Object.assign(floating.style, { left: `${x}px`, top: `${y}px`, right: "auto" });
  });
}
