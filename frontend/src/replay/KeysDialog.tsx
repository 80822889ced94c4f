// The replay's keys, and a switch for people whom single keys get in the way of.

import { useState } from "preact/hooks";
import { Dialog } from "../components/Dialog.tsx";
import { Switch } from "../components/Switch.tsx";

const KEY = "liveroom.replay.keys";

export function useKeysOn(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => localStorage.getItem(KEY) !== "off");
  return [
    on,
    (next) => {
      localStorage.setItem(KEY, next ? "on" : "off");
      setOn(next);
    },
  ];
}

const KEYS: [keys: string[], does: string][] = [
  [["Space"], "Play or pause"],
  [["Left", "Right"], "5 s back or forward"],
  [["Shift+Left", "Shift+Right"], "Previous or next event"],
  [["[", "]"], "Slower or faster"],
  [["Home", "End"], "Beginning or end, on the time slider"],
];

interface KeysDialogProps {
  on: boolean;
  onChange: (on: boolean) => void;
  onClose: () => void;
}

export function KeysDialog({ on, onChange, onClose }: KeysDialogProps) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <div class="stack">
        <dl class="keys-list">
          {KEYS.map(([keys, does]) => (
            <div key={does}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <Switch label="Use these keys" on={on} onChange={onChange}>
          Off, only the buttons and the time slider listen.
        </Switch>
      </div>
    </Dialog>
  );
}
