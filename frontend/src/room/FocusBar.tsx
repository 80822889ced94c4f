// Focus time while it lasts: that nobody watches, how long still, and the way to end it earlier.

import { EyeOff } from "lucide-preact";
import { Button } from "../components/Button.tsx";
import { useSecondsLeft } from "../components/Timer.tsx";
import { clockTime } from "../core/format.ts";
import type { FocusTime } from "../protocol.gen.ts";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";
import "./bars.css";

export function FocusBar({ session, focusTime }: { session: RoomSession; focusTime: FocusTime }) {
  const role = useStore(session.room, (state) => state.role);
  const candidate = useStore(
    session.room,
    (state) => state.people.find((person) => person.role === "candidate")?.name,
  );
  const left = useSecondsLeft(focusTime.endsAtUs, () => session.clock.now()) ?? 0;
  return (
    <section class="room-bar" aria-label="Focus time">
      <EyeOff class="icon" aria-hidden="true" />
      <p>
        <strong>Focus time</strong>{" "}
        {role === "candidate"
          ? "Nobody is watching; the room is still recorded."
          : `${candidate ?? "The candidate"} works unwatched; the room is still recorded.`}
      </p>
      <span role="timer" aria-live="off" class="tabular">
        {clockTime(left)}
      </span>
      {role !== "observer" && (
        <Button small onClick={() => session.send({ type: "end-focus-time" })}>
          End focus time
        </Button>
      )}
    </section>
  );
}
