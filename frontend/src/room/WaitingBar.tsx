// Who waits in the lobby, for those who may let them in.

import { DoorOpen } from "lucide-preact";
import { Button } from "../components/Button.tsx";
import type { Person } from "../protocol.gen.ts";
import type { RoomSession } from "./session.ts";
import "./bars.css";

export function WaitingBar({ session, waiting }: { session: RoomSession; waiting: readonly Person[] }) {
  return (
    <section class="room-bar waiting-bar" aria-label="Lobby">
      {waiting.map(({ participant, name }) => (
        <div key={participant} class="room-bar-line">
          <DoorOpen class="icon" aria-hidden="true" />
          <p>
            <strong>{name}</strong> is waiting in the lobby
          </p>
          <Button kind="primary" small onClick={() => session.send({ type: "admit", participant })}>
            Let in
          </Button>
        </div>
      ))}
    </section>
  );
}
