// Views read a store through a selector.

import { useEffect, useState } from "preact/hooks";
import type { Store } from "../core/store.ts";

export { Store } from "../core/store.ts";

/** Draws again when what `select` picks has become another value. */
export function useStore<T, Picked>(store: Store<T>, select: (value: T) => Picked): Picked {
  const [, draw] = useState(0);
  const picked = select(store.get());
  useEffect(() => {
    let last = picked;
    const look = () => {
      const next = select(store.get());
      if (next !== last) {
        last = next;
        draw((count) => count + 1);
      }
    };
    look();
    return store.subscribe(look);
  });
  return picked;
}
