import { expect, test } from "vitest";
import type { Entered, Role } from "../protocol.gen.ts";
import { destination } from "./arrive.ts";

const as = (role: Role): Entered => ({ room: "r7", participant: "p1", role, token: "t" });

test("everybody goes to the room while it is not over", () => {
  expect(destination(as("candidate"), "waiting")).toBe("/room/r7");
  expect(destination(as("observer"), "open")).toBe("/room/r7");
});

test("after the end the panel goes to the replay and the candidate to what was kept", () => {
  expect(destination(as("interviewer"), "ended")).toBe("/room/r7/replay");
  expect(destination(as("observer"), "ended")).toBe("/room/r7/replay");
  expect(destination(as("candidate"), "ended")).toBe("/room/r7/thanks");
});
