// Focus time as a view sees it: on until its clock runs out, even where the server's word about that is late.

import { useEffect, useState } from "preact/hooks";
import type { FocusTime } from "../protocol.gen.ts";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";

export function useFocusTime(session: RoomSession): FocusTime | null {
  const focusTime = useStore(session.room, (state) => state.focusTime);
  const [, draw] = useState(0);
  useEffect(() => {
    if (focusTime === null) {
      return;
    }
    const leftMs = (focusTime.endsAtUs - session.clock.now()) / 1000;
    const timeout = setTimeout(() => draw((count) => count + 1), Math.max(0, leftMs) + 1);
    return () => clearTimeout(timeout);
  }, [session, focusTime]);
  return focusTime !== null && session.clock.now() < focusTime.endsAtUs ? focusTime : null;
}
