// What the candidate cannot see: notes, the interviewer's guide and hidden checks.

import { EyeOff, Pencil, Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { type Tab, Tabs } from "../components/Tabs.tsx";
import { timeIn } from "../core/format.ts";
import type { Note } from "../protocol.gen.ts";
import { Checks } from "./Checks.tsx";
import { Markdown } from "./Markdown.tsx";
import type { RoomSession } from "./session.ts";
import { personOf } from "./state.ts";
import { useStore } from "./store.ts";
import { freshId } from "./unsaved.ts";
import "../components/field.css";

export function PrivatePanel({ session }: { session: RoomSession }) {
  const room = useStore(session.room, (state) => state.room);
  const checks = useStore(session.room, (state) => state.checks);
  const people = useStore(session.room, (state) => state.people);
  const startUs = useStore(session.room, (state) => state.timer?.startedAtUs);
  const [chosen, setChosen] = useState("notes");
  const tabs: Tab[] = [{ name: "notes", label: "Notes", private: true }];
  if (room?.guide !== undefined) {
    tabs.push({ name: "guide", label: "Guide", private: true });
  }
  const runsHidden = session.role === "owner" || session.role === "interviewer";
  if (room?.hasHiddenChecks && runsHidden) {
    tabs.push({ name: "checks", label: "Hidden checks", private: true });
  }
  return (
    <>
      <p class="private-head small">
        <EyeOff class="icon" aria-hidden="true" />
        <span>
          <span class="private-word">Private</span>: the candidate never sees this
        </span>
      </p>
      <Tabs label="Private" tabs={tabs} chosen={chosen} onChoose={setChosen}>
        <div class="panel-content">
          {chosen === "notes" && <Notes session={session} />}
          {chosen === "guide" && <Markdown text={room?.guide ?? ""} />}
          {chosen === "checks" && (
            <Checks
              which="hidden"
              rounds={checks}
              people={people}
              startUs={startUs}
              mayRun={runsHidden}
              onRun={() => session.send({ type: "run-checks", which: "hidden" })}
            />
          )}
        </div>
      </Tabs>
    </>
  );
}

function Notes({ session }: { session: RoomSession }) {
  const notes = useStore(session.room, (state) => state.notes);
  const you = useStore(session.room, (state) => state.you);
  const people = useStore(session.room, (state) => state.people);
  const startUs = useStore(session.room, (state) => state.timer?.startedAtUs);
  return (
    <div class="notes">
      <NoteField
        label="Add a note"
        start=""
        onSave={(text) => session.send({ type: "write-note", note: freshId(), text })}
      />
      <ol class="note-list">
        {[...notes].reverse().map((note) => (
          <NoteView
            key={note.note}
            note={note}
            startUs={startUs}
            author={personOf(people, note.by)?.name ?? note.by}
            own={note.by === you}
            onChange={(text) => session.send({ type: "write-note", note: note.note, text })}
          />
        ))}
      </ol>
      {notes.length === 0 && (
        <p class="quiet small">
          A note carries the time at which it was written, and opens the replay there.
        </p>
      )}
    </div>
  );
}

interface NoteViewProps {
  note: Note;
  startUs: number | undefined;
  author: string;
  own: boolean;
  onChange: (text: string) => void;
}

function NoteView({ note, startUs, author, own, onChange }: NoteViewProps) {
  const [editing, setEditing] = useState(false);
  return (
    <li class="note">
      <header class="small quiet">
        <span>
          {author} <span class="tabular">{timeIn(note.atUs, startUs)}</span>
        </span>
        {own && !editing && (
          <span>
            <Button kind="quiet" small iconOnly icon={Pencil} onClick={() => setEditing(true)}>
              Change this note
            </Button>
            <Button kind="quiet" small iconOnly icon={Trash2} onClick={() => onChange("")}>
              Remove this note
            </Button>
          </span>
        )}
      </header>
      {editing ? (
        <NoteField
          label="Change the note"
          start={note.text}
          onSave={(text) => {
            setEditing(false);
            onChange(text);
          }}
        />
      ) : (
        <p>{note.text}</p>
      )}
    </li>
  );
}

function NoteField({
  label,
  start,
  onSave,
}: {
  label: string;
  start: string;
  onSave: (text: string) => void;
}) {
  const [text, setText] = useState(start);
  const save = () => {
    if (text.trim() !== "") {
      onSave(text.trim());
      setText("");
    }
  };
  return (
    <form
      class="note-field"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        class="input"
        aria-label={label}
        placeholder={label}
        rows={2}
        maxLength={20_000}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            save();
          }
        }}
      />
      <Button type="submit" small disabled={text.trim() === ""}>
        Save note
      </Button>
    </form>
  );
}
