// How far somebody has come in stopping a run that does not heed it. Pure.

/** After so long another press is offered: most code stops within a fraction of it. */
export const HEEDED_US = 2_000_000;

/** What this person pressed, and when they pressed it last. */
export interface Stopping {
  readonly run: string | undefined;
  readonly presses: number;
  readonly atUs: number;
}

/**
 * `stopping`: asked, and not yet time to ask again. `harder`: it was asked once and still runs. `restart`: it was asked
 * harder as well, so that only a restart is left.
 */
export type StopStage = "ready" | "stopping" | "harder" | "restart";

/** `running` is what runs now, if anything does. */
export function stopStage(stopping: Stopping | null, running: string | undefined, nowUs: number): StopStage {
  if (stopping === null || running === undefined || stopping.run !== running) {
    return "ready";
  }
  if (nowUs - stopping.atUs < HEEDED_US) {
    return "stopping";
  }
  return stopping.presses === 1 ? "harder" : "restart";
}

/** After one more press. */
export function pressed(stopping: Stopping | null, running: string | undefined, nowUs: number): Stopping {
  const again = stopping !== null && stopping.run === running;
  return { run: running, presses: again ? stopping.presses + 1 : 1, atUs: nowUs };
}
