// What a candidate types on, in classes that say whether two sessions compare and tell nobody apart. Fetched with the first keys.

import type { RoomClock } from "../core/clock.ts";
import { type Key, REPEAT, UNTRUSTED } from "../core/keys.ts";
import { tickOf } from "../core/tick.ts";
import type { Browser, Layout, Platform } from "../protocol.gen.ts";
import type { ToRecord } from "./unsaved.ts";

/** So many times of keys the clock's step is found from. */
const TIMES = 256;
/** All of it is looked at again after so much time, while keys are typed. */
const LOOK_EVERY_US = 60_000_000;

type SetUp = Extract<ToRecord, { type: "set-up" }>;

/** Tells it after the first keys, and again once more is known or something is another. */
export class SetUpTeller {
  private times: number[] = [];
  private tickUs: number | null = null;
  private lookedAtUs = Number.NEGATIVE_INFINITY;
  private keys = 0;
  private unplaced = 0;
  /** What keys of the upper row wrote, for browsers that do not say the layout. It is told to nobody. */
  private readonly letters = new Map<string, string>();
  private readonly watched = new WeakSet<HTMLElement>();
  private told = "";
  private readonly clock: RoomClock;
  private readonly record: (frame: ToRecord) => void;

  constructor(clock: RoomClock, record: (frame: ToRecord) => void) {
    this.clock = clock;
    this.record = record;
  }

  async typed(keys: readonly Key[], editor: HTMLElement): Promise<void> {
    this.watch(editor);
    const { tickUs } = this;
    this.count(keys);
    const nowUs = this.clock.now();
    if (this.tickUs !== tickUs || nowUs - this.lookedAtUs > LOOK_EVERY_US) {
      this.lookedAtUs = nowUs;
      this.tell(nowUs, layoutOf(await layoutSaid()) ?? layoutOf(this.letters));
    }
  }

  private watch(editor: HTMLElement): void {
    if (!this.watched.has(editor)) {
      this.watched.add(editor);
      editor.addEventListener("keydown", (event) => this.look(event), { capture: true, passive: true });
    }
  }

  private look({ code, key, ctrlKey, altKey, metaKey, isComposing }: KeyboardEvent): void {
    if (key.length === 1 && !(ctrlKey || altKey || metaKey || isComposing) && UPPER_ROW.includes(code)) {
      this.letters.set(code, key.toLowerCase());
    }
  }

  private count(keys: readonly Key[]): void {
    const pressed = keys.filter(([, way, , flags]) => way !== "lost" && (flags & (REPEAT | UNTRUSTED)) === 0);
    this.keys += pressed.length;
    this.unplaced += pressed.filter(([, , code]) => code === "" || code === "Unidentified").length;
    if (this.tickUs === null) {
      this.times.push(...pressed.map(([atUs]) => atUs));
      if (this.times.length >= TIMES) {
        this.tickUs = tickOf(this.times);
        this.times = [];
      }
    }
  }

  private tell(clientAtUs: number, layout: Layout | null): void {
    const { userAgent, maxTouchPoints } = navigator;
    const facts = {
      isolated: crossOriginIsolated,
      platform: platformOf(userAgent, maxTouchPoints),
      browser: browserOf(userAgent, maxTouchPoints),
      touch: matchMedia("(pointer: coarse) and (hover: none)").matches || this.unplaced > this.keys / 2,
      ...(layout === null ? {} : { layout }),
      ...(this.tickUs === null ? {} : { tickUs: this.tickUs }),
    };
    const words = JSON.stringify(facts);
    if (words !== this.told) {
      this.told = words;
      this.record({ type: "set-up", clientAtUs, ...facts } satisfies SetUp);
    }
  }
}

/** An iPad calls itself a Macintosh, and has a screen to touch. */
export function platformOf(userAgent: string, touchPoints: number): Platform {
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1)) return "ios";
  if (/Android/.test(userAgent)) return "android";
  if (/CrOS/.test(userAgent)) return "chromeos";
  if (/Windows/.test(userAgent)) return "windows";
  if (/Macintosh/.test(userAgent)) return "mac";
  return /Linux|X11/.test(userAgent) ? "linux" : "other";
}

/** By its engine, which keeps the clock; on iOS every browser has Safari's. */
export function browserOf(userAgent: string, touchPoints: number): Browser {
  if (platformOf(userAgent, touchPoints) === "ios") return "safari";
  if (/Firefox\//.test(userAgent)) return "firefox";
  if (/Chrom(e|ium)\//.test(userAgent)) return "chromium";
  return /Safari\//.test(userAgent) ? "safari" : "other";
}

const UPPER_ROW = ["KeyQ", "KeyW", "KeyE", "KeyR", "KeyT", "KeyY"];
const LAYOUTS: readonly (readonly [letters: string, Layout])[] = [
  ["qwerty", "qwerty"],
  ["qwertz", "qwertz"],
  ["azerty", "azerty"],
  ["',.pyf", "dvorak"],
  ["qwfpgj", "colemak"],
  ["qwfpbj", "colemak"],
];
/** So many letters that fit no layout that is known are of another one; fewer may be a slip. */
const OTHER_FROM = 3;

/** The class of a layout by the letters that its upper row writes; null while those that are known fit several. */
export function layoutOf(letters: ReadonlyMap<string, string>): Layout | null {
  const fitting = LAYOUTS.filter(([row]) =>
    UPPER_ROW.every((code, at) => (letters.get(code) ?? row[at]) === row[at]),
  );
  const layouts = new Set(fitting.map(([, layout]) => layout));
  if (layouts.size === 0) {
    return UPPER_ROW.filter((code) => letters.has(code)).length < OTHER_FROM ? null : "other";
  }
  return layouts.size === 1 ? ([...layouts][0] as Layout) : null;
}

interface WithKeyboard {
  readonly keyboard?: { getLayoutMap(): Promise<ReadonlyMap<string, string>> };
}

/** What the browser says; only Chromium's do, and not to everyone. */
async function layoutSaid(): Promise<ReadonlyMap<string, string>> {
  try {
    return (await (navigator as WithKeyboard).keyboard?.getLayoutMap()) ?? new Map();
  } catch {
    return new Map();
  }
}
