// A question or a task in front of the page: the browser's own modal dialog, which keeps the focus and gives it back.
import { X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "./Button.tsx";
import "./dialog.css";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** The buttons, at the foot, where they stay in sight while the rest scrolls. */
  actions?: ComponentChildren;
  wide?: boolean;
}

export function Dialog({ title, onClose, children, actions, wide }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();

  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // The first thing to fill in, rather than the way out; without one the browser's choice stands.
    element?.querySelector<HTMLElement>(".dialog-body :is(input:checked, input, select, textarea)")?.focus();
    return () => element?.close();
  }, []);

  return (
    <dialog
      ref={dialog}
      class={wide ? "dialog wide" : "dialog"}
      aria-labelledby={`${id}-title`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header class="dialog-head">
        <h2 id={`${id}-title`}>{title}</h2>
        <Button kind="quiet" icon={X} iconOnly onClick={onClose}>
          Close
        </Button>
      </header>
      <div class="dialog-body">{children}</div>
      {actions && <footer class="dialog-foot">{actions}</footer>}
    </dialog>
  );
}
