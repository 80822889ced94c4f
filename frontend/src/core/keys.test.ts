import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BATCH_KEYS, BATCH_MS, type Key, KeyBatches, type KeyLike, toKey } from "./keys.ts";

const event = (fields: Partial<KeyLike>): KeyLike => ({
  type: "keydown",
  timeStamp: 2,
  code: "KeyA",
  repeat: false,
  isTrusted: true,
  isComposing: false,
  ...fields,
});
const at = (ms: number) => ms * 1000;
const key: Key = [1, "down", "KeyA", 0];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("records the physical key, the way, the time and the flags", () => {
  expect(toKey(event({}), at)).toEqual([2000, "down", "KeyA", 0]);
  expect(toKey(event({ type: "keyup", code: "ShiftLeft" }), at)).toEqual([2000, "up", "ShiftLeft", 0]);
  expect(toKey(event({ repeat: true, isTrusted: false, isComposing: true }), at)[3]).toBe(7);
  expect(toKey(event({ code: "x".repeat(60) }), at)[2]).toHaveLength(24);
});

it("hands on a batch after a quarter of a second", () => {
  const batches: Key[][] = [];
  const gathering = new KeyBatches((keys) => batches.push(keys));
  gathering.add(key);
  vi.advanceTimersByTime(BATCH_MS - 1);
  expect(batches).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(batches).toEqual([[key]]);
});

it("hands on a full batch at once, and nothing twice", () => {
  const sizes: number[] = [];
  const gathering = new KeyBatches((keys) => sizes.push(keys.length));
  for (let count = 0; count < BATCH_KEYS + 1; count++) {
    gathering.add(key);
  }
  expect(sizes).toEqual([BATCH_KEYS]);
  gathering.flush();
  gathering.flush();
  expect(sizes).toEqual([BATCH_KEYS, 1]);
});
