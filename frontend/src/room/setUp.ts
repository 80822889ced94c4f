// What a candidate types on, in classes that say whether two sessions compare and tell nobody apart. Fetched with the first keys.

import type { RoomClock } from "../core/clock.ts";
import { type Key, REPEAT, UNTRUSTED } from "../core/keys.ts";
import { tickOf } from "../core/tick.ts";
import type { Browser, Layout, Platform } from "../protocol.gen.ts";
import type { ToRecord } from "./unsaved.ts";

/** So many times of keys the clock's step is found from. */
const TIMES = 256;
/** A layout is looked up again after so much time, while keys are typed. */
const LOOK_EVERY_US = 60_000_000;

type SetUp = Extract<ToRecord, { type: "set-up" }>;

/** Tells it after the first keys, and again once more is known or something is another. */
export class SetUpTeller {
  private times: number[] = [];
  private tickUs: number | null = null;
  private layout: Promise<Layout | null> = Promise.resolve(null);
  private lookedAtUs = Number.NEGATIVE_INFINITY;
  private keys = 0;
  private unplaced = 0;
  private told = "";
  private readonly clock: RoomClock;
  private readonly record: (frame: ToRecord) => void;

  constructor(clock: RoomClock, record: (frame: ToRecord) => void) {
    this.clock = clock;
    this.record = record;
  }

  async typed(keys: readonly Key[]): Promise<void> {
    this.count(keys);
    const nowUs = this.clock.now();
    if (nowUs - this.lookedAtUs > LOOK_EVERY_US) {
      this.lookedAtUs = nowUs;
      this.layout = layoutNow();
    }
    this.tell(await this.layout);
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

  private tell(layout: Layout | null): void {
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
      this.record({ type: "set-up", clientAtUs: this.clock.now(), ...facts } satisfies SetUp);
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
const LAYOUTS: { readonly [letters: string]: Layout } = {
  qwerty: "qwerty",
  qwertz: "qwertz",
  azerty: "azerty",
  "',.pyf": "dvorak",
  qwfpgj: "colemak",
  qwfpbj: "colemak",
};

export function layoutOf(letters: { get(code: string): string | undefined }): Layout {
  return LAYOUTS[UPPER_ROW.map((code) => letters.get(code) ?? "").join("")] ?? "other";
}

interface WithKeyboard {
  readonly keyboard?: { getLayoutMap(): Promise<ReadonlyMap<string, string>> };
}

/** Only Chromium's browsers say it, and not to everyone. */
async function layoutNow(): Promise<Layout | null> {
  try {
    const map = await (navigator as WithKeyboard).keyboard?.getLayoutMap();
    return map === undefined || map.size === 0 ? null : layoutOf(map);
  } catch {
    return null;
  }
}
