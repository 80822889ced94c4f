// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RoomClock } from "../core/clock.ts";
import { type Key, REPEAT } from "../core/keys.ts";
import { browserOf, layoutOf, platformOf, SetUpTeller } from "./setUp.ts";
import type { ToRecord } from "./unsaved.ts";

const ROW = ["KeyQ", "KeyW", "KeyE", "KeyR", "KeyT", "KeyY"];
const rowOf = (letters: string) => new Map(ROW.map((code, at) => [code, letters[at] ?? ""]));
let layout = rowOf("qwerty");
let coarse = false;
let nowMs = 0;

beforeEach(() => {
  [layout, coarse, nowMs] = [rowOf("qwerty"), false, 0];
  vi.stubGlobal("navigator", {
    userAgent:
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    maxTouchPoints: 0,
    keyboard: { getLayoutMap: async () => layout },
  });
  vi.stubGlobal("crossOriginIsolated", true);
  vi.stubGlobal("matchMedia", () => ({ matches: coarse }));
});
afterEach(() => void vi.unstubAllGlobals());

function telling() {
  const told: ToRecord[] = [];
  const clock = new RoomClock(
    () => nowMs,
    () => nowMs,
  );
  const teller = new SetUpTeller(clock, (frame) => told.push(frame));
  const editor = document.createElement("div");
  return { told, editor, teller: { typed: (keys: readonly Key[]) => teller.typed(keys, editor) } };
}

const FACTS = {
  type: "set-up",
  clientAtUs: 0,
  isolated: true,
  platform: "linux",
  browser: "chromium",
  touch: false,
  layout: "qwerty",
};
const keysEvery = (us: number, count: number, flags = 0): Key[] =>
  Array.from({ length: count }, (_, at) => [at * us * (1 + (at % 3)), "down", "KeyA", flags]);

it("is told with the first keys, and not again while it is the same", async () => {
  const { told, teller } = telling();
  await Promise.all([teller.typed(keysEvery(1000, 3)), teller.typed(keysEvery(1000, 3))]);
  await teller.typed(keysEvery(1000, 3));
  expect(told).toEqual([FACTS]);
});

it("is told again once the clock's step is known, which held keys say nothing of", async () => {
  const { told, teller } = telling();
  await teller.typed(keysEvery(30_000, 256, REPEAT));
  expect(told).toEqual([FACTS]);
  await teller.typed(keysEvery(1000, 256));
  expect(told[1]).toEqual({ ...FACTS, tickUs: 1000 });
});

it("is told again when the layout is another, looked up once a minute", async () => {
  const { told, teller } = telling();
  await teller.typed(keysEvery(1000, 1));
  layout = rowOf("qwertz");
  nowMs = 59_000;
  await teller.typed(keysEvery(1000, 1));
  expect(told).toHaveLength(1);
  nowMs = 61_000;
  await teller.typed(keysEvery(1000, 1));
  expect(told[1]).toEqual({ ...FACTS, clientAtUs: 61_000_000, layout: "qwertz" });
});

it("leaves the layout out where the browser does not say it, until the letters do", async () => {
  for (const keyboard of [undefined, { getLayoutMap: () => Promise.reject(new Error("not you")) }]) {
    Object.assign(navigator, { keyboard });
    nowMs = 0;
    const { told, teller, editor } = telling();
    const press = (code: string, key: string, more: KeyboardEventInit = {}) =>
      editor.dispatchEvent(new KeyboardEvent("keydown", { code, key, ...more }));
    await teller.typed(keysEvery(1000, 1));
    const { layout: _, ...others } = FACTS;
    expect(told).toEqual([others]);
    press("KeyY", "Z", { shiftKey: true });
    press("KeyE", "€", { ctrlKey: true, altKey: true });
    press("KeyT", "Unidentified");
    nowMs = 61_000;
    await teller.typed(keysEvery(1000, 1));
    expect(told[1]).toEqual({ ...FACTS, clientAtUs: 61_000_000, layout: "qwertz" });
  }
});

it("knows a keyboard on the screen by the pointer, or by keys that have no place", async () => {
  const unplaced = telling();
  await unplaced.teller.typed([[0, "down", "", 4]]);
  expect(unplaced.told).toEqual([{ ...FACTS, touch: true }]);
  coarse = true;
  const pointed = telling();
  await pointed.teller.typed(keysEvery(1000, 3));
  expect(pointed.told).toEqual([{ ...FACTS, touch: true }]);
});

it.each([
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/133.0", 0, "windows", "firefox"],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605",
    0,
    "mac",
    "safari",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605",
    5,
    "ios",
    "safari",
  ],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) CriOS/130.0 Mobile Safari/604", 5, "ios", "safari"],
  ["Mozilla/5.0 (X11; CrOS x86_64) Chrome/130.0.0.0 Safari/537.36", 0, "chromeos", "chromium"],
  ["Mozilla/5.0 (Linux; Android 14) Chrome/130.0.0.0 Mobile Safari/537.36", 5, "android", "chromium"],
  ["Mozilla/5.0 (Windows NT 10.0) Chrome/130.0.0.0 Safari/537.36 Edg/130.0", 0, "windows", "chromium"],
  ["Lynx", 0, "other", "other"],
])("takes %s for its class", (agent, touchPoints, platform, browser) => {
  expect([platformOf(agent, touchPoints), browserOf(agent, touchPoints)]).toEqual([platform, browser]);
});

it("knows layouts by their upper row and keeps nothing else of them", () => {
  const rows = ["qwerty", "qwertz", "azerty", "',.pyf", "qwfpgj", "йцукен"];
  const classes = ["qwerty", "qwertz", "azerty", "dvorak", "colemak", "other"];
  expect(rows.map((row) => layoutOf(rowOf(row)))).toEqual(classes);
});

it("says nothing of a layout while letters fit several, or few fit none", () => {
  const some = (letters: { [code: string]: string }) => layoutOf(new Map(Object.entries(letters)));
  expect(some({})).toBe(null);
  expect(some({ KeyE: "e", KeyR: "r", KeyT: "t" })).toBe(null);
  expect(some({ KeyE: "e", KeyY: "y" })).toBe(null);
  expect(some({ KeyW: "w", KeyY: "y" })).toBe("qwerty");
  expect(some({ KeyW: "z", KeyY: "y" })).toBe("azerty");
  expect(some({ KeyE: "ü", KeyR: "r" })).toBe(null);
  expect(some({ KeyE: "ü", KeyR: "r", KeyT: "t" })).toBe("other");
});
