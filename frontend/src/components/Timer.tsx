// The time that is left of the time box, counted by the server's clock and announced politely at ten, five and one minute.
import { Clock } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { clockTime } from "../core/format.ts";
import type { Timer as TimeBox } from "../protocol.gen.ts";
import "./timer.css";

const ANNOUNCED_MINUTES = [10, 5, 1];

interface TimerProps {
  timer: TimeBox;
  /** The room's time now, in microseconds. */
  nowUs: () => number;
}

export function Timer({ timer, nowUs }: TimerProps) {
  const ends = timer.endsAtUs ?? null;
  const left = useSecondsLeft(ends, nowUs);
  if (left === null) {
    return (
      <span class="timer">
        <Clock class="icon" aria-hidden="true" />
        {timer.minutes} min
        <span class="visually-hidden">, starts when the candidate joins</span>
      </span>
    );
  }
  const minutes = Math.ceil(left / 60);
  const spoken = ANNOUNCED_MINUTES.includes(minutes)
    ? `${minutes} ${minutes === 1 ? "minute" : "minutes"} left`
    : "";
  return (
    <span class={left < 60 ? "timer soon" : "timer"}>
      <Clock class="icon" aria-hidden="true" />
      <span role="timer" aria-live="off" class="tabular">
        {left >= 0 ? clockTime(left) : `${clockTime(-left)} over`}
      </span>
      {left >= 0 && <span class="timer-word">left</span>}
      <span class="visually-hidden" aria-live="polite">
        {left === 0 ? "The time is over" : spoken}
      </span>
    </span>
  );
}

function useSecondsLeft(endsAtUs: number | null, nowUs: () => number): number | null {
  const [, tick] = useState(0);
  useEffect(() => {
    if (endsAtUs === null) return;
    const interval = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(interval);
  }, [endsAtUs]);
  return endsAtUs === null ? null : Math.ceil((endsAtUs - nowUs()) / 1_000_000);
}
