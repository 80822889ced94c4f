// What is asked of a person about a file: its name, and whether it may really go.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { PATH_CHARS_MAX } from "../protocol.gen.ts";
import "../components/field.css";

interface NameFormProps {
  label: string;
  verb: string;
  start: string;
  busy: boolean;
  /** Why the name was not taken. */
  wrong: string;
  onName: (path: string) => void;
  onClose: () => void;
}

export function NameForm({ label, verb, start, busy, wrong, onName, onClose }: NameFormProps) {
  const [path, setPath] = useState(start);
  const input = useRef<HTMLInputElement>(null);
  // Before anybody can type: a selection that comes later would be in the way.
  useLayoutEffect(() => {
    input.current?.focus();
    // The ending is seldom what one wants to change.
    input.current?.setSelectionRange(0, start.includes(".") ? start.lastIndexOf(".") : start.length);
  }, [start]);
  useEffect(() => {
    if (wrong !== "") {
      input.current?.focus();
    }
  }, [wrong]);
  return (
    <form
      class="file-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim() === start && verb === "Rename") {
          onClose();
        } else if (path.trim() !== "") {
          onName(path.trim());
        }
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.preventDefault();
          onClose();
        }
      }}
    >
      <input
        ref={input}
        class="input"
        aria-label={label}
        aria-invalid={wrong === "" ? undefined : "true"}
        aria-describedby={wrong === "" ? undefined : "file-wrong"}
        maxLength={PATH_CHARS_MAX}
        spellcheck={false}
        autocapitalize="off"
        value={path}
        onInput={(event) => setPath(event.currentTarget.value)}
      />
      <Button kind="primary" small type="submit" busy={busy}>
        {verb}
      </Button>
      <Button kind="quiet" small onClick={onClose}>
        Cancel
      </Button>
      {wrong !== "" && (
        <p class="file-wrong" id="file-wrong" role="alert">
          {wrong}
        </p>
      )}
    </form>
  );
}

interface DeleteFileProps {
  path: string;
  onClose: () => void;
  onDelete: () => void;
}

export function DeleteFileDialog({ path, onClose, onDelete }: DeleteFileProps) {
  return (
    <Dialog
      title={`Delete ${path}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button kind="danger" onClick={onDelete}>
            Delete
          </Button>
        </>
      }
    >
      <p>It goes away for everyone in the room, with its text. Its outputs and the recording stay.</p>
    </Dialog>
  );
}
