// On or off, effective at once, with a word beside it so that it never rests on colour alone.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import "./switch.css";

interface SwitchProps {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  children?: ComponentChildren;
}

export function Switch({ label, on, onChange, children }: SwitchProps) {
  const id = useId();
  return (
    <div class="switch-row">
      <button
        type="button"
        role="switch"
        class="switch"
        aria-checked={on}
        aria-labelledby={`${id}-label`}
        aria-describedby={children ? `${id}-more` : undefined}
        onClick={() => onChange(!on)}
      >
        <span class="switch-thumb" />
      </button>
      {/* A convenience for the pointer; keyboards and screen readers have the switch itself. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: see above */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <div class="switch-words" onClick={() => onChange(!on)}>
        <p>
          <span class="switch-label" id={`${id}-label`}>
            {label}
          </span>
          <span class="switch-state" aria-hidden="true">
            {on ? "On" : "Off"}
          </span>
        </p>
        {children && (
          <div class="quiet" id={`${id}-more`}>
            {children}
          </div>
        )}
      </div>
    </div>
  );
}
