// The new room as it is being filled in, what is wrong with it, and the request that it makes.
import { ACCOMMODATIONS } from "../components/timeBox.ts";
import type { NewRoom, RoomKind, Upload } from "../protocol.gen.ts";

export const BLANK = "(blank)";
export const FILES = "(files)";
export const OWN_MINUTES = "own";
export const TIME_BOXES = [30, 45, 60, 75, 90, 120];

const UPLOADS_MAX = 8;
const UPLOAD_BYTES_MAX = 16 * 1024 * 1024;

export interface Draft {
  /** An exercise's slug, `BLANK` or `FILES`. */
  source: string;
  kind: RoomKind;
  candidate: string;
  continues: string;
  title: string;
  brief: string;
  starter: string;
  files: File[];
  /** One of the time boxes as text, or `OWN_MINUTES`. */
  timeBox: string;
  ownMinutes: string;
  meetingUrl: string;
  /** Per cent more time, as text. */
  accommodation: string;
  /** The candidate waits until somebody lets them in. */
  lobby: boolean;
}

export const emptyDraft: Draft = {
  source: BLANK,
  kind: "live",
  candidate: "",
  continues: "",
  title: "",
  brief: "",
  starter: "",
  files: [],
  timeBox: "60",
  ownMinutes: "",
  meetingUrl: "",
  accommodation: "0",
  lobby: false,
};

export type Errors = Partial<Record<keyof Draft, string>>;

export function minutesOf(draft: Draft): number {
  return Number(draft.timeBox === OWN_MINUTES ? draft.ownMinutes : draft.timeBox);
}

/** The choice of the time box that shows `minutes`. */
export function boxFor(minutes: number): Pick<Draft, "timeBox" | "ownMinutes"> {
  return TIME_BOXES.includes(minutes)
    ? { timeBox: String(minutes), ownMinutes: "" }
    : { timeBox: OWN_MINUTES, ownMinutes: String(minutes) };
}

export function errorsOf(draft: Draft): Errors {
  const errors: Errors = {};
  if (!draft.candidate.trim())
    errors.candidate = "Write the candidate's name: the room's people see it beside their caret.";
  const minutes = minutesOf(draft);
  if (!Number.isInteger(minutes) || minutes < 5 || minutes > 720)
    errors.ownMinutes = "Give a whole number of minutes from 5 to 720.";
  if (draft.kind === "live" && draft.meetingUrl.trim() && !/^https?:\/\/\S+$/.test(draft.meetingUrl.trim()))
    errors.meetingUrl = "A meeting link begins with https://; copy it from your call's invitation.";
  const wrong = draft.source === FILES ? wrongFiles(draft.files) : undefined;
  if (wrong) errors.files = wrong;
  return errors;
}

function wrongFiles(files: File[]): string | undefined {
  if (files.length === 0) return "Choose at least one file, or take a blank room.";
  if (files.length > UPLOADS_MAX)
    return `A room takes ${UPLOADS_MAX} files at most; remove ${files.length - UPLOADS_MAX}.`;
  const large = files.find((file) => file.size > UPLOAD_BYTES_MAX);
  if (large) return `${large.name} is larger than 16 MiB; a sample of it will do for an interview.`;
  if (files.filter((file) => /\.(py|ipynb)$/i.test(file.name)).length > 1)
    return "Only one .py or .ipynb file can be the starter; remove the others.";
  return undefined;
}

/** The request; call it only where there are no errors. */
export async function requestOf(draft: Draft): Promise<NewRoom> {
  const room: NewRoom = { kind: draft.kind, candidate: draft.candidate.trim(), minutes: minutesOf(draft) };
  const accommodation = ACCOMMODATIONS.find((percent) => String(percent) === draft.accommodation);
  if (accommodation) room.accommodation = accommodation;
  if (draft.kind === "live") {
    if (draft.meetingUrl.trim()) room.meetingUrl = draft.meetingUrl.trim();
    if (draft.continues) room.continues = draft.continues;
    if (draft.lobby) room.lobby = true;
  }
  if (draft.source !== BLANK && draft.source !== FILES) return { ...room, exercise: draft.source };
  if (draft.title.trim()) room.title = draft.title.trim();
  if (draft.brief.trim()) room.brief = draft.brief;
  if (draft.source === BLANK) return draft.starter ? { ...room, starter: draft.starter } : room;
  return { ...room, uploads: await Promise.all(draft.files.map(upload)) };
}

async function upload(file: File): Promise<Upload> {
  return { name: file.name, content: base64(new Uint8Array(await file.arrayBuffer())) };
}

export function base64(bytes: Uint8Array): string {
  let text = "";
  // In pieces, because a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
