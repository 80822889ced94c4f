import { expect, it } from "vitest";
import { toBase64 } from "../core/text.ts";
import { DOCUMENT_MAX, inPieces, PIECE_MAX, whyNot } from "./fitting.ts";

const fits = (text: string, chars: number) => whyNot(chars, text.length, () => text) === null;

it("takes what reaches the document's limit, and nothing that passes it", () => {
  const near = "a".repeat(DOCUMENT_MAX - 10);
  expect([fits(near, 10), fits(near, 11), fits("", DOCUMENT_MAX), fits("", DOCUMENT_MAX + 1)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

it("counts what stands there as the server does, in bytes", () => {
  const umlauts = "\u00e4".repeat(400_000);
  expect([fits(umlauts, 200_000), fits(umlauts, 200_001)]).toEqual([true, false]);
});

it("lets deletions through a document that is full", () => {
  expect(fits("a".repeat(DOCUMENT_MAX + 5), 0)).toBe(true);
});

it("cuts a long text into pieces that a frame carries, between characters", () => {
  const pairs = `a${"\u{1f40d}".repeat(PIECE_MAX)}`;
  const pieces = inPieces(pairs);
  expect(pieces.join("")).toBe(pairs);
  expect(pieces.map((piece) => piece.length)).toEqual([PIECE_MAX - 1, PIECE_MAX, 2]);
  expect(inPieces("x")).toEqual(["x"]);
  expect(inPieces("")).toEqual([]);
});

it("keeps the widest piece under the largest frame", () => {
  const widest = new TextEncoder().encode("\u20ac".repeat(PIECE_MAX));
  expect(toBase64(widest).length + 1000).toBeLessThan(1024 * 1024);
});
