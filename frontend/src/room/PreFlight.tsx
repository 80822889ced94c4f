// Before a practice room: whether browser, connection, editor and kernel work from where one sits, ticked off as they do.

import { Check, CircleDashed, CircleX, LoaderCircle, type LucideIcon } from "lucide-preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { Page } from "../components/Page.tsx";
import { api } from "../core/api.ts";
import { leavePractice } from "../join/practice.ts";
import { browserFacts } from "./browserFacts.ts";
import { codeSurface } from "./codeSurface.ts";
import { type Facts, type ServerAddress, type StepState, stepsOf, verdict } from "./preflight.ts";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";
import "./preflight.css";

const MARKS: Record<StepState, [LucideIcon, string]> = {
  waiting: [CircleDashed, "waits"],
  checking: [LoaderCircle, "checking"],
  fine: [Check, "fine"],
  wrong: [CircleX, "does not work"],
};

export function PreFlight({ session, onOpen }: { session: RoomSession; onOpen: () => void }) {
  const browser = useMemo(browserFacts, []);
  const server = useServer();
  const link = useStore(session.link, (value) => value);
  const ready = useStore(session.ready, (value) => value);
  const run = useStore(session.room, (state) => state.runs.at(-1) ?? null);
  const refused = useStore(session.room, (state) => state.notice);
  const place = useRef<HTMLDivElement>(null);
  const [mounted, setMounted] = useState(false);

  useEffect(() => {
    if (ready && place.current !== null) {
      session.desk.mount(place.current, codeSurface);
      // Nobody has come to write here yet.
      session.desk.surface?.content.blur();
      setMounted(true);
      session.desk.perform("run");
    }
  }, [session, ready]);

  const facts: Facts = { browser, server, link, address: serverAddress(), editor: mounted, run, refused };
  const steps = stepsOf(facts);
  return (
    <Page title="Before you practise" width="narrow">
      <div class="stack">
        <h1>{verdict(steps)}</h1>
        <p class="reading">
          This is a practice room of your own: nobody else is in it, and nothing of it is kept.
        </p>
        <ol class="preflight" aria-live="polite">
          {steps.map(({ name, state, words }) => {
            const [Icon, said] = MARKS[state];
            return (
              <li key={name} class={`preflight-step ${state}`}>
                <Icon class="icon" aria-hidden="true" />
                <span>
                  <strong>{name}</strong>
                  <span class="visually-hidden"> {said}.</span> <span class="quiet">{words}</span>
                </span>
              </li>
            );
          })}
        </ol>
        <div class="row">
          <Button kind="primary" disabled={!ready} onClick={onOpen}>
            Open the practice room
          </Button>
          <Button onClick={leavePractice}>Back to the invitation</Button>
        </div>
        <div class="preflight-editor" ref={place} hidden={!ready} />
      </div>
    </Page>
  );
}

function serverAddress(): ServerAddress {
  const { hostname, port, protocol } = location;
  return { host: hostname, port: Number(port) || (protocol === "https:" ? 443 : 80) };
}

/** Asked again until it answers. */
function useServer(): Facts["server"] {
  const [server, setServer] = useState<Facts["server"]>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let retry: ReturnType<typeof setTimeout> | undefined;
    const asked = performance.now();
    api.site().then(
      () => setServer({ ms: performance.now() - asked }),
      (error: Error) => {
        setServer({ problem: error.message });
        retry = setTimeout(() => setRound((n) => n + 1), ASK_AGAIN_MS);
      },
    );
    return () => clearTimeout(retry);
  }, [round]);
  return server;
}

const ASK_AGAIN_MS = 3000;
