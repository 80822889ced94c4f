// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import type { Entered } from "../protocol.gen.ts";
import { Refusal } from "./api.ts";
import { asParticipant, drop, enter, keep, kept } from "./session.ts";

const own: Entered = { room: "r7", participant: "p1", role: "observer", token: "own" };
const owners: Entered = { room: "r7", participant: "p9", role: "owner", token: "owners" };

function serverEnters(reply: Response): void {
  vi.stubGlobal("fetch", async () => reply);
}

beforeEach(() => sessionStorage.clear());

test("a tab keeps its token until it is dropped", () => {
  keep(own);
  expect(kept("r7")).toEqual(own);
  expect(kept("r8")).toBeNull();
  drop("r7");
  expect(kept("r7")).toBeNull();
});

test("a tab without a token comes in by the owner's session, and keeps what it got", async () => {
  serverEnters(Response.json(owners));
  expect(await enter("r7")).toEqual(owners);
  expect(kept("r7")).toEqual(owners);
});

test("a token that does not hold any more makes way for the owner's session", async () => {
  keep(own);
  serverEnters(Response.json(owners));
  const work = async ({ token }: Entered) => {
    if (token === "own") throw new Refusal(401, "token-unknown", "This token is not valid any more.");
    return token;
  };
  expect(await asParticipant("r7", work)).toBe("owners");
});

test("without any session the server's own sentence comes through", async () => {
  serverEnters(Response.json({ code: "signed-out", error: "You are not signed in." }, { status: 401 }));
  await expect(asParticipant("r7", async () => "never")).rejects.toEqual(
    new Refusal(401, "signed-out", "You are not signed in."),
  );
});

test("other refusals do not cost the tab its token", async () => {
  keep(own);
  const refusal = new Refusal(403, "panel-only", "The replay is for the panel.");
  await expect(asParticipant("r7", () => Promise.reject(refusal))).rejects.toBe(refusal);
  expect(kept("r7")).toEqual(own);
});
