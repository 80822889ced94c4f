// @vitest-environment happy-dom
import { pythonLanguage } from "@codemirror/lang-python";
import { EditorState } from "@codemirror/state";
import { EditorView, runScopeHandlers } from "@codemirror/view";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { FromClient } from "../protocol.gen.ts";
import { KernelAsks } from "./kernelAsks.ts";
import { helpOnTab, kernelHelp } from "./kernelHelp.ts";
import { liveKernel } from "./liveKernel.ts";

let asked: FromClient[];
let kernel: KernelAsks;
let view: EditorView;

beforeEach(() => {
  asked = [];
  kernel = new KernelAsks({ send: (message) => asked.push(message), online: () => true });
  const state = EditorState.create({
    doc: "orders.head\n",
    selection: { anchor: 11 },
    extensions: [pythonLanguage, liveKernel.of(kernel), kernelHelp, helpOnTab],
  });
  view = new EditorView({ parent: document.body, state });
  // With the real focus, happy-dom reports each moved selection in the middle of the change that moves it.
  vi.spyOn(view, "hasFocus", "get").mockReturnValue(true);
});

afterEach(() => {
  view.destroy();
});

const press = (key: string, shiftKey = false) =>
  runScopeHandlers(view, new KeyboardEvent("keydown", { key, shiftKey }), "editor");

/** The kernel answers its only question, and the page has had time to show it. */
async function answers(text: string): Promise<void> {
  kernel.heard({ type: "inspected", ask: asked.length, text });
  await new Promise((resolve) => setTimeout(resolve));
}

const help = () => view.dom.querySelector<HTMLElement>(".kernel-help");

it("shows what the kernel knows, in its colours, until Escape", async () => {
  expect(press("Tab", true)).toBe(true);
  expect(asked).toEqual([{ type: "inspect", ask: 1, source: "orders.head\n", cursor: 11 }]);
  expect(help()).toBe(null);
  await answers("\x1b[31mSignature:\x1b[0m orders.head(n=5)");
  expect(help()?.textContent).toBe("Signature: orders.head(n=5)");
  expect(help()?.querySelector(".ansi-1")?.textContent).toBe("Signature:");
  expect(help()?.getAttribute("aria-label")).toBe("What the kernel knows of head");
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  expect(help()).toBe(null);
});

it("says when the kernel knows nothing, and why it cannot tell", async () => {
  press("Tab", true);
  await answers(" ");
  expect(help()?.textContent).toMatch(/^The kernel knows nothing of head\./);
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  press("Tab", true);
  kernel.heard({ type: "unanswered", ask: 2, reason: "Something runs; ask again when it has ended." });
  await new Promise((resolve) => setTimeout(resolve));
  expect(help()?.textContent).toBe("Something runs; ask again when it has ended.");
});

it("goes when one writes, and comes to nobody who has gone on", async () => {
  press("Tab", true);
  view.dispatch({ changes: { from: 11, insert: "(" }, userEvent: "input.type" });
  await answers("too late");
  expect(help()).toBe(null);
  view.dispatch({ selection: { anchor: 3 }, userEvent: "select" });
  press("Tab", true);
  await answers("A frame.");
  expect(help()?.textContent).toBe("A frame.");
  view.dispatch({ changes: { from: 0, insert: "x" }, userEvent: "input.type" });
  expect(help()).toBe(null);
});

it("shows the answer to the last question alone", async () => {
  press("Tab", true);
  view.dispatch({ selection: { anchor: 3 }, userEvent: "select" });
  press("Tab", true);
  kernel.heard({ type: "inspected", ask: 1, text: "A method." });
  await new Promise((resolve) => setTimeout(resolve));
  expect(help()).toBe(null);
  await answers("A frame.");
  expect(help()?.textContent).toBe("A frame.");
});

it("stays while others write", async () => {
  press("Tab", true);
  view.dispatch({ changes: { from: 0, insert: "# theirs\n" } });
  await answers("A method.");
  expect(help()?.textContent).toBe("A method.");
  view.dispatch({ changes: { from: 0, insert: "# more\n" } });
  expect(help()?.textContent).toBe("A method.");
});

it("leaves Shift+Tab to the indentation where there is no name", () => {
  view.dispatch({ selection: { anchor: 12 } });
  expect(press("Tab", true)).toBe(false);
  expect(asked).toEqual([]);
});

it("asks nothing for those who may only read", () => {
  const extensions = [pythonLanguage, kernelHelp, helpOnTab];
  view.setState(EditorState.create({ doc: "orders", selection: { anchor: 6 }, extensions }));
  expect(press("Tab", true)).toBe(false);
  expect(asked).toEqual([]);
});
