// Everyone of the room, and for those who run it what each member of the panel may do.

import { useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { Notice } from "../components/Notice.tsx";
import { PersonChip, ROLE_WORDS } from "../components/PersonChip.tsx";
import { api } from "../core/api.ts";
import type { ChangeRole, Person } from "../protocol.gen.ts";
import type { RoomSession } from "./session.ts";
import { isHost } from "./state.ts";
import { useStore } from "./store.ts";
import "./people-dialog.css";

/** What somebody of the panel could be instead; nobody becomes or stops being a candidate or the owner. */
const OTHER: Partial<Record<Person["role"], ChangeRole["role"]>> = {
  interviewer: "observer",
  observer: "interviewer",
};

interface PeopleDialogProps {
  session: RoomSession;
  token: string;
  onClose: () => void;
}

export function PeopleDialog({ session, token, onClose }: PeopleDialogProps) {
  const people = useStore(session.room, (state) => state.people);
  const role = useStore(session.room, (state) => state.role);
  const you = useStore(session.room, (state) => state.you);
  const room = useStore(session.room, (state) => state.room?.room ?? "");
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState("");
  const change = async (participant: string, to: ChangeRole["role"]) => {
    setBusy(participant);
    setProblem("");
    try {
      await api.changeRole(room, participant, { role: to }, token);
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(null);
  };
  return (
    <Dialog title="People" onClose={onClose}>
      <ul class="people-list">
        {people.map((person) => {
          // Nobody can take their own rights away: they could not give them back.
          const other = isHost(role) && person.participant !== you ? OTHER[person.role] : undefined;
          return (
            <li key={person.participant}>
              <PersonChip {...person} here={person.here ?? 0} showRole />
              {other !== undefined && (
                <Button
                  small
                  busy={busy === person.participant}
                  onClick={() => change(person.participant, other)}
                  aria-label={`Make ${person.name} ${ROLE_WORDS[other].toLowerCase()}`}
                >
                  Make {ROLE_WORDS[other].toLowerCase()}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {isHost(role) && (
        <p class="quiet">An observer reads along; an interviewer also edits, runs and lets people in.</p>
      )}
      {problem !== "" && <Notice tone="danger">{problem}</Notice>}
    </Dialog>
  );
}
