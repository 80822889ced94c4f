// The room's time as this page sees it: the browser's event clock plus one offset per page load.

/** A jump this large means that the machine slept; anything smaller is the network's, and would bend intervals. */
const GAP_US = 1_000_000;

export class RoomClock {
  /** The event clock stood still while the machine slept, or the wall clock was set; the server knows which. */
  onJump: () => void = () => {};
  private offsetUs: number | null = null;
  /** The wall clock less the event clock, when they were last compared. */
  private apartUs: number | null = null;
  private readonly nowMs: () => number;
  private readonly wallMs: () => number;

  /** `nowMs` is `performance.now` or its like: the same clock as `event.timeStamp`. */
  constructor(nowMs: () => number = () => performance.now(), wallMs: () => number = Date.now) {
    this.nowMs = nowMs;
    this.wallMs = wallMs;
  }

  /** The server says that it is `nowUs`. Only the first word counts, and one after a gap. */
  hear(nowUs: number): void {
    this.apartUs = this.apart();
    const offset = Math.round(nowUs - this.nowMs() * 1000);
    if (this.offsetUs === null || Math.abs(offset - this.offsetUs) > GAP_US) {
      this.offsetUs = offset;
    }
  }

  /** An event's time in whole microseconds of the room. */
  at(timeStampMs: number): number {
    this.look();
    return Math.max(0, Math.round(timeStampMs * 1000) + (this.offsetUs ?? 0));
  }

  now(): number {
    return this.at(this.nowMs());
  }

  /** Before the server is heard again, what is typed after a sleep stands where the wall clock puts it. */
  private look(): void {
    if (this.offsetUs === null || this.apartUs === null) {
      return;
    }
    const jump = this.apart() - this.apartUs;
    if (Math.abs(jump) > GAP_US) {
      this.offsetUs += jump;
      this.apartUs += jump;
      this.onJump();
    }
  }

  private apart(): number {
    return Math.round((this.wallMs() - this.nowMs()) * 1000);
  }
}
