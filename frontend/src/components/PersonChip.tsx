// A person by name, colour and shape: the shape tells the role, so that nothing rests on colour alone.
import type { Role } from "../protocol.gen.ts";
import "./person-chip.css";

export const ROLE_WORDS: Record<Role, string> = {
  owner: "Owner",
  interviewer: "Interviewer",
  observer: "Observer",
  candidate: "Candidate",
};

interface PersonChipProps {
  name: string;
  colour: string;
  role: Role;
  /** Open tabs; 0 is shown as away. Left out where presence has no meaning, as in a replay. */
  here?: number;
  showRole?: boolean;
}

export function PersonMark({ colour, role }: { colour: string; role: Role }) {
  return (
    <svg class="person-mark" viewBox="0 0 12 12" aria-hidden="true" style={{ color: colour }}>
      {role === "candidate" ? (
        <circle cx="6" cy="6" r="5" />
      ) : role === "observer" ? (
        <path d="M6 1 11 10.5H1Z" />
      ) : (
        <rect x="1.2" y="1.2" width="9.6" height="9.6" rx="2" />
      )}
    </svg>
  );
}

export function PersonChip({ name, colour, role, here, showRole }: PersonChipProps) {
  const away = here === 0;
  return (
    <span
      class={away ? "person-chip away" : "person-chip"}
      title={`${name}, ${ROLE_WORDS[role].toLowerCase()}`}
    >
      <PersonMark colour={colour} role={role} />
      <span class="person-name">{name}</span>
      {showRole && <span class="quiet">{ROLE_WORDS[role].toLowerCase()}</span>}
      {away && <span class="quiet">away</span>}
    </span>
  );
}
