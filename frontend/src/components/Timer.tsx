// The time that is left of the time box, counted by the server's clock and announced politely at ten, five and one minute.
import { Clock } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { Timer as TimeBox } from "../protocol.gen.ts";
import { announcement, boxWords, isSoon, leftWords } from "./timeBox.ts";
import "./timer.css";

interface TimerProps {
  timer: TimeBox;
  /** The room's time now, in microseconds. */
  nowUs: () => number;
}

export function Timer({ timer, nowUs }: TimerProps) {
  const left = useSecondsLeft(timer.endsAtUs ?? null, nowUs);
  if (left === null) {
    return (
      <span class="timer">
        <Clock class="icon" aria-hidden="true" />
        {boxWords(timer)}
        <span class="visually-hidden">, starts when the candidate joins</span>
      </span>
    );
  }
  return (
    <span class={isSoon(left) ? "timer soon" : "timer"} title={`Time box: ${boxWords(timer)}`}>
      <Clock class="icon" aria-hidden="true" />
      <span role="timer" aria-live="off" class="tabular">
        {leftWords(left)}
      </span>
      <span class="visually-hidden" aria-live="polite">
        {announcement(left)}
      </span>
    </span>
  );
}

/** Whole seconds until the room's time is `endsAtUs`, negative after it; drawn again as they pass. */
export function useSecondsLeft(endsAtUs: number | null, nowUs: () => number): number | null {
  const [, tick] = useState(0);
  useEffect(() => {
    if (endsAtUs === null) return;
    const interval = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(interval);
  }, [endsAtUs]);
  return endsAtUs === null ? null : Math.ceil((endsAtUs - nowUs()) / 1_000_000);
}
