// Vim's keys on the shared text, fetched when somebody chooses them: undo is one's own, and the mode is told in words.

import type { Extension } from "@codemirror/state";
import { EditorView, ViewPlugin } from "@codemirror/view";
import { CodeMirror, getCM, Vim, vim } from "@replit/codemirror-vim";
import { ownUndo, redo, undo } from "./ownUndo.ts";
import { vimMode } from "./vimMode.ts";

type Editor = NonNullable<ReturnType<typeof getCM>>;
type Paste = { after: boolean; registerName?: string };

// The library's own would ask the editor's history, which a shared text has none of.
CodeMirror.commands["undo"] = (cm: Editor) => undo(cm.cm6);
CodeMirror.commands["redo"] = (cm: Editor) => redo(cm.cm6);
Vim.defineEx("undo", "u", (cm) => undo((cm as Editor).cm6));
Vim.defineEx("redo", "red", (cm) => redo((cm as Editor).cm6));
// Everything is saved as it is typed, and `:w` is in the fingers.
Vim.defineEx("write", "w", () => {});

interface Actions {
  continuePaste(cm: Editor, args: Paste, vim: unknown, text: string, register: unknown): void;
}

Vim.defineAction("paste", function (this: Actions, cm, args, state) {
  const { cm6 } = cm as unknown as Editor;
  const { registerName, after } = args as unknown as Paste;
  if (registerName === "+" || registerName === "*") {
    void pasteFromOutside(cm6, after);
    return;
  }
  const register = Vim.getRegisterController().getRegister(registerName);
  this.continuePaste(cm as unknown as Editor, args as unknown as Paste, state, register.toString(), register);
} as Parameters<typeof Vim.defineAction>[1]);

/** By the way that every paste takes, where it is recorded, cleaned and measured. */
async function pasteFromOutside(view: EditorView, after: boolean): Promise<void> {
  const data = new DataTransfer();
  data.setData("text/plain", await navigator.clipboard.readText());
  const { head } = view.state.selection.main;
  if (after && head < view.state.doc.lineAt(head).to) {
    view.dispatch({ selection: { anchor: head + 1 } });
  }
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  view.contentDOM.dispatchEvent(paste);
}

const told = ViewPlugin.define((view) => {
  const cm = getCM(view);
  /** What one command did is one step of undo, however fast the next one came; so is what is written after `o` or `cw`. */
  const stepEnds = () => {
    if (!cm?.state.vim?.insertMode) {
      view.state.facet(ownUndo)?.stopCapturing();
    }
  };
  const modeChanged = ({ mode, subMode }: { mode: string; subMode?: string }) => {
    stepEnds();
    vimMode.set(subMode ? `${mode}, ${subMode}` : mode);
  };
  const dialogOpened = () => {
    const field = view.dom.querySelector(".cm-vim-panel input");
    field?.setAttribute("aria-label", "Vim's command line");
  };
  cm?.on("vim-mode-change", modeChanged);
  cm?.on("vim-command-done", stepEnds);
  cm?.on("dialog", dialogOpened);
  vimMode.set("normal");
  return {
    destroy() {
      cm?.off("vim-mode-change", modeChanged);
      cm?.off("vim-command-done", stepEnds);
      cm?.off("dialog", dialogOpened);
      vimMode.set(null);
    },
  };
});

export const vimKeys: Extension = [
  // Vim keeps Escape to itself, and the editor would never hear that Tab is to leave it.
  EditorView.domEventObservers({
    keydown(event, view) {
      if (event.key === "Escape") {
        view.setTabFocusMode(2000);
      }
    },
  }),
  vim(),
  told,
];
