// The room's time as this page sees it: the browser's event clock plus one offset per page load.

/** A jump this large means that the machine slept; anything smaller is the network's, and would bend intervals. */
const GAP_US = 1_000_000;

export class RoomClock {
  private offsetUs: number | null = null;
  private readonly nowMs: () => number;

  /** `nowMs` is `performance.now` or its like: the same clock as `event.timeStamp`. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.nowMs = nowMs;
  }

  /** The server says that it is `nowUs`. Only the first word counts, and one after a gap. */
  hear(nowUs: number): void {
    const offset = Math.round(nowUs - this.nowMs() * 1000);
    if (this.offsetUs === null || Math.abs(offset - this.offsetUs) > GAP_US) {
      this.offsetUs = offset;
    }
  }

  /** An event's time in whole microseconds of the room. */
  at(timeStampMs: number): number {
    return Math.max(0, Math.round(timeStampMs * 1000) + (this.offsetUs ?? 0));
  }

  now(): number {
    return this.at(this.nowMs());
  }
}
