// What candidates ask of the server once their room is over.

import { call, ofRoom, post } from "../core/api.ts";
import type { Ok, OwnTyping, WhatWasKept } from "../protocol.gen.ts";

export const whatWasKept = {
  get: (room: string, token: string) => call<WhatWasKept>(`${ofRoom(room)}/kept`, { token }),
  withdrawTyping: (room: string, token: string) => post<Ok>(`${ofRoom(room)}/withdraw-typing`, {}, token),
};

const of = (room: string) => `${ofRoom(room)}/typing`;

export const ownTyping = {
  get: (room: string, token: string) => call<OwnTyping>(of(room), { token }),
  answer: (room: string, differed: boolean, token: string) =>
    post<OwnTyping>(`${of(room)}/situation`, { differed }, token),
  note: (room: string, text: string, token: string) => post<OwnTyping>(`${of(room)}/note`, { text }, token),
};
