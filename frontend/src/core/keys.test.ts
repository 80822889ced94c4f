// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  BATCH_KEYS,
  BATCH_MS,
  CHORD,
  COMPOSING,
  type Key,
  KeyBatches,
  type KeyLike,
  recordKeys,
  toKey,
} from "./keys.ts";

const event = (fields: Partial<KeyLike>): KeyLike => ({
  type: "keydown",
  timeStamp: 2,
  code: "KeyA",
  key: "a",
  keyCode: 65,
  repeat: false,
  isTrusted: true,
  isComposing: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  getModifierState: () => false,
  ...fields,
});
const at = (ms: number) => ms * 1000;
const key: Key = [1, "down", "KeyA", 0];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("records the physical key, the way, the time and the flags", () => {
  expect(toKey(event({}), at, false)).toEqual([2000, "down", "KeyA", 0]);
  expect(toKey(event({ type: "keyup", code: "ShiftLeft" }), at, false)).toEqual([2000, "up", "ShiftLeft", 0]);
  expect(toKey(event({ repeat: true, isTrusted: false, isComposing: true }), at, false)[3]).toBe(7);
  expect(toKey(event({ code: "x".repeat(60) }), at, false)[2]).toHaveLength(24);
});

const flags = (fields: Partial<KeyLike>, isMac = false) => toKey(event(fields), at, isMac)[3];

it("marks what an input method or a dead key is composing of", () => {
  expect(flags({ key: "Dead", code: "BracketLeft" })).toBe(COMPOSING);
  expect(flags({ key: "Process" })).toBe(COMPOSING);
  expect(flags({ key: "Unidentified", code: "", keyCode: 229 })).toBe(COMPOSING);
});

it("marks commands, and no character that a modifier helps to write", () => {
  const altGraph = { getModifierState: (modifier: string) => modifier === "AltGraph" };
  expect(flags({ ctrlKey: true })).toBe(CHORD);
  expect(flags({ metaKey: true }, true)).toBe(CHORD);
  expect(flags({ altKey: true })).toBe(CHORD);
  expect(flags({ altKey: true, key: "[" }, true)).toBe(0);
  expect(flags({ altKey: true, ctrlKey: true, key: "c" }, true)).toBe(CHORD);
  expect(flags({ ctrlKey: true, altKey: true, key: "[", ...altGraph })).toBe(0);
  expect(flags({ key: "[", ...altGraph })).toBe(0);
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

/** Presses and releases on an element; what is recorded of them, without the times. */
function pressing(isMac = false) {
  const element = document.createElement("div");
  const [field, other] = [document.createElement("input"), document.createElement("input")];
  element.append(field);
  document.body.append(element, other);
  const keys: string[] = [];
  const batches = new KeyBatches((batch) => keys.push(...batch.map(([, way, code]) => `${way} ${code}`)));
  const stop = recordKeys(element, at, batches, isMac);
  const send = (type: string, code: string) =>
    field.dispatchEvent(new KeyboardEvent(type, { code, bubbles: true }));
  return {
    down: (code: string) => send("keydown", code),
    up: (code: string) => send("keyup", code),
    leave: (to: Element | null) =>
      field.dispatchEvent(new FocusEvent("focusout", { relatedTarget: to, bubbles: true })),
    field,
    other,
    recorded() {
      stop();
      return keys;
    },
  };
}

it("loses what is down when the focus goes elsewhere, once, and makes up no release", () => {
  const { down, up, leave, other, recorded } = pressing();
  down("KeyA");
  up("KeyA");
  down("ShiftLeft");
  down("KeyB");
  leave(other);
  leave(null);
  expect(recorded()).toEqual([
    "down KeyA",
    "up KeyA",
    "down ShiftLeft",
    "down KeyB",
    "lost ShiftLeft",
    "lost KeyB",
  ]);
});

it("keeps what is down when the focus moves within the editor", () => {
  const { down, leave, field, recorded } = pressing();
  down("KeyA");
  leave(field);
  expect(recorded()).toEqual(["down KeyA"]);
});

it("loses on a Mac what was down while Meta was, for it tells no release of that", () => {
  const { down, up, recorded } = pressing(true);
  down("MetaLeft");
  down("ShiftLeft");
  down("KeyC");
  up("MetaLeft");
  up("ShiftLeft");
  expect(recorded().slice(3)).toEqual(["up MetaLeft", "lost KeyC", "up ShiftLeft"]);
});

it("waits elsewhere for the release of what was down while Meta was", () => {
  const { down, up, recorded } = pressing();
  down("MetaLeft");
  down("KeyC");
  up("MetaLeft");
  up("KeyC");
  expect(recorded().slice(2)).toEqual(["up MetaLeft", "up KeyC"]);
});
