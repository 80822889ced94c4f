// Everything that happened as sentences; one press goes there. It says in words what the marks show.

import { EyeOff } from "lucide-preact";
import { memo } from "preact/compat";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { PersonMark } from "../components/PersonChip.tsx";
import { roomTime } from "../core/format.ts";
import type { Person } from "../protocol.gen.ts";
import { KIND_WORDS, KINDS, type Kind, type ReplayEvent } from "./events.ts";
import { KIND_ICONS } from "./kinds.ts";
import { bisect } from "./player.ts";

interface EventListProps {
  events: readonly ReplayEvent[];
  people: readonly Person[];
  startUs: number;
  atUs: number;
  onSeek: (atUs: number) => void;
}

export function EventList({ events, people, startUs, atUs, onSeek }: EventListProps) {
  const [hidden, setHidden] = useState<ReadonlySet<Kind>>(new Set());
  const shown = useMemo(() => events.filter((event) => !hidden.has(event.kind)), [events, hidden]);
  const current = bisect(shown.length, (index) => (shown[index] as ReplayEvent).atUs <= atUs) - 1;
  const present = KINDS.filter((kind) => events.some((event) => event.kind === kind));
  const toggle = (kind: Kind) => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    setHidden(next);
  };
  return (
    <div class="events">
      <fieldset class="events-filter">
        <legend class="visually-hidden">Kinds of events shown</legend>
        {present.map((kind) => {
          const Icon = KIND_ICONS[kind];
          return (
            <button
              key={kind}
              type="button"
              class="events-kind"
              aria-pressed={!hidden.has(kind)}
              onClick={() => toggle(kind)}
            >
              <Icon class="icon" aria-hidden="true" />
              {KIND_WORDS[kind]}
            </button>
          );
        })}
      </fieldset>
      {shown.length === 0 ? (
        <p class="events-empty quiet">
          {events.length === 0
            ? "Nothing was recorded but the text itself."
            : "Every kind is left out; choose one above."}
        </p>
      ) : (
        <List shown={shown} people={people} startUs={startUs} current={current} onSeek={onSeek} />
      )}
    </div>
  );
}

interface ListProps extends Omit<EventListProps, "events" | "atUs"> {
  shown: readonly ReplayEvent[];
  /** The index of the latest event that has happened. */
  current: number;
}

const List = memo(({ shown, people, startUs, current, onSeek }: ListProps) => {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const item = list.current?.children[current] as HTMLElement | undefined;
    const box = list.current;
    // Not scrollIntoView: that would move the whole page on a narrow screen.
    if (!item || !box) return;
    if (item.offsetTop < box.scrollTop) box.scrollTop = item.offsetTop;
    else if (item.offsetTop + item.offsetHeight > box.scrollTop + box.clientHeight)
      box.scrollTop = item.offsetTop + item.offsetHeight - box.clientHeight;
  }, [current]);
  return (
    <ol ref={list} class="events-list">
      {shown.map((event, index) => {
        const Icon = KIND_ICONS[event.kind];
        const person = people.find((one) => one.participant === event.by);
        return (
          <li key={index}>
            <button
              type="button"
              class={event.private ? "event private-event" : "event"}
              aria-current={index === current ? "step" : undefined}
              onClick={() => onSeek(event.atUs)}
            >
              <span class="event-time tabular">{roomTime(event.atUs - startUs)}</span>
              <Icon class="icon" aria-hidden="true" />
              <span class="event-words">
                {person && (
                  <span class="event-person">
                    <PersonMark colour={person.colour} role={person.role} /> {person.name}
                  </span>
                )}
                {event.private && (
                  <span class="private-word">
                    <EyeOff class="icon" aria-hidden="true" /> Private
                  </span>
                )}
                <span>{event.words}</span>
                {event.late && <span class="quiet">Sent late, after a gap in the connection</span>}
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
});
