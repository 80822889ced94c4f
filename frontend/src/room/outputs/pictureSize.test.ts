import { describe, expect, it } from "vitest";
import { namedSize, pictureSize, shownSize } from "./pictureSize.ts";

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

describe("a picture's size", () => {
  it("is read from its first bytes", () => {
    const png = "89504e470d0a1a0a0000000d49484452 00000280 000001e0 0806000000".replaceAll(" ", "");
    expect(pictureSize(bytes(png), "image/png")).toEqual({ width: 640, height: 480 });
    expect(pictureSize(bytes("4749463839618002e001f7"), "image/gif")).toEqual({ width: 640, height: 480 });
    const jpeg = "ffd8 ffe00004abcd ffc0001108 01e0 0280 03".replaceAll(" ", "");
    expect(pictureSize(bytes(jpeg), "image/jpeg")).toEqual({ width: 640, height: 480 });
  });

  it("is unknown where they say nothing", () => {
    expect(pictureSize(bytes("89504e47"), "image/png")).toBe(null);
    expect(pictureSize(bytes("ffd8ffd9"), "image/jpeg")).toBe(null);
    expect(pictureSize(bytes("ffd800"), "image/jpeg")).toBe(null);
    expect(pictureSize(bytes("3c737667"), "image/svg+xml")).toBe(null);
  });

  it("is named by what matplotlib and PIL say of theirs", () => {
    expect(namedSize("<Figure size 640x480 with 1 Axes>")).toEqual({ width: 640, height: 480 });
    expect(namedSize("<PIL.Image.Image image mode=RGB size=32x16>")).toEqual({ width: 32, height: 16 });
    expect(namedSize("<Axes: >")).toBe(null);
  });

  it("is half of its pixels where it was drawn for twice as many", () => {
    const named = { width: 640, height: 480 };
    expect(shownSize({ width: 1120, height: 835 }, named)).toEqual({ width: 560, height: 418 });
    expect(shownSize({ width: 576, height: 432 }, named)).toEqual({ width: 576, height: 432 });
    expect(shownSize({ width: 1280, height: 960 }, null)).toEqual({ width: 1280, height: 960 });
  });
});
