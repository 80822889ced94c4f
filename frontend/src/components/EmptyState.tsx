// What to do where there is nothing yet.
import type { ComponentChildren } from "preact";
import "./empty-state.css";

export function EmptyState({
  title,
  children,
  action,
}: {
  title: string;
  children: ComponentChildren;
  action?: ComponentChildren;
}) {
  return (
    <div class="empty-state">
      <h2>{title}</h2>
      <p class="quiet">{children}</p>
      {action}
    </div>
  );
}
