// One thing to fill in: its label above, a hint, and what is wrong with it right below.
import { CircleAlert } from "lucide-preact";
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import "./field.css";

export interface Described {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: "true";
}

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  optional?: boolean | undefined;
  children: (described: Described) => ComponentChildren;
}

export function Field({ label, hint, error, optional, children }: FieldProps) {
  const id = useId();
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const described: Described = { id };
  if (about) described["aria-describedby"] = about;
  if (error) described["aria-invalid"] = "true";
  return (
    <div class="field">
      <label for={id}>
        {label}
        {optional && <span class="quiet"> (optional)</span>}
      </label>
      {children(described)}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`} role="alert">
          <CircleAlert class="icon" aria-hidden="true" /> {error}
        </p>
      )}
    </div>
  );
}

type Common = Omit<FieldProps, "children">;

export function TextField({
  label,
  hint,
  error,
  optional,
  ...input
}: Common & Omit<JSX.IntrinsicElements["input"], "label">) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(described) => <input type="text" {...input} {...described} class="input" />}
    </Field>
  );
}

export function TextArea({
  label,
  hint,
  error,
  optional,
  code,
  ...area
}: Common & { code?: boolean } & Omit<JSX.IntrinsicElements["textarea"], "label">) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(described) => (
        <textarea {...area} {...described} class={code ? "input code-input" : "input"} spellcheck={!code} />
      )}
    </Field>
  );
}
