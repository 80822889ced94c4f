// What candidates ask of the server about the comparison of their own typing.

import { call, ofRoom, post } from "../core/api.ts";
import type { OwnTyping } from "../protocol.gen.ts";

const of = (room: string) => `${ofRoom(room)}/typing`;

export const ownTyping = {
  get: (room: string, token: string) => call<OwnTyping>(of(room), { token }),
  answer: (room: string, differed: boolean, token: string) =>
    post<OwnTyping>(`${of(room)}/situation`, { differed }, token),
  note: (room: string, text: string, token: string) => post<OwnTyping>(`${of(room)}/note`, { text }, token),
};
