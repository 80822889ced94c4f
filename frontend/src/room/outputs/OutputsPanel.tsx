// The outputs, a card a cell in the order of the cells. The live room and the replay show the same panel.

import { useEffect, useRef } from "preact/hooks";
import type { Person } from "../../protocol.gen.ts";
import type { BlobCache } from "./blobs.ts";
import type { Card } from "./cards.ts";
import type { OnAnswer } from "./QuestionForm.tsx";
import { RunCard } from "./RunCard.tsx";
import { queuePlaces } from "./runWords.ts";
import "./outputs.css";

export interface OutputsProps {
  cards: readonly Card[];
  people: readonly Person[];
  blobs: BlobCache;
  /** The room's time now, in microseconds, for runs that have not ended. */
  nowUs: () => number;
  /** When the interview began, from where times are counted. */
  startUs?: number | undefined;
  /** The cell that holds the caret. */
  active?: { readonly file: string; readonly cell: number | null };
  /** Somebody chose an output: show its cell. */
  onReveal?: (card: Card) => void;
  /** Absent for those who may not answer what a run asks. */
  onAnswer?: OnAnswer | undefined;
  /** Changes when the active cell's outputs should come into view. */
  reveal?: string;
  empty?: string;
}

export function OutputsPanel({
  cards,
  people,
  blobs,
  nowUs,
  startUs,
  active,
  onReveal,
  onAnswer,
  reveal = "",
  empty,
}: OutputsProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (reveal !== "") {
      list.current?.querySelector(".run-card.active")?.scrollIntoView({ block: "nearest" });
    }
  }, [reveal]);
  if (cards.length === 0) {
    return <p class="outputs-empty quiet">{empty}</p>;
  }
  const places = queuePlaces(cards.flatMap((card) => [card.latest, ...card.earlier]));
  return (
    <ul class="run-cards" ref={list}>
      {cards.map((card) => (
        <li key={`${card.file}.${card.latest.place.position}.${card.cell?.from}`}>
          <RunCard
            card={card}
            people={people}
            blobs={blobs}
            nowUs={nowUs}
            startUs={startUs}
            places={places}
            active={card.cell !== null && card.file === active?.file && card.cell.index === active.cell}
            onAnswer={onAnswer}
            {...(onReveal === undefined ? {} : { onReveal })}
          />
        </li>
      ))}
    </ul>
  );
}
