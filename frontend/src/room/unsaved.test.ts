import { describe, expect, it } from "vitest";
import { type ToRecord, Unsaved } from "./unsaved.ts";

class MemoryStorage implements Storage {
  private readonly items = new Map<string, string>();
  full = false;
  get length(): number {
    return this.items.size;
  }
  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (this.full) {
      throw new DOMException("full", "QuotaExceededError");
    }
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
  clear(): void {
    this.items.clear();
  }
}

const edit = (update: string): ToRecord => ({ type: "edit", clientAtUs: 1, origin: "typed", update });
const focus: ToRecord = { type: "focus", clientAtUs: 2, focused: true };

function page() {
  const storage = new MemoryStorage();
  return { storage, unsaved: new Unsaved(storage, "r7") };
}

describe("what waits to be saved", () => {
  it("is numbered from one and forgotten when it is on the server's disk", () => {
    const { unsaved } = page();
    expect([unsaved.add(edit("a")).n, unsaved.add(focus).n, unsaved.add(edit("b")).n]).toEqual([1, 2, 3]);
    unsaved.saved(2);
    expect([unsaved.waiting.map((frame) => frame.n), unsaved.edits, unsaved.next]).toEqual([[3], 1, 3]);
  });

  it("survives a reload with the page's identity and its count", () => {
    const { storage, unsaved } = page();
    for (let count = 0; count < 12; count++) {
      unsaved.add(edit(String(count)));
    }
    unsaved.belongsTo("h1");
    unsaved.saved(1);
    const reloaded = new Unsaved(storage, "r7");
    expect(reloaded.identity).toEqual(unsaved.identity);
    expect(Object.keys(reloaded.identity).sort()).toEqual(["client", "page"]);
    expect(reloaded.history).toBe("h1");
    expect(reloaded.waiting).toEqual(unsaved.waiting);
    expect(reloaded.add(focus).n).toBe(13);
  });

  it("is told by a new page without gaps after a refusal", () => {
    const { unsaved } = page();
    const { page: before, client } = unsaved.identity;
    unsaved.add(edit("a"));
    unsaved.add(focus);
    unsaved.add(edit("c"));
    unsaved.drop(2);
    unsaved.closeGaps();
    expect(unsaved.waiting.map((frame) => [frame.n, frame.page === before])).toEqual([
      [1, false],
      [2, false],
    ]);
    expect(unsaved.identity.client).toBe(client);
  });

  it("keeps its page where there is no gap", () => {
    const { unsaved } = page();
    const before = unsaved.identity;
    unsaved.add(edit("a"));
    unsaved.add(edit("b"));
    unsaved.saved(1);
    unsaved.closeGaps();
    expect([unsaved.identity, unsaved.next]).toEqual([before, 2]);
  });

  it("is dropped when the text starts over, under another client id and with the count going on", () => {
    const { storage, unsaved } = page();
    const before = unsaved.identity;
    unsaved.add(edit("a"));
    unsaved.startOver("h2");
    expect(unsaved.waiting).toEqual([]);
    expect(unsaved.identity.page).toBe(before.page);
    expect(unsaved.identity.client).not.toBe(before.client);
    expect([unsaved.next, new Unsaved(storage, "r7").history]).toEqual([2, "h2"]);
  });

  it("says when the browser has no room to keep it", () => {
    const { storage, unsaved } = page();
    storage.full = true;
    unsaved.add(edit("a"));
    expect([unsaved.survivesReload, unsaved.waiting.length]).toEqual([false, 1]);
  });

  it("leaves the text for after the reload while edits wait", () => {
    const { storage, unsaved } = page();
    unsaved.keepText("all saved");
    expect(new Unsaved(storage, "r7").text).toBe("");
    unsaved.add(edit("a"));
    unsaved.keepText("with a");
    expect(new Unsaved(storage, "r7").text).toBe("with a");
  });
});
