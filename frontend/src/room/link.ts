// The connection's state as people are told it. Pure.

import { plural } from "../core/format.ts";
import type { Role } from "../protocol.gen.ts";

export type Phase = "connecting" | "online" | "offline" | "ended";

export interface Link {
  readonly phase: Phase;
  /** Edits that the server has not acknowledged. */
  readonly waiting: number;
  /** Edits wait, or waited a moment ago: while somebody types, the word stays the same. */
  readonly saving: boolean;
  /** The browser's disk does not take what waits: a reload would lose it. */
  readonly fragile: boolean;
  /** What happened, why, and what to do next, where something stands in the way. */
  readonly problem: string | null;
}

export const connecting: Link = {
  phase: "connecting",
  waiting: 0,
  saving: false,
  fragile: false,
  problem: null,
};

export function linkWords(link: Link): string {
  switch (link.phase) {
    case "connecting":
      return "Connecting";
    case "online":
      return link.saving ? "Saving" : "Saved";
    case "offline":
      return link.waiting > 0
        ? `Offline: ${plural(link.waiting, "edit")} waiting`
        : "Offline: connecting again";
    case "ended":
      return link.waiting > 0 ? `Disconnected: ${plural(link.waiting, "edit")} not saved` : "Disconnected";
    default:
      return link.phase satisfies never;
  }
}

export const BLOCKED =
  "A proxy between you and the server blocks websockets, which the shared editor needs. " +
  "Try another network or browser, or ask whoever runs the server to let websockets to /ws/ pass. This page keeps trying.";

/** Why the server ended the connection, and what to do. */
export function endWords(code: number, reason: string, role: Role | null): string {
  const ask = role === "candidate" ? "the person who invited you" : "the room's owner";
  switch (code) {
    case 4401:
      return `The server no longer accepts this tab's access: the link was revoked or has expired. Ask ${ask} for a new link.`;
    case 4403:
      return reason.toLowerCase().includes("consent")
        ? "The room waits for your answer about what is recorded. Open your link again to give it."
        : `You may not do this in the room, so the connection was closed. Open your link again, or ask ${ask}.`;
    case 4404:
      return `This room no longer exists. If that is unexpected, ask ${ask}.`;
    case 4409:
      return "This tab's text belongs to an older copy of the room. Download it if you need it, then reload the page.";
    case 4410:
      return "The room has ended. What you wrote is kept as it was at the end.";
    case 4413:
      return "The last change was too large to send (1 MiB at most), so it was not saved. Download your code, then reload the page.";
    default:
      return `The server closed the connection${reason === "" ? "." : `: ${reason}`} Download your code, then reload the page.`;
  }
}
