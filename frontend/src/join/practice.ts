// The practice room: a room of one's own to try things in before the interview, of which nothing is kept.

import { api } from "../core/api.ts";
import { addressOf } from "../core/router.ts";
import { drop, keep } from "../core/session.ts";
import type { Entered } from "../protocol.gen.ts";

/** Where a page of the invitation goes to try the room first. */
export const PRACTICE = "/join?practice";

const ROOM = "liveroom.practice";

export async function startPractice(link: string): Promise<Entered> {
  const entered = await api.practice(link);
  keep(entered);
  sessionStorage.setItem(ROOM, entered.room);
  return entered;
}

export function isPractice(room: string): boolean {
  return sessionStorage.getItem(ROOM) === room;
}

/** Nobody comes back to a practice room. Back to the invitation; a tab that the lobby opened closes instead, because the lobby waits in another. */
export function leavePractice(): void {
  drop(sessionStorage.getItem(ROOM) ?? "");
  sessionStorage.removeItem(ROOM);
  if (window.opener !== null) {
    window.close();
  }
  location.replace(addressOf.join);
}
