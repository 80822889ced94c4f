// The one dialog that makes a room, and then shows its links.
import { useState } from "preact/hooks";
import { Button, LinkButton } from "../components/Button.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { Notice } from "../components/Notice.tsx";
import { RadioCards } from "../components/RadioCards.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { useLoaded } from "../core/load.ts";
import { addressOf } from "../core/router.ts";
import type { ExerciseSummary, RoomKind, RoomSummary } from "../protocol.gen.ts";
import { owner } from "./calls.ts";
import { Own, Who } from "./DraftFields.tsx";
import { BLANK, boxFor, type Draft, type Errors, emptyDraft, errorsOf, FILES, requestOf } from "./draft.ts";
import { continuable } from "./groups.ts";
import { Links } from "./Links.tsx";
import "./new-room.css";

interface NewRoomProps {
  rooms: RoomSummary[];
  /** What the owner should know before a link is sent, such as links that open on this machine alone. */
  warning: string | undefined;
  onClose: () => void;
  onMade: () => void;
}

export function NewRoom({ rooms, warning, onClose, onMade }: NewRoomProps) {
  const [exercises, retry] = useLoaded(owner.exercises);
  const [made, setMade] = useState<{ room: string; kind: RoomKind; candidate: string } | null>(null);

  if (made)
    return (
      <Dialog
        title={`The room for ${made.candidate} is ready`}
        wide
        onClose={onClose}
        actions={
          <>
            <Button onClick={onClose}>Done</Button>
            <LinkButton kind="primary" href={addressOf.room(made.room)}>
              Open room
            </LinkButton>
          </>
        }
      >
        <div class="stack">
          {warning && <Notice tone="warning">{warning}</Notice>}
          <p>
            Send each person the link of their role. You find the links again under “Links” in the list of
            rooms.
          </p>
          <Links room={made.room} kind={made.kind} />
        </div>
      </Dialog>
    );
  if (exercises.state !== "there")
    return (
      <Dialog title="New room" wide onClose={onClose}>
        {exercises.state === "loading" ? (
          <Skeleton words="Loading the exercises" />
        ) : (
          <Notice tone="danger" action={<Button onClick={retry}>Try again</Button>}>
            {(exercises.error as Error).message}
          </Notice>
        )}
      </Dialog>
    );
  return (
    <DraftDialog
      exercises={exercises.value}
      takeHomes={continuable(rooms)}
      onClose={onClose}
      onMade={(room, draft) => {
        setMade({ room, kind: draft.kind, candidate: draft.candidate.trim() });
        onMade();
      }}
    />
  );
}

interface DraftDialogProps {
  exercises: ExerciseSummary[];
  takeHomes: RoomSummary[];
  onClose: () => void;
  onMade: (room: string, draft: Draft) => void;
}

function DraftDialog({ exercises, takeHomes, onClose, onMade }: DraftDialogProps) {
  const [draft, setDraft] = useState<Draft>(() => {
    const first = exercises[0];
    return first ? { ...emptyDraft, source: first.slug, ...boxFor(first.minutes) } : emptyDraft;
  });
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const errors: Errors = tried ? errorsOf(draft) : {};
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));

  const make = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    setProblem("");
    const wrong = Object.keys(errorsOf(draft));
    if (wrong.length > 0) {
      const form = event.target as HTMLFormElement;
      requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    setBusy(true);
    try {
      onMade((await owner.makeRoom(await requestOf(draft))).room, draft);
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      title="New room"
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="new-room" busy={busy}>
            Make room
          </Button>
        </>
      }
    >
      <form id="new-room" class="new-room" noValidate onSubmit={make}>
        <RadioCards
          label="Exercise"
          value={draft.source}
          cards={sources(exercises)}
          onChange={(source) => {
            const exercise = exercises.find((one) => one.slug === source);
            set({ source, ...(exercise ? boxFor(exercise.minutes) : {}) });
          }}
        />
        {(draft.source === BLANK || draft.source === FILES) && (
          <Own draft={draft} errors={errors} set={set} />
        )}
        <div class="new-room-pair">
          <RadioCards
            label="Kind"
            value={draft.kind}
            cards={KINDS}
            onChange={(kind) => set({ kind, ...(kind === "take-home" ? { continues: "" } : {}) })}
          />
        </div>
        <Who draft={draft} errors={errors} set={set} takeHomes={takeHomes} />
        {problem && <Notice tone="danger">{problem}</Notice>}
      </form>
    </Dialog>
  );
}

const KINDS: { value: RoomKind; title: string; text: string }[] = [
  { value: "live", title: "Live", text: "Together, in the same editor, at an agreed time." },
  { value: "take-home", title: "Take-home", text: "Alone, whenever they like, against the server's clock." },
];

function sources(exercises: ExerciseSummary[]) {
  return [
    ...exercises.map(({ slug, title, summary, minutes }) => ({
      value: slug,
      title,
      text: summary,
      aside: `${minutes} min`,
    })),
    { value: BLANK, title: "Blank room", text: "Your own brief and starter text." },
    { value: FILES, title: "Your files", text: "A .py or .ipynb to start from, data files beside it." },
  ];
}
