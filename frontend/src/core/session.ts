// Who this tab is in a room: the participant's own token, kept for as long as the tab lives.
import type { Entered } from "../protocol.gen.ts";
import { api, Refusal } from "./api.ts";

const key = (room: string) => `liveroom.token.${room}`;

export function kept(room: string): Entered | null {
  const text = sessionStorage.getItem(key(room));
  return text ? (JSON.parse(text) as Entered) : null;
}

export function keep(entered: Entered): void {
  sessionStorage.setItem(key(entered.room), JSON.stringify(entered));
}

/** After the server turned the token down. */
export function drop(room: string): void {
  sessionStorage.removeItem(key(room));
}

/** The tab's own token, else one by the owner's session; throws a `Refusal` where there is neither. */
export async function enter(room: string): Promise<Entered> {
  const own = kept(room);
  if (own) return own;
  const entered = await api.enter(room);
  keep(entered);
  return entered;
}

/** Does something as this tab's participant. A token that does not hold any more makes way for the owner's session. */
export async function asParticipant<T>(room: string, work: (entered: Entered) => Promise<T>): Promise<T> {
  const had = kept(room) !== null;
  try {
    return await work(await enter(room));
  } catch (error) {
    if (!had || !(error instanceof Refusal) || error.status !== 401) throw error;
    drop(room);
    return work(await enter(room));
  }
}
