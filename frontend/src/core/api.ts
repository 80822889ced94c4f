// HTTP as the page speaks it, and the calls that a room's own page makes or several pages share, typed by the protocol. A
// page's other calls stand beside it, so that no room loads them. A reply that is not a success is thrown as a `Refusal`.
import type {
  ChangeRole,
  Entered,
  Invitation,
  Ok,
  Problem,
  Replay,
  Site,
  WorkFile,
} from "../protocol.gen.ts";

/** What the server said no with. The message is a sentence for the person; status 0 is a server that does not answer. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, sentence: string) {
    super(sentence);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
  }
}

interface Call {
  method?: "GET" | "POST";
  body?: unknown;
  /** A participant's token; without it the owner's session cookie speaks. */
  token?: string | undefined;
}

export async function send(path: string, { method = "GET", body, token }: Call): Promise<Response> {
  const headers = new Headers();
  if (body !== undefined) headers.set("content-type", "application/json");
  if (token) headers.set("authorization", `Bearer ${token}`);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      cache: "no-store",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Refusal(0, "offline", "The server does not answer. Check your connection, then try again.");
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response: Response): Promise<Refusal> {
  try {
    const { code, error } = (await response.json()) as Problem;
    return new Refusal(response.status, code, error);
  } catch {
    return new Refusal(
      response.status,
      "unreadable",
      `The server, or a proxy before it, answered with status ${response.status} and no reason. Try again in a minute.`,
    );
  }
}

export async function call<Reply>(path: string, options: Call = {}): Promise<Reply> {
  return (await (await send(path, options)).json()) as Reply;
}

export const post = <Reply>(path: string, body: unknown, token?: string) =>
  call<Reply>(path, { method: "POST", body, token });

export const ofRoom = (room: string) => `/api/rooms/${encodeURIComponent(room)}`;

export const api = {
  site: () => call<Site>("/api/site"),
  lookAtLink: (link: string) => post<Invitation>("/api/join/look", { link }),
  enter: (room: string) => post<Entered>(`${ofRoom(room)}/enter`, {}),
  /** A room of one's own to try things in, of which nothing is kept. */
  practice: (link: string) => post<Entered>("/api/practice", { link }),
  changeRole: (room: string, participant: string, change: ChangeRole, token: string) =>
    post<Ok>(`${ofRoom(room)}/participants/${encodeURIComponent(participant)}/role`, change, token),

  replay: (room: string, token: string) => call<Replay>(`${ofRoom(room)}/replay`, { token }),
  blob: async (room: string, sha256: string, token: string) =>
    (await send(`${ofRoom(room)}/blobs/${sha256}`, { token })).blob(),

  /** What code wrote into the kernel's work folder, while there is a kernel. */
  work: (room: string, token: string) => call<WorkFile[]>(`${ofRoom(room)}/work`, { token }),
  workFile: async (room: string, path: string, token: string) =>
    (
      await send(`${ofRoom(room)}/work/${path.split("/").map(encodeURIComponent).join("/")}`, { token })
    ).blob(),
  data: async (room: string, name: string, token: string) =>
    (await send(`${ofRoom(room)}/data/${encodeURIComponent(name)}`, { token })).blob(),
};

/** Hands the person the room's code as it is now, or as it was at the end: a file, or a zip of several. */
export async function saveCode(room: string, token?: string): Promise<void> {
  await saveResponse(await send(`${ofRoom(room)}/code`, { token }), "code.py");
}

/** Hands the person what the server answered, under the name that it gave. */
export async function saveResponse(response: Response, unnamed: string): Promise<void> {
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  saveAs(name ?? unnamed, await response.blob());
}

/** Hands the person a file. Downloads go through the page because the token may not stand in an address. */
export function saveAs(name: string, content: Blob | string): void {
  const blob =
    typeof content === "string" ? new Blob([content], { type: "text/plain;charset=utf-8" }) : content;
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
