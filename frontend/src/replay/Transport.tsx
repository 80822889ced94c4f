// Play, pause, speed and steps, with where one is.

import { ChevronFirst, ChevronLast, Pause, Play, RotateCcw, RotateCw } from "lucide-preact";
import { Button } from "../components/Button.tsx";
import { roomTime } from "../core/format.ts";
import { SPEEDS } from "./playing.ts";

export interface TransportProps {
  playing: boolean;
  speed: number;
  skipIdle: boolean;
  follow: boolean;
  /** Microseconds since the recording's beginning. */
  sinceStartUs: number;
  lengthUs: number;
  onPlay: () => void;
  onStep: (seconds: 1 | -1) => void;
  onEvent: (forward: boolean) => void;
  onSpeed: (speed: number) => void;
  onSkipIdle: (on: boolean) => void;
  onFollow: (on: boolean) => void;
}

export function Transport(props: TransportProps) {
  const { playing, speed, skipIdle, follow, sinceStartUs, lengthUs } = props;
  return (
    <div class="transport" role="toolbar" aria-label="Playing">
      <div class="transport-group">
        <Button kind="quiet" icon={ChevronFirst} iconOnly onClick={() => props.onEvent(false)}>
          Previous event (Shift+Left)
        </Button>
        <Button kind="quiet" icon={RotateCcw} iconOnly onClick={() => props.onStep(-1)}>
          Back 5 s (Left)
        </Button>
        <Button kind="primary" icon={playing ? Pause : Play} onClick={props.onPlay}>
          {playing ? "Pause" : "Play"}
        </Button>
        <Button kind="quiet" icon={RotateCw} iconOnly onClick={() => props.onStep(1)}>
          Forward 5 s (Right)
        </Button>
        <Button kind="quiet" icon={ChevronLast} iconOnly onClick={() => props.onEvent(true)}>
          Next event (Shift+Right)
        </Button>
      </div>
      <p class="transport-time tabular">
        <strong>{roomTime(sinceStartUs)}</strong> <span class="quiet">of {roomTime(lengthUs)}</span>
      </p>
      <div class="transport-group transport-wishes">
        <label class="transport-wish">
          <span>Speed</span>
          <select
            value={String(speed)}
            onChange={(event) => props.onSpeed(Number(event.currentTarget.value))}
          >
            {SPEEDS.map((one) => (
              <option key={one} value={String(one)}>
                {one}×
              </option>
            ))}
          </select>
        </label>
        <label class="transport-wish">
          <input
            type="checkbox"
            checked={skipIdle}
            onChange={(event) => props.onSkipIdle(event.currentTarget.checked)}
          />
          Skip idle
        </label>
        <label class="transport-wish">
          <input
            type="checkbox"
            checked={follow}
            onChange={(event) => props.onFollow(event.currentTarget.checked)}
          />
          Follow typing
        </label>
      </div>
    </div>
  );
}
