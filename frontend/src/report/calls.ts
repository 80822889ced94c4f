// What the panel asks of the server about a room that is over.

import { call, ofRoom, post, saveResponse, send } from "../core/api.ts";
import type { Report, ReviewNote } from "../protocol.gen.ts";

export function reportOn(room: string, token: string): Promise<Report> {
  return call<Report>(`${ofRoom(room)}/report`, { token });
}

export function review(room: string, note: ReviewNote, token: string): Promise<Report> {
  return post<Report>(`${ofRoom(room)}/typing/review`, note, token);
}

/** Hands the person the report as a file; refused with a sentence until somebody has reviewed it. */
export async function saveReport(room: string, as: "html" | "json", token: string): Promise<void> {
  await saveResponse(await send(`${ofRoom(room)}/report/export?as=${as}`, { token }), `report.${as}`);
}
