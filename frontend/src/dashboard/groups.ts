// The dashboard's order: what goes on now, what waits to begin, what is over and wants reading.
import type { RoomSummary } from "../protocol.gen.ts";

export interface Group {
  name: string;
  rooms: RoomSummary[];
}

const newestFirst = (date: (room: RoomSummary) => string) => (a: RoomSummary, b: RoomSummary) =>
  date(b).localeCompare(date(a));

/** Groups that hold at least one room; in each, the latest first. */
export function groups(rooms: RoomSummary[]): Group[] {
  const inState = (state: RoomSummary["state"]) => rooms.filter((room) => room.state === state);
  return [
    { name: "Now", rooms: inState("open").sort(newestFirst((room) => room.started ?? room.made)) },
    { name: "Waiting", rooms: inState("waiting").sort(newestFirst((room) => room.made)) },
    {
      name: "Ended: to review",
      rooms: inState("ended").sort(newestFirst((room) => room.ended ?? room.made)),
    },
  ].filter((group) => group.rooms.length > 0);
}

/** Take-homes that a new room may continue; their candidate becomes the new room's. */
export function continuable(rooms: RoomSummary[]): RoomSummary[] {
  return rooms.filter((room) => room.kind === "take-home").sort(newestFirst((room) => room.made));
}
