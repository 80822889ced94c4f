// A choice from a list, by the browser's own control so that every platform's habits work.
import { ChevronDown } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { Field } from "./Field.tsx";
import "./select.css";

export interface Choice {
  value: string;
  label: string;
}

interface SelectProps {
  label: string;
  value: string;
  choices: Choice[];
  onChange: (value: string) => void;
  hint?: ComponentChildren;
  error?: string | undefined;
  optional?: boolean;
}

export function Select({ label, value, choices, onChange, hint, error, optional }: SelectProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(described) => (
        <span class="select">
          <select
            {...described}
            class="input"
            value={value}
            onChange={(event) => onChange(event.currentTarget.value)}
          >
            {choices.map((choice) => (
              <option key={choice.value} value={choice.value}>
                {choice.label}
              </option>
            ))}
          </select>
          <ChevronDown class="icon" aria-hidden="true" />
        </span>
      )}
    </Field>
  );
}
