import { expect, it } from "vitest";
import { asDocumentText, countLines, fromBase64, runTime, toBase64, withUnixLines } from "./text.ts";

it("leaves no carriage return", () => {
  expect(withUnixLines("a\r\nb\rc\n")).toBe("a\nb\nc\n");
});

it("carries any bytes through base64, also many", () => {
  const bytes = Uint8Array.from({ length: 200_000 }, (_, at) => at % 256);
  const back = fromBase64(toBase64(bytes));
  expect([back.length, back.every((byte, at) => byte === bytes[at])]).toEqual([bytes.length, true]);
});

it("counts lines as people see them", () => {
  expect(["", "a", "a\nb"].map(countLines)).toEqual([0, 1, 2]);
});

it("tells a run's time with the digits one cares for", () => {
  expect([1_234, 12_400, 1_240_000, 34_500_000, 125_000_000, 3_792_000_000].map(runTime)).toEqual([
    "1 ms",
    "12 ms",
    "1.24 s",
    "34.5 s",
    "2:05",
    "1:03:12",
  ]);
});

it("makes text from elsewhere a document's", () => {
  expect(asDocumentText("a\r\nb\rc\n\u2028d\u2029e\0f\u0085g\t\u00a0h")).toBe(
    "a\nb\nc\n\nd\nef\u0085g\t\u00a0h",
  );
});
