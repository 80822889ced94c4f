// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OwnTyping } from "../protocol.gen.ts";
import { OwnWords, Seen } from "./OwnWords.tsx";
import { Situation } from "./Situation.tsx";
import { TypingLink } from "./TypingLink.tsx";

const OWN: OwnTyping = {
  state: "reading",
  comparison: { status: "not-run-yet" },
  review: {},
  opens: "28 November 2026, 19:40 UTC",
};

const asked = vi.fn<(path: string, init: RequestInit) => Promise<Response>>();
beforeEach(() => vi.stubGlobal("fetch", asked));
afterEach(() => {
  render(null, document.body);
  vi.unstubAllGlobals();
  asked.mockReset();
});

const answers = (own: OwnTyping) => asked.mockImplementation(async () => Response.json(own));

const words = (own: OwnTyping) => {
  act(() =>
    render(
      <>
        <Seen own={own} />
        <OwnWords room="r7" token="secret" own={own} changed={() => {}} />
      </>,
      document.body,
    ),
  );
  return document.body;
};

test("where nothing was compared, the last page has nothing about it, nor while that is being asked", async () => {
  answers({ ...OWN, state: "none" });
  act(() => render(<TypingLink room="r7" token="secret" />, document.body));
  await vi.waitFor(() => expect(asked).toHaveBeenCalledOnce());
  await act(() => new Promise((resolve) => setTimeout(resolve))); // the answer is read and drawn
  expect(document.body.textContent).toBe("");
});

test("no answer is sent before one is chosen, and the one that is chosen is", async () => {
  answers(OWN);
  const answered = vi.fn();
  act(() =>
    render(<Situation room="r7" token="secret" opens={OWN.opens} answered={answered} />, document.body),
  );
  const submit = () =>
    act(async () => {
      document.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    });
  await submit();
  expect(asked).not.toHaveBeenCalled();
  expect(document.body.textContent).toContain("both are fine");
  const yes = document.querySelector("input[value=yes]") as HTMLInputElement;
  act(() => yes.click());
  await submit();
  expect(asked.mock.calls[0]?.[0]).toBe("/api/rooms/r7/typing/situation");
  expect(asked.mock.calls[0]?.[1]?.body).toBe('{"differed":true}');
  await vi.waitFor(() => expect(answered).toHaveBeenCalledWith(OWN));
});

test("who only reads is told who can see it, and when others can", () => {
  const page = words(OWN);
  expect(page.textContent).toContain("Only you can see this");
  expect(page.textContent).toContain("by itself from 28 November 2026, 19:40 UTC on");
  expect(page.querySelector("button[type=submit]")?.textContent).toBe("Let the panel see it");
});

test("words can be changed until the panel has opened them, and not after", () => {
  const shown: OwnTyping = { ...OWN, state: "shown", review: { candidateNote: "On a train." } };
  expect(words(shown).querySelector("button[type=submit]")?.textContent).toBe("Change my words");
  const page = words({ ...shown, opened: "27 November 2026, 10:00 UTC" });
  expect(page.querySelector("textarea")).toBe(null);
  expect(page.textContent).toContain("The panel opened it on 27 November 2026, 10:00 UTC");
  expect(page.querySelector("blockquote")?.textContent).toBe("On a train.");
});
