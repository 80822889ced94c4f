import { expect, test } from "vitest";
import { addressOf, route } from "./router.ts";

test("a room's address leads to its live page, and its parts to what comes after", () => {
  expect(route("/room/r7")).toEqual({ page: "room", room: "r7" });
  expect(route("/room/r7/")).toEqual({ page: "room", room: "r7" });
  expect(route("/room/r7/replay")).toEqual({ page: "replay", room: "r7" });
  expect(route("/room/r7/thanks")).toEqual({ page: "thanks", room: "r7" });
  expect(route("/room/r7/typing")).toEqual({ page: "typing", room: "r7" });
});

test("the dashboard, signing in and joining have their own addresses", () => {
  expect(route("/")).toEqual({ page: "dashboard" });
  expect(route("/sign-in")).toEqual({ page: "sign-in" });
  expect(route("/join")).toEqual({ page: "join" });
});

test("an address that nobody made is unknown", () => {
  for (const path of ["/room", "/room/r7/else", "/room/r7/replay/more", "/joined", "/join/x"])
    expect(route(path)).toEqual({ page: "unknown" });
});

test("the replay's address carries an instant in seconds", () => {
  expect(addressOf.replay("r7", 62_500_000)).toBe("/room/r7/replay?t=62.500");
  expect(addressOf.replay("r7")).toBe("/room/r7/replay");
});
