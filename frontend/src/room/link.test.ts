import { expect, it } from "vitest";
import { connecting, endWords, linkWords } from "./link.ts";

it("says the connection's state in words", () => {
  const online = { ...connecting, phase: "online" } as const;
  expect(linkWords(online)).toBe("Saved");
  expect(linkWords({ ...online, waiting: 1, saving: true })).toBe("Saving");
  expect(linkWords({ ...online, phase: "offline", waiting: 1 })).toBe("Offline: 1 edit waiting");
  expect(linkWords({ ...online, phase: "ended", waiting: 3 })).toBe("Disconnected: 3 edits not saved");
});

it("says whom to ask when a link was revoked", () => {
  expect(endWords(4401, "", "candidate")).toContain("Ask the person who invited you");
});

it("passes on the server's own reason where there is no better one", () => {
  expect(endWords(4400, "The frame names another page.", null)).toContain("The frame names another page.");
});
