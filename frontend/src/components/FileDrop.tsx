// Files by dragging them here or by choosing them: the button does all that dragging does.
import { FileUp, X } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { fileSize } from "../core/format.ts";
import { Button } from "./Button.tsx";
import "./file-drop.css";

interface FileDropProps {
  label: string;
  hint: string;
  files: File[];
  error?: string | undefined;
  onChange: (files: File[]) => void;
}

export function FileDrop({ label, hint, files, error, onChange }: FileDropProps) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const add = (more: FileList | null | undefined) => {
    const fresh = [...(more ?? [])];
    const names = new Set(fresh.map((file) => file.name));
    onChange([...files.filter((file) => !names.has(file.name)), ...fresh]);
  };

  return (
    <fieldset class="field">
      <legend class="field-label">{label}</legend>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a convenience beside the button */}
      <div
        class={over ? "file-drop over" : "file-drop"}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          add(event.dataTransfer?.files);
        }}
      >
        <Button icon={FileUp} onClick={() => input.current?.click()}>
          Choose files
        </Button>
        <span class="quiet">or drop them here. {hint}</span>
        <input
          ref={input}
          class="visually-hidden"
          type="file"
          multiple
          tabIndex={-1}
          aria-label={label}
          onChange={(event) => {
            add(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
      </div>
      {files.length > 0 && (
        <ul class="file-list">
          {files.map((file) => (
            <li key={file.name}>
              <span class="file-name">{file.name}</span>
              <span class="quiet tabular">{fileSize(file.size)}</span>
              <Button
                kind="quiet"
                small
                icon={X}
                onClick={() => onChange(files.filter((other) => other !== file))}
                aria-label={`Remove ${file.name}`}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      {error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
