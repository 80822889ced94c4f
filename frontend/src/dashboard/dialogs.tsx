// What a row of the dashboard asks before it does something.
import { useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { TextField } from "../components/Field.tsx";
import { Notice } from "../components/Notice.tsx";
import { toast } from "../components/Toast.tsx";
import { plural } from "../core/format.ts";
import type { Forgotten, RoomSummary } from "../protocol.gen.ts";
import { owner } from "./calls.ts";
import { Links } from "./Links.tsx";

interface AskProps {
  room: RoomSummary;
  onClose: () => void;
}

export function RoomLinks({ room, onClose }: AskProps) {
  return (
    <Dialog
      title={`Links to ${room.candidate}'s room`}
      wide
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <Links room={room.room} kind={room.kind} />
    </Dialog>
  );
}

export function EndRoom({ room, onClose }: AskProps) {
  const { busy, problem, run } = useWork();
  const end = () =>
    run(async () => {
      await owner.end(room.room);
      toast("The room has ended.");
      onClose();
    });
  return (
    <Dialog
      title={`End the room with ${room.candidate}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" busy={busy} onClick={end}>
            End room
          </Button>
        </>
      }
    >
      <div class="stack">
        <p>
          {room.candidate} leaves the room and reads what was kept and how to have it deleted. You can reopen
          the room later; both are on its timeline.
        </p>
        {problem && <Notice tone="danger">{problem}</Notice>}
      </div>
    </Dialog>
  );
}

export function Forget({ room, rooms, onClose }: AskProps & { rooms: RoomSummary[] }) {
  const [typed, setTyped] = useState("");
  const [done, setDone] = useState<Forgotten | null>(null);
  const { busy, problem, run } = useWork();
  const theirs = rooms.filter((other) => other.candidateId === room.candidateId);
  const matches = typed.trim() === room.candidate;
  const forget = (event: Event) => {
    event.preventDefault();
    if (matches) void run(async () => setDone(await owner.forget(room.candidateId)));
  };

  if (done)
    return (
      <Dialog
        title={`${room.candidate}'s data is deleted`}
        onClose={onClose}
        actions={<Button onClick={onClose}>Done</Button>}
      >
        <div class="stack">
          <p>
            {plural(done.rooms, "room")} and {plural(done.events, "event")} were deleted for good.
          </p>
          <p class="quiet">{done.note}</p>
        </div>
      </Dialog>
    );
  return (
    <Dialog
      title={`Delete ${room.candidate}'s data?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" type="submit" form="forget" busy={busy} disabled={!matches}>
            Delete for good
          </Button>
        </>
      }
    >
      <form id="forget" class="stack" onSubmit={forget}>
        <p>
          This deletes {plural(theirs.length, "room")} of theirs with text, timeline, outputs, notes and
          typing. It cannot be undone; only a line that says when it was done remains.
        </p>
        <ul class="forget-rooms">
          {theirs.map((one) => (
            <li key={one.room}>
              {one.title}, {one.kind === "live" ? "live" : "take-home"}
            </li>
          ))}
        </ul>
        <TextField
          label={`Type ${room.candidate} to confirm`}
          autoComplete="off"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        {problem && <Notice tone="danger">{problem}</Notice>}
      </form>
    </Dialog>
  );
}

function useWork() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem("");
    try {
      await work();
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run };
}
