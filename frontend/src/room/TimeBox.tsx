// The time box in the top bar, and for those who run the room the ways to give more of it.

import { Circle, CircleDot, ClockPlus, Plus } from "lucide-preact";
import { Button } from "../components/Button.tsx";
import { Menu } from "../components/Menu.tsx";
import { Timer } from "../components/Timer.tsx";
import { ACCOMMODATIONS, accommodationWords, boxWords, withAccommodation } from "../components/timeBox.ts";
import type { RoomSession } from "./session.ts";
import { isHost } from "./state.ts";
import { useStore } from "./store.ts";

export function TimeBox({ session }: { session: RoomSession }) {
  const timer = useStore(session.room, (state) => state.timer);
  const role = useStore(session.room, (state) => state.role);
  const practice = useStore(session.room, (state) => state.room?.practice === true);
  if (timer === null || practice) {
    return null;
  }
  return (
    <>
      <Timer timer={timer} nowUs={() => session.clock.now()} />
      {isHost(role) && timer.startedAtUs === undefined && (
        <Menu
          label="Time for this candidate"
          icon={ClockPlus}
          small
          commands={ACCOMMODATIONS.map((percent) => ({
            label: `${accommodationWords(percent)}: ${boxWords(withAccommodation(timer, percent))}`,
            icon: percent === (timer.accommodation ?? 0) ? CircleDot : Circle,
            run: () => session.send({ type: "set-accommodation", percent }),
          }))}
        />
      )}
      {isHost(role) && (
        <Button small icon={Plus} onClick={() => session.send({ type: "extend-time", minutes: 10 })}>
          10 min
        </Button>
      )}
    </>
  );
}
