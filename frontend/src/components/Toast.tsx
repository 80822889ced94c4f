// A short confirmation, one at a time, read out politely; never for something that needs an answer.
import { useEffect, useState } from "preact/hooks";
import { Button } from "./Button.tsx";
import "./toast.css";

const SHOWN_MS = 5000;
/** Somebody has to read it, decide, and get there by the keyboard. */
const SHOWN_WITH_ACTION_MS = 15_000;

/** A way back, for as long as the toast is there. */
interface ToastAction {
  label: string;
  run: () => void;
}

interface Shown {
  words: string;
  action: ToastAction | null;
}

let show: ((next: Shown) => void) | null = null;

/** Says one thing in the corner for some seconds; a later one takes its place. */
export function toast(words: string, action: ToastAction | null = null): void {
  show?.({ words, action });
}

/** Stands once in every page. */
export function ToastPlace() {
  const [shown, setShown] = useState<Shown | null>(null);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    show = setShown;
    return () => {
      show = null;
    };
  }, []);
  useEffect(() => {
    if (shown === null || held) return;
    const timeout = setTimeout(() => setShown(null), shown.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
    return () => clearTimeout(timeout);
  }, [shown, held]);
  const action = shown?.action;
  return (
    <div class="toast-place" role="status">
      {shown && (
        <p class="toast">
          {shown.words}
          {action && (
            <Button
              small
              onClick={() => {
                setShown(null);
                setHeld(false);
                action.run();
              }}
              onFocus={() => setHeld(true)}
              onBlur={() => setHeld(false)}
            >
              {action.label}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}
