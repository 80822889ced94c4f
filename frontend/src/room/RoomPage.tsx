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
    const started = RoomSession.start(entered, {
      storage: sessionStorage,
      serverAnswers: () =>
        api.site().then(
          () => true,
          () => false,
        ),
      leave: (role) => {
        location.replace((role === "candidate" ? addressOf.thanks : addressOf.replay)(entered.room));
      },
    });
    void started.then(setSession);
    return () => void started.then((running) => running.stop());
  }, [entered]);
  return session === null ? <Waiting /> : <Inside session={session} token={entered.token} />;
}

function Inside({ session, token }: { session: RoomSession; token: string }) {
  const ready = useStore(session.ready, (value) => value);
  const problem = useStore(session.link, (link) => link.problem);
  if (ready) {
    return <RoomView session={session} token={token} />;
  }
  return problem === null ? (
    <Waiting />
  ) : (
    <ProblemPage title="The room does not open">
      <p>{problem}</p>
    </ProblemPage>
  );
}

function Waiting() {
  return (
    <Page title="Room">
      <Skeleton lines={6} words="Opening the room" />
    </Page>
  );
}
