// The live room's page: gets in with the tab's own token, then shows the room for as long as it lasts.

import { useEffect, useState } from "preact/hooks";
import { Page } from "../components/Page.tsx";
import { ProblemPage, RefusedPage } from "../components/Problem.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { api } from "../core/api.ts";
import { useLoaded } from "../core/load.ts";
import { addressOf } from "../core/router.ts";
import { enter } from "../core/session.ts";
import type { Entered } from "../protocol.gen.ts";
import { openDisk } from "./disk.ts";
import { RoomView } from "./RoomView.tsx";
import { RoomSession } from "./session.ts";
import { followCodeLook } from "./settings.ts";
import { useStore } from "./store.ts";

export function RoomPage({ room }: { room: string }) {
  const [entered, retry] = useLoaded(() => enter(room));
  if (entered.state === "refused") {
    return <RefusedPage error={entered.error} retry={retry} />;
  }
  return entered.state === "there" ? <InRoom entered={entered.value} /> : <Waiting />;
}

function InRoom({ entered }: { entered: Entered }) {
  const [session, setSession] = useState<RoomSession | null>(null);
  useEffect(followCodeLook, []);
  useEffect(() => {
    const started = startIn(entered);
    void started.then(setSession);
    return () => void started.then((running) => running.stop());
  }, [entered]);
  return session === null ? <Waiting /> : <Inside session={session} token={entered.token} />;
}

async function startIn(entered: Entered): Promise<RoomSession> {
  return RoomSession.start(entered, {
    disk: await openDisk(),
    serverAnswers: () =>
      api.site().then(
        () => true,
        () => false,
      ),
    leave: (role) => {
      location.replace((role === "candidate" ? addressOf.thanks : addressOf.replay)(entered.room));
    },
  });
}

function Inside({ session, token }: { session: RoomSession; token: string }) {
  const ready = useStore(session.ready, (value) => value);
  return ready ? <RoomView session={session} token={token} /> : <Opening session={session} />;
}

function Opening({ session }: { session: RoomSession }) {
  const { problem, waiting } = useStore(session.link, (link) => link);
  const kept = waiting > 0 ? keptWords(waiting) : "";
  return problem === null ? (
    <Waiting words={`Opening the room${kept === "" ? "" : `. ${kept}`}`} />
  ) : (
    <ProblemPage title="The room does not open">
      <p>{problem}</p>
      {kept !== "" && <p>{kept}</p>}
    </ProblemPage>
  );
}

function keptWords(waiting: number): string {
  return waiting === 1
    ? "An edit from before is kept on this computer and will be saved first."
    : `${waiting} edits from before are kept on this computer and will be saved first.`;
}

function Waiting({ words = "Opening the room" }: { words?: string }) {
  return (
    <Page title="Room">
      <Skeleton lines={6} words={words} />
    </Page>
  );
}
