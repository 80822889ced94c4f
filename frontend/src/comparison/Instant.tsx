// An instant of the room as a time that opens the replay at its second, where there is a replay.

import type { ComponentChildren } from "preact";
import { roomTime } from "../core/format.ts";
import { addressOf } from "../core/router.ts";

/** The room whose instants are spoken of. `open` is its replay's address at an instant, null where nobody may see one. */
export interface Replayed {
  startUs: number;
  open: ((atUs: number) => string) | null;
}

export function replayOf(room: string, startUs: number, exists: boolean): Replayed {
  return { startUs, open: exists ? (atUs) => addressOf.replay(room, atUs) : null };
}

interface InstantProps {
  replayed: Replayed;
  atUs: number | undefined;
  /** Absent: the time since the start. */
  children?: ComponentChildren;
}

export function Instant({ replayed, atUs, children }: InstantProps) {
  const words = children ?? (atUs === undefined ? "" : roomTime(atUs - replayed.startUs));
  return atUs === undefined || replayed.open === null ? (
    <span class="tabular">{words}</span>
  ) : (
    <a class="tabular" href={replayed.open(atUs)}>
      {words}
      <span class="visually-hidden">, in the replay</span>
    </a>
  );
}
