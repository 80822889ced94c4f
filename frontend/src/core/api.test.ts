import { expect, test, vi } from "vitest";
import { api, Refusal } from "./api.ts";

function serverSays(reply: Response | Error) {
  const asked = vi.fn(async (_path: string, _options: RequestInit) => {
    if (reply instanceof Error) throw reply;
    return reply;
  });
  vi.stubGlobal("fetch", asked);
  return asked;
}

test("a participant's token goes in the header, never in the address", async () => {
  const asked = serverSays(Response.json({ frames: [] }));
  await api.replay("r 7", "secret");
  const [path, options] = asked.mock.calls[0] ?? [];
  expect(path).toBe("/api/rooms/r%207/replay");
  expect(new Headers(options?.headers).get("authorization")).toBe("Bearer secret");
});

test("a refusal carries the server's code and sentence", async () => {
  serverSays(Response.json({ code: "link-expired", error: "It expired." }, { status: 410 }));
  await expect(api.lookAtLink("x")).rejects.toEqual(new Refusal(410, "link-expired", "It expired."));
});

test("a proxy's error page becomes a sentence", async () => {
  serverSays(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  await expect(api.site()).rejects.toThrow(/status 502 and no reason/);
});

test("a server that does not answer is told apart by status 0", async () => {
  serverSays(new TypeError("Failed to fetch"));
  await expect(api.site()).rejects.toMatchObject({ status: 0, code: "offline" });
});
