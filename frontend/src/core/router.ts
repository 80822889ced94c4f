// Which page an address means. Pages are whole loads, so that every room starts with a clock of its own.

type PageOfRoom = "room" | "replay" | "report" | "thanks" | "typing";

export type Route =
  | { page: "dashboard" | "sign-in" | "join" | "unknown" }
  | { page: PageOfRoom; room: string };

const AFTER: Record<string, PageOfRoom> = {
  "": "room",
  replay: "replay",
  report: "report",
  thanks: "thanks",
  typing: "typing",
};

export function route(pathname: string): Route {
  const [first = "", second = "", third = "", ...rest] = pathname.replace(/\/$/, "").split("/").slice(1);
  if (first === "") return { page: "dashboard" };
  if (first === "sign-in" && !second) return { page: "sign-in" };
  if (first === "join" && !second) return { page: "join" };
  const page = AFTER[third];
  if (first === "room" && second && page && rest.length === 0)
    return { page, room: decodeURIComponent(second) };
  return { page: "unknown" };
}

export const addressOf = {
  join: "/join",
  room: (room: string) => `/room/${encodeURIComponent(room)}`,
  replay: (room: string, atUs?: number) =>
    `/room/${encodeURIComponent(room)}/replay${atUs === undefined ? "" : `?t=${(atUs / 1_000_000).toFixed(3)}`}`,
  report: (room: string) => `/room/${encodeURIComponent(room)}/report`,
  thanks: (room: string) => `/room/${encodeURIComponent(room)}/thanks`,
  typing: (room: string) => `/room/${encodeURIComponent(room)}/typing`,
};

/** Takes a secret out of the address bar and of the history, and hands it over. */
export function takeFragment(): string {
  const secret = location.hash.slice(1);
  if (secret) history.replaceState(null, "", location.pathname);
  return secret;
}
