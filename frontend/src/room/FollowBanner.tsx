// Whose view this is, while it is not one's own, and the way back.

import { X } from "lucide-preact";
import { Button } from "../components/Button.tsx";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";
import "./following.css";

export function FollowBanner({ session }: { session: RoomSession }) {
  const { following } = session.desk;
  const person = useStore(following.who, (value) => value);
  return (
    <div class="follow-place" role="status">
      {person !== null && (
        <div class="follow-banner" style={{ "--person": person.colour }}>
          <span>
            Following <strong>{person.name}</strong>
            <span class="quiet follow-key">
              {" "}
              — <kbd>Esc</kbd> to stop
            </span>
          </span>
          <Button kind="quiet" small icon={X} iconOnly onClick={() => following.stop()}>
            Stop following
          </Button>
        </div>
      )}
    </div>
  );
}
