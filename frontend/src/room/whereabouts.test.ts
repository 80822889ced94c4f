import { expect, it } from "vitest";
import type { Person } from "../protocol.gen.ts";
import { whereOthersAre } from "./whereabouts.ts";

const person = (participant: string, ...clients: number[]): Person => ({
  participant,
  name: participant,
  role: "interviewer",
  colour: "#123456",
  clients,
});

it("knows where each of the others is, by the server's list and not by what a page claims", () => {
  const [me, ada, ben] = [person("p1", 1, 2), person("p2", 3, 4), person("p3", 5)];
  const states = new Map<number, Record<string, unknown>>([
    [1, { view: { file: "f1" } }],
    [2, { view: { file: "main" } }],
    [3, { view: { file: "f1" } }],
    [4, { view: { file: "f1" } }],
    [5, { cursor: null }],
    [6, { view: { file: "f1" }, user: { name: "Ada" } }],
  ]);
  expect([...whereOthersAre(states, [me, ada, ben], "p1")]).toEqual([
    ["f1", [ada]],
    ["main", [ben]],
  ]);
});
