// What a person chose, remembered by their browser for every room and followed by its other tabs.

import { Store } from "./store.ts";

export class Choice<T extends string | number | boolean> extends Store<T> {
  readonly offered: readonly T[];
  private readonly key: string;

  constructor(name: string, offered: readonly T[], usual: T) {
    const key = `liveroom.${name}`;
    // Whatever is stored and not offered, by hand or by another version, is as good as nothing.
    const read = (kept: string | null) => offered.find((value) => String(value) === kept) ?? usual;
    super(read(localStorage.getItem(key)));
    this.offered = offered;
    this.key = key;
    addEventListener("storage", (event) => {
      if (event.key === key) {
        super.set(read(event.newValue));
      }
    });
  }

  override set(next: T): void {
    try {
      localStorage.setItem(this.key, String(next));
    } catch {
      // The browser's storage is full: the choice lasts as long as the tab.
    }
    super.set(next);
  }
}
