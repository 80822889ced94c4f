// What the owner asks of the server about rooms and people.

import { call, ofRoom, post } from "../core/api.ts";
import type {
  ExerciseSummary,
  Forgotten,
  Link,
  NewLink,
  NewRoom,
  Ok,
  RoomDetails,
  RoomMade,
  RoomSummary,
} from "../protocol.gen.ts";

export const owner = {
  exercises: () => call<ExerciseSummary[]>("/api/exercises"),
  rooms: () => call<RoomSummary[]>("/api/rooms"),
  makeRoom: (room: NewRoom) => post<RoomMade>("/api/rooms", room),
  room: (room: string) => call<RoomDetails>(ofRoom(room)),
  end: (room: string) => post<Ok>(`${ofRoom(room)}/end`, {}),
  reopen: (room: string) => post<Ok>(`${ofRoom(room)}/reopen`, {}),
  newLink: (room: string, link: NewLink) => post<Link>(`${ofRoom(room)}/links`, link),
  revokeLink: (room: string, serial: string) =>
    post<Ok>(`${ofRoom(room)}/links/${encodeURIComponent(serial)}/revoke`, {}),
  signOut: () => post<Ok>("/api/sign-out", {}),
  forget: (candidate: string) =>
    post<Forgotten>(`/api/candidates/${encodeURIComponent(candidate)}/forget`, {}),
};
