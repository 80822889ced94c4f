// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";
import { Choice } from "./choice.ts";

beforeEach(() => localStorage.clear());

it("is remembered, and told to whoever asked", () => {
  const size = new Choice("size", [2, 4, 8], 4);
  const told: number[] = [];
  size.subscribe(() => told.push(size.get()));
  size.set(8);
  size.set(8);
  expect(told).toEqual([8]);
  expect(new Choice("size", [2, 4, 8], 4).get()).toBe(8);
});

it("takes what is no longer offered for the usual", () => {
  localStorage.setItem("liveroom.size", "3");
  localStorage.setItem("liveroom.wrap", "perhaps");
  expect(new Choice("size", [2, 4, 8], 4).get()).toBe(4);
  expect(new Choice("wrap", [true, false], true).get()).toBe(true);
});

it("follows another tab of the same browser", () => {
  const wrap = new Choice("wrap", [true, false], true);
  dispatchEvent(new StorageEvent("storage", { key: "liveroom.wrap", newValue: "false" }));
  dispatchEvent(new StorageEvent("storage", { key: "liveroom.other", newValue: "true" }));
  expect(wrap.get()).toBe(false);
  dispatchEvent(new StorageEvent("storage", { key: "liveroom.wrap", newValue: null }));
  expect(wrap.get()).toBe(true);
});

it("lasts as long as the tab where nothing can be stored", () => {
  const wrap = new Choice("wrap", [true, false], true);
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  try {
    wrap.set(false);
  } finally {
    Storage.prototype.setItem = setItem;
  }
  expect(wrap.get()).toBe(false);
});
