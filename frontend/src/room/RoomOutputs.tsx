// The live room's outputs, fetched with the first of them.

import { useMemo } from "preact/hooks";
import { api } from "../core/api.ts";
import { BlobCache } from "./outputs/blobs.ts";
import type { Card } from "./outputs/cards.ts";
import { OutputsPanel } from "./outputs/OutputsPanel.tsx";
import { questionNews } from "./questions.ts";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";

interface RoomOutputsProps {
  session: RoomSession;
  token: string;
  /** The code comes into view, where it shares its place with the outputs. */
  onReveal: () => void;
}

export function RoomOutputs({ session, token, onReveal }: RoomOutputsProps) {
  const layout = useStore(session.layout, (value) => value);
  const people = useStore(session.room, (state) => state.people);
  const room = useStore(session.room, (state) => state.room?.room ?? "");
  const startUs = useStore(session.room, (state) => state.timer?.startedAtUs);
  const mayAnswer = useStore(session.room, () => session.mayEdit);
  const blobs = useMemo(() => new BlobCache((sha256) => api.blob(room, sha256, token)), [room, token]);
  // Of the runs that have a card by now: the cards come a moment after the run.
  const runs = layout.cards.reduce((sum, card) => sum + 1 + card.earlier.length, 0);
  const reveal = ({ file, cell }: Card) => {
    if (cell !== null) {
      onReveal();
      session.desk.reveal(file, cell);
    }
  };
  const news = useStore(session.room, (state) => questionNews(state.runs, state.people));
  return (
    <>
      <OutputsPanel
        cards={layout.cards}
        people={people}
        blobs={blobs}
        nowUs={() => session.clock.now()}
        startUs={startUs}
        active={{ file: layout.file, cell: layout.activeCell }}
        onReveal={reveal}
        onAnswer={mayAnswer ? (run, question, text) => session.answer(run, question, text) : undefined}
        reveal={`${layout.file}.${layout.activeCell}.${runs}`}
      />
      <p class="visually-hidden" aria-live="polite">
        {news}
      </p>
    </>
  );
}
