// What the server would refuse is refused here, before anybody sees it; what one frame cannot carry goes in several. Pure.

/** The server's limit: what stands there in UTF-8 bytes, and what comes in UTF-16 units. */
export const DOCUMENT_MAX = 1_000_000;
/** Even where each takes three bytes, so many UTF-16 units in base64 stay under a frame's 1 MiB. */
export const PIECE_MAX = 250_000;

const NO_ROOM =
  `Nothing was inserted: the document may hold ${DOCUMENT_MAX.toLocaleString("en")} characters, and this would pass that. ` +
  "Insert a smaller part, or delete something first.";

/** Why `chars` more do not fit, as a sentence; null when they do. `text` is only asked for near the limit. */
export function whyNot(chars: number, length: number, text: () => string): string | null {
  // Three bytes a unit is the most that UTF-8 takes.
  if (chars === 0 || length * 3 + chars <= DOCUMENT_MAX) {
    return null;
  }
  return new TextEncoder().encode(text()).length + chars > DOCUMENT_MAX ? NO_ROOM : null;
}

/** The text in pieces that a frame can carry, none of which splits a surrogate pair. */
export function inPieces(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + PIECE_MAX);
    if (to < text.length && /[\ud800-\udbff]/.test(text[to - 1] as string)) {
      to -= 1;
    }
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}
