import { expect, it } from "vitest";
import { askedPlace, codePoints, unitsOf } from "./askedPlace.ts";

const TEXT = 'lead = "🦜"\n# %% First\nfoo = "🦜🦜"\nfoo.\n# %% [markdown]\nfoo\n# %%\nlast';

/** What the kernel is asked at the end of the first place that holds these words. */
const behind = (words: string) => askedPlace(TEXT, TEXT.indexOf(words) + words.length);

it("asks about the cell's own source, in code points of it", () => {
  expect(behind("foo.")).toEqual({ source: 'foo = "🦜🦜"\nfoo.\n', cursor: 15, from: 23 });
  expect(behind('lead = "🦜"')).toEqual({ source: 'lead = "🦜"\n', cursor: 10, from: 0 });
  expect(behind("last")).toMatchObject({ source: "last", cursor: 4 });
});

it("has nothing to ask on a mark, in prose and in an empty text", () => {
  expect([behind("# %% Fir"), behind("[markdown]\nfo"), askedPlace("# %%", 2)]).toEqual([null, null, null]);
  expect(askedPlace("", 0)).toEqual({ source: "", cursor: 0, from: 0 });
});

it("counts code points, and finds back", () => {
  expect([codePoints("a🦜b"), codePoints("")]).toEqual([3, 0]);
  expect([0, 1, 2, 3, 9].map((count) => unitsOf("a🦜b", count))).toEqual([0, 1, 3, 4, 4]);
});
