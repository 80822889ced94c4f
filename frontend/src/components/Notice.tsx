// A sentence that should not be missed, where it concerns: it stays until its cause is gone.
import { CircleAlert, EyeOff, Info, TriangleAlert } from "lucide-preact";
import type { ComponentChildren } from "preact";
import "./notice.css";

type Tone = "info" | "warning" | "danger" | "private";

const ICONS = { info: Info, warning: TriangleAlert, danger: CircleAlert, private: EyeOff };

interface NoticeProps {
  tone?: Tone;
  children: ComponentChildren;
  action?: ComponentChildren;
}

/** A `danger` notice is read out at once, the others in their turn. */
export function Notice({ tone = "info", children, action }: NoticeProps) {
  const Icon = ICONS[tone];
  return (
    <div class={`notice ${tone}-notice`} role={tone === "danger" ? "alert" : undefined}>
      <Icon class="icon" aria-hidden="true" />
      <div class="notice-words">{children}</div>
      {action}
    </div>
  );
}
