// Stands for `lib0/logging`, by which Yjs warns in colours: those take a schema library and the DOM's helpers along.

export const [BOLD, UNBOLD, RED, ORANGE] = Array.from({ length: 4 }, () => Symbol("style"));

export function print(...words: unknown[]): void {
  console.warn(...words.filter((word) => typeof word !== "symbol"));
}

export const warn = print;
