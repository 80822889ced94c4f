// The sheet of keys.

import { Dialog } from "../components/Dialog.tsx";

const isMac = navigator.platform.startsWith("Mac");
const CTRL = isMac ? "⌘" : "Ctrl";

const SHORTCUTS: readonly [keys: string, what: string][] = [
  ["Shift+Enter", "Run the cell and move on; after the last, a new cell"],
  [`${CTRL}+Enter`, "Run the cell"],
  [`${CTRL}+Shift+Enter`, "Run all cells above"],
  [`${CTRL}+.`, "Stop what runs"],
  ["Tab, Ctrl+Space", "Behind a name or a dot: what it may become"],
  ["Shift+Tab, Ctrl+Shift+Space", "On a name: what the kernel knows of it; again to scroll there"],
  [`${CTRL}+F`, "Find and replace"],
  [`${CTRL}+/`, "In the editor: comment or uncomment. Elsewhere: this sheet"],
  [`${CTRL}+Z`, "Undo what you did, never what others did"],
  ["Escape, then Tab", "Leave the editor"],
  ["Escape", "Stop following somebody, as typing and scrolling do"],
  [isMac ? "Shift+Alt+M" : "Ctrl+M", "Tab indents, or moves the focus"],
  ["F6, Shift+F6", "Next and previous panel"],
  ["Ctrl+Alt+N", "Write a private note (interviewers)"],
  [`${CTRL}+,`, "Settings: theme, font size, keys, and more"],
  ["F1", "This sheet"],
];

export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <table class="shortcuts">
        <tbody>
          {SHORTCUTS.map(([keys, what]) => (
            <tr key={keys}>
              <th scope="row">
                <kbd>{keys}</kbd>
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
