// A state in words with a mark beside it, read out politely when it changes.
import type { LucideIcon } from "lucide-preact";
import "./status-line.css";

interface StatusLineProps {
  icon: LucideIcon;
  words: string;
  tone?: "calm" | "warning";
}

export function StatusLine({ icon: Icon, words, tone = "calm" }: StatusLineProps) {
  return (
    <span class={`status-line ${tone}`} role="status">
      <Icon class="icon" aria-hidden="true" />
      {words}
    </span>
  );
}
