// The replay's time: where it is, whether it runs, how fast; driven by the screen's own frames.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Axis } from "./axis.ts";
import { neighbour, type ReplayEvent } from "./events.ts";
import { focusKind, type Wish, wishOf } from "./keys.ts";
import type { Recording } from "./player.ts";
import { clamp, faster, later, STEP_US, slower } from "./playing.ts";

export interface Playback {
  atUs: number;
  playing: boolean;
  speed: number;
  skipIdle: boolean;
  seek: (atUs: number) => void;
  wish: (wish: Wish) => void;
  setSpeed: (speed: number) => void;
  setSkipIdle: (on: boolean) => void;
}

export function usePlayback(
  recording: Recording,
  axis: Axis,
  events: readonly ReplayEvent[],
  fromUs: number,
): Playback {
  const [atUs, setAt] = useState(() => clamp(axis, fromUs));
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const [skipIdle, setSkipIdle] = useState(true);
  const now = useRef(atUs);
  now.current = atUs;

  useEffect(() => {
    if (!playing) return;
    let shownAt = performance.now();
    let request = requestAnimationFrame(function tick(time) {
      const elapsedUs = Math.max(0, time - shownAt) * 1000;
      shownAt = time;
      const next = later(recording, axis, { atUs: now.current, elapsedUs, speed, skipIdle });
      setAt(next);
      if (next >= axis.endUs) setPlaying(false);
      else request = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(request);
  }, [recording, axis, playing, speed, skipIdle]);

  const seek = useCallback((to: number) => setAt(clamp(axis, to)), [axis]);

  const wish = useCallback(
    (wanted: Wish) => {
      const event = () => neighbour(events, now.current, wanted === "next");
      switch (wanted) {
        case "play":
          if (now.current >= axis.endUs) setAt(axis.startUs);
          return setPlaying((before) => !before);
        case "back":
          return seek(now.current - STEP_US);
        case "forward":
          return seek(now.current + STEP_US);
        case "previous":
          return seek(event()?.atUs ?? axis.startUs);
        case "next":
          return seek(event()?.atUs ?? axis.endUs);
        case "slower":
          return setSpeed(slower);
        case "faster":
          return setSpeed(faster);
        default:
          return wanted satisfies never;
      }
    },
    [axis, events, seek],
  );

  return { atUs, playing, speed, skipIdle, seek, wish, setSpeed, setSkipIdle };
}

/** The replay's keys, wherever on the page the focus is but in a field. */
export function useReplayKeys(on: boolean, wish: (wish: Wish) => void): void {
  useEffect(() => {
    if (!on) return;
    const pressed = (event: KeyboardEvent) => {
      const wanted = event.defaultPrevented ? null : wishOf(event, focusKind(event.target as Element | null));
      if (!wanted) return;
      event.preventDefault();
      wish(wanted);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [on, wish]);
}
