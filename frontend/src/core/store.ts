// One value that changes, and who wants to know.

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
