import { CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { pythonLanguage } from "@codemirror/lang-python";
import { EditorState } from "@codemirror/state";
import { afterEach, expect, it, vi } from "vitest";
import type { Completed, FromClient } from "../protocol.gen.ts";
import { names } from "./assist.ts";
import { KernelAsks } from "./kernelAsks.ts";
import { liveKernel } from "./liveKernel.ts";
import { endsName, withLiveNames } from "./liveNames.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** An editor with its caret at the `|` of a text, and a kernel that answers every question as told, or never. */
function editor(marked: string, answer?: Pick<Completed, "start" | "end" | "matches">) {
  const asked: FromClient[] = [];
  const kernel: KernelAsks = new KernelAsks({
    online: () => true,
    send: (message) => {
      asked.push(message);
      if (answer !== undefined) {
        queueMicrotask(() => kernel.heard({ type: "completed", ask: message.ask, ...answer }));
      }
    },
  });
  const pos = marked.indexOf("|");
  const state = EditorState.create({
    doc: marked.replace("|", ""),
    selection: { anchor: pos },
    extensions: [pythonLanguage, liveKernel.of(kernel)],
  });
  const offer = async (explicit: boolean) => {
    const context = new CompletionContext(state, pos, explicit);
    return await withLiveNames(names(context), context);
  };
  return { state, asked, offer };
}

const labels = (result: CompletionResult | null) => result?.options.map(({ label }) => label);

it("asks behind a dot while one types, with the cell and the place in it", async () => {
  const { asked, offer } = editor("x = 1\n# %%\n'🦜'; df.he|", {
    start: 8,
    end: 10,
    matches: [{ text: "head", kind: "function" }, { text: "helper" }],
  });
  expect(await offer(false)).toMatchObject({
    from: 20,
    to: 22,
    options: [
      { label: "head", type: "function", detail: "function" },
      { label: "helper", sortText: "001" },
    ],
  });
  expect(asked).toEqual([{ type: "complete", ask: 1, source: "'🦜'; df.he", cursor: 10 }]);
});

it("asks nothing while one types a name, a number, a string or a comment", async () => {
  for (const text of ["ord|", "1.|", "'a.|'", "# a.|", "# %% a.|"]) {
    const { asked, offer } = editor(text, { start: 0, end: 0, matches: [] });
    await offer(false);
    expect([text, asked]).toEqual([text, []]);
  }
});

it("offers what the kernel knows before the page's own on request, and each name once", async () => {
  const { offer } = editor("orders = 1\npri|", {
    start: 11,
    end: 14,
    matches: [
      { text: "print", kind: "function" },
      { text: "prices", kind: "instance" },
    ],
  });
  const offered = labels(await offer(true));
  expect(offered?.slice(0, 3)).toEqual(["print", "prices", "orders"]);
  expect(offered?.filter((label) => label === "print")).toHaveLength(1);
});

it("completes magics and keys of dictionaries, where the page knows nothing", async () => {
  const magic = editor("%ti|", { start: 0, end: 3, matches: [{ text: "%timeit", kind: "magic" }] });
  expect(await magic.offer(true)).toMatchObject({ from: 0, to: 3, options: [{ label: "%timeit" }] });
  const key = editor("df['co|']", { start: 4, end: 6, matches: [{ text: "courier" }] });
  expect(await key.offer(true)).toMatchObject({ from: 4, options: [{ label: "courier" }] });
});

it("shows an attribute without the object that it came with", async () => {
  const { offer } = editor("df.col.na|", {
    start: 0,
    end: 9,
    matches: [{ text: "df.col.nan" }, { text: "df.col.name" }],
  });
  const result = await offer(true);
  expect([result?.from, labels(result)]).toEqual([7, ["nan", "name"]]);
});

it("trusts no answer that fits nowhere or would break the text", async () => {
  const outside = editor("df.|", { start: 2, end: 1, matches: [{ text: "head" }] });
  const beyond = editor("df.|", { start: 9, end: 99, matches: [{ text: "head" }] });
  const lines = editor("df.|", {
    start: 3,
    end: 3,
    matches: [{ text: "a\nb" }, { text: "a\u2028b" }, { text: "" }],
  });
  expect([await outside.offer(true), await beyond.offer(true), await lines.offer(true)]).toEqual([
    null,
    null,
    null,
  ]);
});

it("offers the page's own names when the kernel takes its time", async () => {
  vi.useFakeTimers();
  const { offer } = editor("orders = 1\nor|");
  const offered = offer(true);
  await vi.advanceTimersByTimeAsync(400);
  expect(labels(await offered)?.[0]).toBe("orders");
});

it("leaves Tab to the indentation where no name ends", () => {
  const ends = (marked: string) => endsName(editor(marked).state);
  expect(["df|", "df.|", "%ti|", "f(a, b|)", "d['|']", "d['co|"].filter(ends)).toHaveLength(6);
  expect(["|df", "    |", "x = |", "x = 10|", "f(a)|", "'a'|", "# note|", "'a |'"].filter(ends)).toEqual([]);
});
