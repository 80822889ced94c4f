// What is folded away in the middle of something long, and what a person unfolded. Pure, but for what is remembered.

export interface FoldSizes {
  /** So many are shown whole. */
  readonly most: number;
  readonly head: number;
  readonly tail: number;
}

export const TEXT_FOLD: FoldSizes = { most: 40, head: 20, tail: 10 };
/** The end says what went wrong, and stands nearest to it. */
export const TRACEBACK_FOLD: FoldSizes = { most: 40, head: 10, tail: 20 };
export const OUTPUTS_FOLD: FoldSizes = { most: 20, head: 10, tail: 5 };

export interface Folded {
  /** The first that is hidden, and the first after it that is not. */
  readonly from: number;
  readonly to: number;
}

/** What of `count` is hidden where `unfolded` more than the head are asked for; null where nothing is. */
export function folded(count: number, { most, head, tail }: FoldSizes, unfolded = 0): Folded | null {
  const hidden = { from: head + unfolded, to: count - tail };
  return count > most && hidden.from < hidden.to ? hidden : null;
}

const KEY = "liveroom.unfolded";
const REMEMBERED_MAX = 200;

/** What this tab unfolded, by name; it outlasts a reload, and the newest of very many. */
export const unfolded = {
  has: (name: string): boolean => names().includes(name),
  set(name: string, on: boolean): void {
    const others = names().filter((other) => other !== name);
    const kept = on ? [...others, name].slice(-REMEMBERED_MAX) : others;
    try {
      sessionStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // The storage is full: it is unfolded until the view goes.
    }
  },
};

function names(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}
