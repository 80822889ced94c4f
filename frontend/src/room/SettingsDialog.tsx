// The editor as one likes it, in one place: what is chosen here takes effect behind the dialog at once.

import { Dialog } from "../components/Dialog.tsx";
import { Select } from "../components/Select.tsx";
import { Switch } from "../components/Switch.tsx";
import { LOOKS } from "../components/ThemeSwitch.tsx";
import type { Choice } from "../core/choice.ts";
import { theme } from "../core/theme.ts";
import { codeSize, completion, editorKind, keymapName, tabKey, tabWidth, wrap } from "./settings.ts";
import { useStore } from "./store.ts";
import "./settings.css";

export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const plain = useStore(editorKind, (kind) => kind === "plain");
  return (
    <Dialog title="Settings" onClose={onClose}>
      <div class="settings">
        <Chooser label="Theme" choice={theme} words={(name) => LOOKS[name].words} />
        <Chooser
          label="Editor"
          choice={editorKind}
          words={(kind) => (kind === "full" ? "Full editor" : "Plain text field")}
          hint="The plain text field suits screen readers, and wherever the full editor is in the way."
        />
        <Chooser label="Font size of code" choice={codeSize} words={(size) => `${size} px`} />
        <Chooser label="Indentation" choice={tabWidth} words={(width) => `${width} spaces`} />
        {!plain && (
          <>
            <Chooser
              label="Keys"
              choice={keymapName}
              words={(name) => ({ standard: "Standard", vscode: "As in VS Code", vim: "Vim" })[name]}
            />
            <Chooser
              label="Tab key"
              choice={tabKey}
              words={(what) => (what === "indents" ? "Indents the line" : "Moves the focus")}
              hint={<TabHint />}
            />
            <Flip label="Suggest names while typing" choice={completion} />
            <Flip label="Wrap long lines" choice={wrap} />
          </>
        )}
      </div>
      <p class="quiet settings-note">Kept in this browser, for you alone. Nobody else's editor changes.</p>
    </Dialog>
  );
}

function TabHint() {
  const what = useStore(tabKey, (value) => value);
  return what === "indents" ? "Escape, then Tab leaves the editor." : "Ctrl+] and Ctrl+[ indent and outdent.";
}

interface ChooserProps<T extends string | number> {
  label: string;
  choice: Choice<T>;
  words: (value: T) => string;
  hint?: preact.ComponentChildren;
}

function Chooser<T extends string | number>({ label, choice, words, hint }: ChooserProps<T>) {
  const now = useStore(choice, (value) => value);
  const choose = (chosen: string) => {
    const value = choice.offered.find((one) => String(one) === chosen);
    if (value !== undefined) {
      choice.set(value);
    }
  };
  return (
    <Select
      label={label}
      value={String(now)}
      choices={choice.offered.map((value) => ({ value: String(value), label: words(value) }))}
      onChange={choose}
      hint={hint}
    />
  );
}

function Flip({ label, choice }: { label: string; choice: Choice<boolean> }) {
  const on = useStore(choice, (value) => value);
  return <Switch label={label} on={on} onChange={(next) => choice.set(next)} />;
}
