// The part of the editor that people choose, kept in a compartment: a change leaves text, caret and undo alone.

import { indentWithTab } from "@codemirror/commands";
import { indentUnit } from "@codemirror/language";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, ViewPlugin } from "@codemirror/view";
import { hangingIndent } from "./hangingIndent.ts";
import { completion, keymapName, onSettings, tabKey, tabWidth, wrap } from "./settings.ts";

/** Something that is fetched when it is first wanted, so that a page that does without it never loads it. */
class Later<T> {
  here: T | null = null;
  private readonly fetch: () => Promise<T>;

  constructor(fetch: () => Promise<T>) {
    this.fetch = fetch;
  }

  async bring(): Promise<void> {
    this.here ??= await this.fetch();
  }
}

const assist = new Later(() => import("./assist.ts"));
const help = new Later(() => import("./kernelHelp.ts"));
const keymaps = {
  vscode: new Later(async () => (await import("./vscodeKeys.ts")).vscodeKeys),
  vim: new Later(async () => (await import("./vimKeys.ts")).vimKeys),
};

export const wrappedLines: Extension = [EditorView.lineWrapping, hangingIndent];

const place = new Compartment();

function chosen(): Extension {
  const keys = keymapName.get();
  const tabIndents = tabKey.get() === "indents";
  return [
    keys === "standard" ? [] : (keymaps[keys].here ?? []),
    assist.here?.brackets ?? [],
    completion.get() ? (assist.here?.completion ?? []) : [],
    completion.get() && tabIndents ? (assist.here?.namesOnTab ?? []) : [],
    help.here?.kernelHelp ?? [],
    tabIndents ? [help.here?.helpOnTab ?? [], keymap.of([indentWithTab])] : [],
    indentUnit.of(" ".repeat(tabWidth.get())),
    EditorState.tabSize.of(tabWidth.get()),
    wrap.get() ? wrappedLines : [],
  ];
}

class Chooser {
  private readonly view: EditorView;
  private readonly tell: (problem: string) => void;
  private readonly stop: () => void;
  /** The compartment waits for a word to be composed. */
  private behind = false;

  constructor(view: EditorView, tell: (problem: string) => void) {
    this.view = view;
    this.tell = tell;
    this.stop = onSettings(() => void this.follow());
    void this.bringKeys();
  }

  destroy(): void {
    this.stop();
  }

  /** A page that is only read does without help for typing. */
  keyPressed(): Promise<void> {
    return this.bring(assist, help);
  }

  pointed(): Promise<void> {
    return this.bring(help);
  }

  private async bring(...parts: readonly Later<unknown>[]): Promise<void> {
    if (parts.some(({ here }) => here === null)) {
      // Without a connection it cannot come: typing goes on without it, and the next key asks again.
      await Promise.all(parts.map((part) => part.bring().catch(() => {})));
      this.apply();
    } else if (this.behind) {
      this.apply();
    }
  }

  private async follow(): Promise<void> {
    this.apply();
    await this.bringKeys();
  }

  private async bringKeys(): Promise<void> {
    const name = keymapName.get();
    if (name === "standard" || keymaps[name].here !== null) {
      return;
    }
    try {
      await keymaps[name].bring();
    } catch {
      this.tell(
        "The keys that you chose could not be fetched, so the standard ones stay. Reload the page to try again.",
      );
      return;
    }
    this.apply();
  }

  private apply(): void {
    this.behind = this.view.composing;
    if (!this.behind) {
      this.view.dispatch({ effects: place.reconfigure(chosen()) });
    }
  }
}

/** For a new state. `tell` hears of what could not be fetched. */
export function editorChoices(tell: (problem: string) => void): Extension {
  return [
    place.of(chosen()),
    ViewPlugin.define((view) => new Chooser(view, tell), {
      eventObservers: {
        keydown() {
          void this.keyPressed();
        },
        mousemove() {
          void this.pointed();
        },
      },
    }),
  ];
}
