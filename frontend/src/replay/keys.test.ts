import { expect, test } from "vitest";
import { wishOf } from "./keys.ts";

const press = (key: string, over = {}) => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...over,
});

test("space plays, arrows step, shift and arrows go from event to event, brackets change the speed", () => {
  const wishes = [" ", "ArrowLeft", "ArrowRight", "[", "]"].map((key) => wishOf(press(key), "page"));
  expect(wishes).toEqual(["play", "back", "forward", "slower", "faster"]);
  expect(wishOf(press("ArrowRight", { shiftKey: true }), "page")).toBe("next");
  expect(wishOf(press("ArrowLeft", { shiftKey: true }), "page")).toBe("previous");
});

test("fields keep their keys, buttons their space bar, and the browser its own", () => {
  expect(wishOf(press("ArrowLeft"), "field")).toBeNull();
  expect(wishOf(press(" "), "button")).toBeNull();
  expect(wishOf(press("ArrowRight"), "button")).toBe("forward");
  expect(wishOf(press("[", { metaKey: true }), "page")).toBeNull();
});
