// What somebody asks of the server who comes by a link.

import { ofRoom, post } from "../core/api.ts";
import type { Consent, Entered, JoinByLink, Ok } from "../protocol.gen.ts";

export const comer = {
  signIn: (token: string) => post<Ok>("/api/sign-in", { token }),
  join: (join: JoinByLink) => post<Entered>("/api/join", join),
  consent: (room: string, consent: Consent, token: string) =>
    post<Ok>(`${ofRoom(room)}/consent`, consent, token),
};
