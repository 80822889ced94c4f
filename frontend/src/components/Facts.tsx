// Terms and their values, side by side where there is room.
import type { ComponentChildren } from "preact";
import "./facts.css";

export function Facts({ facts }: { facts: readonly (readonly [term: string, value: ComponentChildren])[] }) {
  if (facts.length === 0) return null;
  return (
    <dl class="facts">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd class="tabular">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
