// What the live kernel can complete, as the editor offers it beside the names that the page knows itself.

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { EditorState } from "@codemirror/state";
import type { Completed, Match } from "../protocol.gen.ts";
import { type AskedPlace, askedPlace, unitsOf } from "./askedPlace.ts";
import { codeAt } from "./codeAt.ts";
import { liveKernel } from "./liveKernel.ts";

/** So long the page's own names wait for the kernel's, so that the list does not change once it is open. */
const WAIT_MS = 400;
/** Behind the dot of something that is no number. */
const AFTER_DOT = /[\p{L}_)\]}'"]\p{N}*\.[\p{L}\p{N}_]*$/u;
const NO_NAMES = new Set(["Comment", "Number"]);
const STRINGS = new Set(["String", "FormatString", "ContinuedString"]);
const STILL_FITS = /^%{0,2}[\p{L}\p{N}_]*$/u;

/** What the kernel calls things, as the editor's icons are called. */
const ICONS: Readonly<Record<string, string>> = {
  class: "class",
  function: "function",
  instance: "variable",
  keyword: "keyword",
  magic: "function",
  module: "namespace",
  param: "variable",
  path: "text",
  property: "property",
  statement: "variable",
};

/** Tab asks for names behind a name, a dot or a magic's percent sign, and within strings; elsewhere it indents. */
export function endsName(state: EditorState): boolean {
  const { head, empty } = state.selection.main;
  const before = state.sliceDoc(state.doc.lineAt(head).from, head);
  if (!empty || state.readOnly || /(^|\s)$/.test(before)) {
    return false;
  }
  const inside = codeAt(state, head, -1);
  return STRINGS.has(inside.name)
    ? head < inside.to || inside.lastChild?.type.isError === true
    : !NO_NAMES.has(inside.name) && /[\p{L}\p{N}_.%]$/u.test(before);
}

/** The page's own names at once, or the kernel's with them where it is asked: behind a dot, and on request. */
export function withLiveNames(
  own: CompletionResult | null,
  context: CompletionContext,
): CompletionResult | null | Promise<CompletionResult | null> {
  const { name } = codeAt(context.state, context.pos, -1);
  const fits = context.explicit
    ? !NO_NAMES.has(name)
    : context.matchBefore(AFTER_DOT) !== null && !NO_NAMES.has(name) && !STRINGS.has(name);
  const kernel = context.state.facet(liveKernel);
  const place = fits && kernel !== null ? askedPlace(context.state.doc.toString(), context.pos) : null;
  if (kernel === null || place === null) {
    return own;
  }
  return answered(kernel.complete(place), own).then((answer) =>
    // Nothing opens behind the back of somebody who has gone elsewhere.
    context.view?.hasFocus === false
      ? null
      : merged(own, answer?.type === "completed" ? liveNames(answer, place) : null),
  );
}

/** Where the page has nothing of its own, there is nothing that would wait. */
function answered<T>(answer: Promise<T>, own: CompletionResult | null): Promise<T | null> {
  const patience = new Promise<null>((resolve) => setTimeout(() => resolve(null), WAIT_MS));
  return own === null ? answer : Promise.race([answer, patience]);
}

/** The kernel's matches where they stand in the text; null where they do not fit there, or there are none. */
export function liveNames({ start, end, matches }: Completed, place: AskedPlace): CompletionResult | null {
  const { source, cursor } = place;
  const usable = matches.filter(({ text }) => text !== "" && !/[\p{Cc}\u2028\u2029]/u.test(text));
  if (start > cursor || end < cursor || usable.length === 0) {
    return null;
  }
  const typed = source.slice(unitsOf(source, start), unitsOf(source, cursor));
  // Some come with the object they belong to: `df.head`. Only the attribute is to be read, and to be compared.
  const owner = typed.slice(0, typed.lastIndexOf(".") + 1);
  const cut = usable.every(({ text }) => text.startsWith(owner)) ? owner.length : 0;
  return {
    from: place.from + unitsOf(source, start) + cut,
    to: place.from + unitsOf(source, end),
    options: usable.map((match, at) => option(match, cut, at)),
    validFor: STILL_FITS,
  };
}

function option({ text, kind = "" }: Match, cut: number, at: number): Completion {
  const type = ICONS[kind];
  return {
    label: text.slice(cut),
    boost: 1,
    sortText: String(at).padStart(3, "0"), // the best first, as they came
    ...(type === undefined ? {} : { type }),
    ...(kind === "" ? {} : { detail: kind }),
  };
}

/** Each name once: what the kernel says of it is truer. Names for another place give way. */
export function merged(own: CompletionResult | null, live: CompletionResult | null): CompletionResult | null {
  if (own === null || live === null || own.from !== live.from) {
    return live ?? own;
  }
  const known = new Set(live.options.map(({ label }) => label));
  return { ...live, options: [...live.options, ...own.options.filter(({ label }) => !known.has(label))] };
}
