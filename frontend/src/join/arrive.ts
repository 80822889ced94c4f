// Where somebody goes once they are let in.
import { addressOf } from "../core/router.ts";
import { keep } from "../core/session.ts";
import type { Entered, RoomState } from "../protocol.gen.ts";

/** After the end the panel reads the replay, and the candidate what was kept. */
export function destination(entered: Entered, state: RoomState): string {
  if (state !== "ended") return addressOf.room(entered.room);
  return entered.role === "candidate" ? addressOf.thanks(entered.room) : addressOf.replay(entered.room);
}

export function arrive(entered: Entered, state: RoomState): void {
  keep(entered);
  location.replace(destination(entered, state));
}
