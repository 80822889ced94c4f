import { expect, it } from "vitest";
import { hostWords } from "./lobbyWords.ts";

it("names who can open the door", () => {
  expect(hostWords([])).toMatch(/not here yet/);
  expect(hostWords(["Ada"])).toBe("Ada will let you in.");
  expect(hostWords(["Ada", "Ben", "Cleo"])).toBe("Ada, Ben or Cleo will let you in.");
});
