// What the live kernel knows of a name, over its line: on Shift+Tab, and when the pointer rests on it. Fetched with the
// first key press or the first move of the pointer over the code.

import { closeCompletion } from "@codemirror/autocomplete";
import { type EditorState, type Extension, StateEffect, StateField, Transaction } from "@codemirror/state";
import {
  type Command,
  closeHoverTooltips,
  EditorView,
  getTooltip,
  hoverTooltip,
  keymap,
  showTooltip,
  type Tooltip,
} from "@codemirror/view";
import type { Inspected, Unanswered } from "../protocol.gen.ts";
import { askedPlace } from "./askedPlace.ts";
import { nameAtCaret, nameUnder, type Spot } from "./helpSpots.ts";
import type { KernelAsks, SourcePlace } from "./kernelAsks.ts";
import { liveKernel } from "./liveKernel.ts";
import { ansiClass, ansiSpans, withoutAnsi } from "./outputs/ansi.ts";
import { vimCommands } from "./vimMode.ts";

const REST_MS = 500;
/** Nobody wants to hear a whole page of documentation; the tooltip holds the rest. */
const SPOKEN_CHARS = 600;

type Answer = Inspected | Unanswered;

/** Help that was asked for by the keyboard: first it waits for its answer. */
interface Help {
  readonly spot: Spot;
  readonly answer: Promise<Answer>;
  readonly tooltip: Tooltip | null;
}

const setHelp = StateEffect.define<Help | null>();

const helpField = StateField.define<Help | null>({
  create: () => null,
  update(help, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setHelp)) {
        return effect.value;
      }
    }
    return help === null || isOwn(transaction) ? null : moved(help, transaction);
  },
  provide: (field) => showTooltip.from(field, (help) => help?.tooltip ?? null),
});

/** What one does oneself ends the help; what others write meanwhile carries it along. */
function isOwn(transaction: Transaction): boolean {
  return transaction.selection !== undefined || transaction.annotation(Transaction.userEvent) !== undefined;
}

function moved(help: Help, { changes, docChanged }: Transaction): Help {
  if (!docChanged) {
    return help;
  }
  const { spot, tooltip } = help;
  const from = changes.mapPos(spot.from);
  return {
    ...help,
    spot: { ...spot, from, to: changes.mapPos(spot.to) },
    tooltip: tooltip === null ? null : { ...tooltip, pos: from },
  };
}

interface UnderWay {
  readonly place: SourcePlace;
  readonly answer: Promise<Answer>;
}

/** The last question to each kernel: the editor asks again with every change around the pointer. */
const underWay = new WeakMap<KernelAsks, UnderWay>();

function ask(state: EditorState, { ask: position }: Spot): Promise<Answer> | null {
  const kernel = state.facet(liveKernel);
  const place = kernel === null ? null : askedPlace(state.doc.toString(), position);
  if (kernel === null || place === null) {
    return null;
  }
  const last = underWay.get(kernel);
  if (last?.place.source === place.source && last.place.cursor === place.cursor) {
    return last.answer;
  }
  const asked = { place, answer: kernel.inspect(place) };
  underWay.set(kernel, asked);
  void asked.answer.then(() => underWay.get(kernel) === asked && underWay.delete(kernel));
  return asked.answer;
}

const askForHelp: Command = (view) => {
  const shown = view.state.field(helpField)?.tooltip;
  if (shown) {
    getTooltip(view, shown)?.dom.focus();
    return true;
  }
  const spot = vimCommands() ? null : nameAtCaret(view.state);
  const answer = spot === null ? null : ask(view.state, spot);
  if (spot === null || answer === null) {
    return false;
  }
  closeCompletion(view);
  view.dispatch({ effects: [setHelp.of({ spot, answer, tooltip: null }), closeHoverTooltips] });
  void answer.then((told) => {
    const help = view.state.field(helpField, false);
    if (help?.answer === answer && view.hasFocus) {
      show(view, help, wordsOf(told, spot));
    }
  });
  return true;
};

function show(view: EditorView, help: Help, words: string): void {
  const spoken = withoutAnsi(words).replace(/\s+/g, " ").slice(0, SPOKEN_CHARS);
  view.dispatch({
    effects: [setHelp.of({ ...help, tooltip: tooltipOf(help.spot, words) }), EditorView.announce.of(spoken)],
  });
}

function wordsOf(answer: Answer, { name }: Spot): string {
  if (answer.type === "unanswered") {
    return answer.reason;
  }
  return (
    answer.text.trim() ||
    `The kernel knows nothing of ${name || "this"}. Names are known once the cell that makes them has run.`
  );
}

function tooltipOf({ from, to, name }: Spot, text: string): Tooltip {
  return {
    pos: from,
    end: to,
    above: true,
    create(view) {
      const dom = document.createElement("section");
      dom.className = "kernel-help";
      dom.tabIndex = 0;
      dom.setAttribute("aria-label", `What the kernel knows of ${name || "this call"}`);
      const pre = dom.appendChild(document.createElement("pre"));
      for (const span of ansiSpans(text)) {
        const part = pre.appendChild(document.createElement("span"));
        part.className = ansiClass(span);
        part.textContent = span.text;
      }
      const close = () => view.dispatch({ effects: [setHelp.of(null), closeHoverTooltips] });
      const pressed = ({ key }: KeyboardEvent) => {
        if (key === "Escape") {
          if (dom.contains(document.activeElement)) {
            view.focus();
          }
          close();
        }
      };
      // Later: the focus is also lost when the editor itself takes the tooltip away, in the middle of a change.
      const left = () =>
        setTimeout(() => dom.isConnected && !view.dom.contains(document.activeElement) && close());
      dom.addEventListener("focusout", left);
      return {
        dom,
        // The pointer shows help to somebody who writes elsewhere as well: Escape takes it away from there, too.
        mount: () => document.addEventListener("keydown", pressed),
        destroy: () => document.removeEventListener("keydown", pressed),
      };
    },
  };
}

const onRest = hoverTooltip(
  async (view, pos, side) => {
    const spot = nameUnder(view.state, pos, side);
    const answer = spot === null ? null : await ask(view.state, spot);
    const knows = answer?.type === "inspected" && answer.text.trim() !== "";
    return spot !== null && knows ? tooltipOf(spot, answer.text.trim()) : null;
  },
  { hoverTime: REST_MS, hideOn: isOwn },
);

const goesAway = EditorView.domEventHandlers({
  blur({ relatedTarget }, view) {
    const stays = relatedTarget instanceof Node && view.dom.contains(relatedTarget);
    if (!stays && view.state.field(helpField) !== null) {
      view.dispatch({ effects: setHelp.of(null) });
    }
  },
});

export const kernelHelp: Extension = [
  helpField,
  onRest,
  goesAway,
  keymap.of([{ key: "Ctrl-Shift-Space", run: askForHelp }]),
];

/** For those to whom Tab is a key of the text. Elsewhere than at a name Shift+Tab takes an indentation away. */
export const helpOnTab: Extension = keymap.of([{ key: "Shift-Tab", run: askForHelp }]);
