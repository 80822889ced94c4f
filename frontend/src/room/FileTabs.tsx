// The room's files as tabs above the editor: open, add, rename, delete, and who else is where.

import { Download, Pencil, Plus, Trash2 } from "lucide-preact";
import type { ComponentProps } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { type LazyPart, lazy } from "../components/Lazy.tsx";
import { Menu } from "../components/Menu.tsx";
import { PersonMark } from "../components/PersonChip.tsx";
import { toast } from "../components/Toast.tsx";
import { saveAs } from "../core/api.ts";
import type { FileView } from "../protocol.gen.ts";
import { MAIN_FILE } from "../protocol.gen.ts";
import type { DeleteFileDialog as DeleteFileView, NameForm as NameFormView } from "./FileForms.tsx";
import { filesOf, freePath } from "./files.ts";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";
import "./file-tabs.css";

const NameForm = lazy<ComponentProps<typeof NameFormView>>(
  async () => (await import("./FileForms.tsx")).NameForm,
);
const DeleteFileDialog = lazy<ComponentProps<typeof DeleteFileView>>(
  async () => (await import("./FileForms.tsx")).DeleteFileDialog,
);

export const FILE_FORMS: readonly LazyPart[] = [NameForm, DeleteFileDialog];
export const EDITOR_ID = "editor";
const NEW_NAME = "untitled.py";

export function tabId(file: string): string {
  return `file-${file}`;
}

/** A file's name in the making: of a new file, or of one that there is. */
type Naming = "new" | FileView;

export function FileTabs({ session }: { session: RoomSession }) {
  const files = filesOf(useStore(session.room, (state) => state.files));
  const shown = useStore(session.desk.file, (value) => value);
  const online = useStore(session.link, (link) => link.phase === "online");
  const mayEdit = useStore(session.room, () => session.mayEdit);
  const asked = useStore(session.files.asked, (value) => value);
  const deleted = useStore(session.files.deleted, (value) => value);
  const [naming, setNaming] = useState<Naming | null>(null);
  const [deleting, setDeleting] = useState<FileView | null>(null);
  const [wrong, setWrong] = useState("");
  const now = files.find((view) => view.file === shown);

  useEffect(() => {
    document.getElementById(tabId(shown))?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [shown]);
  useEffect(() => {
    if (deleted !== null) {
      toast(`Deleted ${deleted.path}`, { label: "Undo", run: () => session.files.restore() });
    }
  }, [session, deleted]);

  // What was asked is granted, so that its form may go.
  const pending = useRef(false);
  useEffect(() => {
    if (pending.current && asked === null) {
      setNaming(null);
    }
    pending.current = asked !== null;
  }, [asked]);

  const give = (kind: Naming | null) => {
    session.files.giveUp();
    setWrong("");
    setNaming(kind);
  };
  const name = (path: string) =>
    naming === "new" ? session.files.add(path) : naming !== null && session.files.rename(naming.file, path);
  const drop = async (dropped: FileList) => {
    const { readDropped } = await import("./readDropped.ts");
    const read = await readDropped(dropped);
    if ("wrong" in read) {
      setWrong(read.wrong);
    } else {
      give(null);
      session.files.add(freePath(files, read.name), read.text);
    }
  };
  const reason = asked?.refused ?? wrong;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a convenience for the pointer; the + button adds files too
    <div
      class="file-strip"
      onDragOver={(event) => mayEdit && event.dataTransfer?.types.includes("Files") && event.preventDefault()}
      onDrop={(event) => {
        const dropped = event.dataTransfer?.files;
        if (mayEdit && dropped !== undefined && dropped.length > 0) {
          event.preventDefault();
          void drop(dropped);
        }
      }}
    >
      <div class="file-row">
        <Strip session={session} files={files} onRename={mayEdit && online ? give : null} />
        <span class="file-tools">
          {mayEdit && (
            <Button
              kind="quiet"
              small
              iconOnly
              icon={Plus}
              disabled={!online}
              title={online ? "Add a file" : "Files can be added when the connection is back"}
              onClick={() => give("new")}
            >
              Add a file
            </Button>
          )}
          {now !== undefined && (
            <Menu
              label={`More about ${now.path}`}
              small
              commands={[
                ...(mayEdit && online ? [{ label: "Rename", icon: Pencil, run: () => give(now) }] : []),
                {
                  label: "Download",
                  icon: Download,
                  run: () => saveAs(now.path.slice(now.path.lastIndexOf("/") + 1), session.desk.text),
                },
                ...(mayEdit && online && shown !== MAIN_FILE
                  ? [{ label: "Delete", icon: Trash2, danger: true, run: () => setDeleting(now) }]
                  : []),
              ]}
            />
          )}
        </span>
      </div>
      {naming !== null && (
        <NameForm
          key={naming === "new" ? "new" : naming.file}
          label={naming === "new" ? "Name of the new file" : `New name of ${naming.path}`}
          verb={naming === "new" ? "Add" : "Rename"}
          start={naming === "new" ? freePath(files, NEW_NAME) : naming.path}
          busy={asked !== null && asked.refused === null}
          wrong={asked?.refused ?? ""}
          onName={name}
          onClose={() => {
            give(null);
            document.getElementById(tabId(shown))?.focus();
          }}
        />
      )}
      {naming === null && reason !== "" && (
        <p class="file-wrong" role="alert">
          {reason}
          <Button kind="quiet" small onClick={() => give(null)}>
            Dismiss
          </Button>
        </p>
      )}
      {deleting !== null && (
        <DeleteFileDialog
          path={deleting.path}
          onClose={() => setDeleting(null)}
          onDelete={() => {
            setDeleting(null);
            session.files.delete(deleting);
          }}
        />
      )}
    </div>
  );
}

interface StripProps {
  session: RoomSession;
  files: readonly FileView[];
  /** Absent where nothing may be renamed. */
  onRename: ((view: FileView) => void) | null;
}

/** Arrows move, Enter opens, F2 renames: opening takes the focus into the text, so that arrows alone must not. */
function Strip({ session, files, onRename }: StripProps) {
  const shown = useStore(session.desk.file, (value) => value);
  const where = useStore(session.whereabouts, (value) => value);
  const onKeyDown = (event: KeyboardEvent) => {
    const tabs = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=tab]")];
    const at = tabs.indexOf(document.activeElement as HTMLElement);
    const to: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    const next = to[event.key];
    const view = files[at];
    if (next !== undefined) {
      event.preventDefault();
      tabs.at(next % tabs.length)?.focus();
    } else if (event.key === "F2" && view !== undefined && onRename !== null) {
      event.preventDefault();
      onRename(view);
    }
  };
  return (
    <div class="file-tabs" role="tablist" tabIndex={-1} aria-label="Files" onKeyDown={onKeyDown}>
      {files.map((view) => {
        const there = where.get(view.file) ?? [];
        return (
          <button
            key={view.file}
            id={tabId(view.file)}
            type="button"
            role="tab"
            class="file-tab"
            aria-selected={view.file === shown}
            aria-controls={view.file === shown ? EDITOR_ID : undefined}
            tabIndex={view.file === shown ? 0 : -1}
            title={view.path}
            onClick={() => session.desk.open(view.file)}
            onDblClick={() => onRename?.(view)}
          >
            <span class="file-name">{view.path}</span>
            {there.map(({ participant, name, colour, role }) => (
              <span key={participant} class="file-person" title={`${name} is here`}>
                <PersonMark colour={colour} role={role} />
                <span class="visually-hidden"> ({name} is here)</span>
              </span>
            ))}
          </button>
        );
      })}
    </div>
  );
}
