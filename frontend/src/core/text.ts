// Small conversions that the room and the replay share: line ends, base64, run times.

import { roomTime } from "./format.ts";

/** Lines end in `\n` in a room's document; `\r` never enters it. */
export function withUnixLines(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/**
 * Text from elsewhere as a document takes it. Unicode's own line and paragraph separators, which some programs copy, end
 * lines as well: Python stumbles over them, and nobody sees why. So it does over NUL, which is left out.
 */
export function asDocumentText(text: string): string {
  return withUnixLines(text)
    .replace(/[\u2028\u2029]/g, "\n")
    .replaceAll("\0", "");
}

export function countLines(text: string): number {
  return text === "" ? 0 : text.split("\n").length;
}

export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  // One call for a whole megabyte would overflow the argument list.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) {
    bytes[at] = binary.charCodeAt(at);
  }
  return bytes;
}

/** How long a run took, with as many digits as one cares for: `12 ms`, `1.24 s`, `34.5 s`, `2:05`. */
export function runTime(us: number): string {
  if (us < 1e6) {
    return `${Math.round(us / 1e3)} ms`;
  }
  return us < 60e6 ? `${(us / 1e6).toFixed(us < 10e6 ? 2 : 1)} s` : roomTime(us);
}
