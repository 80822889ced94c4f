// One value that changes, and who wants to know; views read it through a selector.

import { useEffect, useState } from "preact/hooks";

export class Store<T> {
  private value: T;
  private readonly listeners = new Set<() => void>();

  constructor(value: T) {
    this.value = value;
  }

  get(): T {
    return this.value;
  }

  set(next: T): void {
    if (next !== this.value) {
      this.value = next;
      for (const listener of [...this.listeners]) {
        listener();
      }
    }
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

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
