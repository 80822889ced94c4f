// The fields of a new room: what an exercise would bring, and for whom and how long it is.

import { TextArea, TextField } from "../components/Field.tsx";
import { FileDrop } from "../components/FileDrop.tsx";
import { Select } from "../components/Select.tsx";
import { Switch } from "../components/Switch.tsx";
import { ACCOMMODATIONS, accommodationWords, boxWords, withAccommodation } from "../components/timeBox.ts";
import { day, plural } from "../core/format.ts";
import type { Accommodation, RoomSummary } from "../protocol.gen.ts";
import { BLANK, type Draft, type Errors, FILES, minutesOf, OWN_MINUTES, TIME_BOXES } from "./draft.ts";

interface PartProps {
  draft: Draft;
  errors: Errors;
  set: (change: Partial<Draft>) => void;
}

/** What an exercise would bring: a title, a brief, and a starter or files. */
export function Own({ draft, errors, set }: PartProps) {
  return (
    <>
      {draft.source === FILES && (
        <FileDrop
          label="Files"
          hint="One .py or .ipynb becomes the starter; everything else is read from data/."
          files={draft.files}
          error={errors.files}
          onChange={(files) => set({ files })}
        />
      )}
      <TextField
        label="Title"
        optional
        maxLength={120}
        value={draft.title}
        onInput={(event) => set({ title: event.currentTarget.value })}
      />
      <TextArea
        label="Brief"
        optional
        hint="What the candidate is asked, in Markdown."
        rows={4}
        value={draft.brief}
        onInput={(event) => set({ brief: event.currentTarget.value })}
      />
      {draft.source === BLANK && (
        <TextArea
          label="Starter text"
          optional
          code
          rows={5}
          hint="Lines that begin with # %% start a cell."
          value={draft.starter}
          onInput={(event) => set({ starter: event.currentTarget.value })}
        />
      )}
    </>
  );
}

export function Who({ draft, errors, set, takeHomes }: PartProps & { takeHomes: RoomSummary[] }) {
  const live = draft.kind === "live";
  return (
    <div class="new-room-grid">
      {live && takeHomes.length > 0 && (
        <Select
          label="Continues take-home"
          optional
          value={draft.continues}
          hint="The report then compares how both were typed, if the candidate agrees."
          choices={[
            { value: "", label: "None" },
            ...takeHomes.map((room) => ({
              value: room.room,
              label: `${room.candidate}: ${room.title}, ${day(room.made)}`,
            })),
          ]}
          onChange={(continues) => {
            const from = takeHomes.find((room) => room.room === continues);
            set({ continues, ...(from ? { candidate: from.candidate } : {}) });
          }}
        />
      )}
      <TextField
        label="Candidate"
        required
        maxLength={120}
        autoComplete="off"
        value={draft.candidate}
        readOnly={live && draft.continues !== ""}
        error={errors.candidate}
        hint={live && draft.continues ? "As in the take-home." : undefined}
        onInput={(event) => set({ candidate: event.currentTarget.value })}
      />
      <Select
        label="Time box"
        value={draft.timeBox}
        choices={[
          ...TIME_BOXES.map((minutes) => ({ value: String(minutes), label: plural(minutes, "minute") })),
          { value: OWN_MINUTES, label: "Own length" },
        ]}
        onChange={(timeBox) => set({ timeBox })}
      />
      {draft.timeBox === OWN_MINUTES && (
        <TextField
          label="Minutes"
          type="number"
          min={5}
          max={720}
          inputMode="numeric"
          value={draft.ownMinutes}
          error={errors.ownMinutes}
          onInput={(event) => set({ ownMinutes: event.currentTarget.value })}
        />
      )}
      <Select
        label="More time"
        value={draft.accommodation}
        hint="For somebody who needs longer; it stands beside the time box, for both to see."
        choices={ACCOMMODATIONS.map((percent) => ({
          value: String(percent),
          label: `${accommodationWords(percent)}${lengthWith(draft, percent)}`,
        }))}
        onChange={(accommodation) => set({ accommodation })}
      />
      {live && (
        <TextField
          label="Meeting link"
          optional
          type="url"
          placeholder="https://"
          hint="For voice and video; shown in the room."
          value={draft.meetingUrl}
          error={errors.meetingUrl}
          onInput={(event) => set({ meetingUrl: event.currentTarget.value })}
        />
      )}
      {live && (
        <Switch label="Lobby" on={draft.lobby} onChange={(lobby) => set({ lobby })}>
          The candidate waits until you let them in.
        </Switch>
      )}
    </div>
  );
}

/** What it comes to, where the time box is a number already. */
function lengthWith(draft: Draft, percent: Accommodation): string {
  const minutes = minutesOf(draft);
  return percent === 0 || !Number.isInteger(minutes)
    ? ""
    : `: ${boxWords(withAccommodation({ minutes }, percent))}`;
}
