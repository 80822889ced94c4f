// The edge between two panels: dragged, or moved by arrow keys, and remembered.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import "./splitter.css";

const STEP_PX = 16;

/** A panel's size in CSS pixels, remembered under `name` in this browser. */
export function useSize(name: string, initial: number): [number, (size: number) => void] {
  const key = `liveroom.size.${name}`;
  const [size, setSize] = useState(() => Number(localStorage.getItem(key)) || initial);
  return [
    size,
    (next) => {
      localStorage.setItem(key, String(Math.round(next)));
      setSize(next);
    },
  ];
}

interface SplitterProps {
  /** What is being resized, such as "Outputs". */
  label: string;
  size: number;
  min: number;
  max: number;
  onSize: (size: number) => void;
  /** `vertical` is a standing line between left and right. */
  orientation?: "vertical" | "horizontal";
  /** The sized panel comes after the line, so that moving right or down makes it smaller. */
  after?: boolean;
}

export function Splitter({ label, size, min, max, onSize, orientation = "vertical", after }: SplitterProps) {
  const from = useRef<{ at: number; size: number } | null>(null);
  const standing = orientation === "vertical";
  const sign = after ? -1 : 1;
  const set = (next: number) => onSize(Math.min(max, Math.max(min, next)));

  const onKeyDown = (event: JSX.TargetedKeyboardEvent<HTMLDivElement>) => {
    const step = event.shiftKey ? STEP_PX * 4 : STEP_PX;
    const moves: Record<string, number> = {
      [standing ? "ArrowRight" : "ArrowDown"]: size + sign * step,
      [standing ? "ArrowLeft" : "ArrowUp"]: size - sign * step,
      Home: min,
      End: max,
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    set(next);
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that moves is not a thematic break
    <div
      class={`splitter ${orientation}`}
      role="separator"
      tabIndex={0}
      aria-label={`Resize ${label}`}
      aria-orientation={orientation}
      aria-valuenow={Math.round(size)}
      aria-valuemin={min}
      aria-valuemax={Math.round(max)}
      aria-valuetext={`${Math.round(size)} pixels`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { at: standing ? event.clientX : event.clientY, size };
      }}
      onPointerMove={(event) => {
        if (!from.current) return;
        const moved = (standing ? event.clientX : event.clientY) - from.current.at;
        set(from.current.size + sign * moved);
      }}
      onPointerUp={() => {
        from.current = null;
      }}
      onPointerCancel={() => {
        from.current = null;
      }}
    />
  );
}
