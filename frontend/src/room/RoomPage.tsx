// The live room's page: gets in with the tab's own token, then shows the room for as long as it lasts.

import type { ComponentProps } from "preact";
import { useEffect, useState } from "preact/hooks";
import { lazy } from "../components/Lazy.tsx";
import { Page } from "../components/Page.tsx";
import { ProblemPage, RefusedPage } from "../components/Problem.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { toast } from "../components/Toast.tsx";
import { api } from "../core/api.ts";
import { useLoaded } from "../core/load.ts";
import { addressOf } from "../core/router.ts";
import { enter } from "../core/session.ts";
import { isPractice, leavePractice } from "../join/practice.ts";
import type { Entered } from "../protocol.gen.ts";
import { type Disk, openDisk } from "./disk.ts";
import type { Lobby as LobbyView } from "./Lobby.tsx";
import type { PreFlight as PreFlightView } from "./PreFlight.tsx";
import { RoomView } from "./RoomView.tsx";
import { RoomSession } from "./session.ts";
import { followCodeLook } from "./settings.ts";
import { useStore } from "./store.ts";

const Lobby = lazy<ComponentProps<typeof LobbyView>>(async () => (await import("./Lobby.tsx")).Lobby);
const PreFlight = lazy<ComponentProps<typeof PreFlightView>>(
  async () => (await import("./PreFlight.tsx")).PreFlight,
);

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
  return session === null ? (
    <Waiting />
  ) : (
    <Inside session={session} token={entered.token} room={entered.room} />
  );
}

async function startIn(entered: Entered): Promise<RoomSession> {
  const practice = isPractice(entered.room);
  return RoomSession.start(entered, {
    disk: practice ? await passingDisk() : await openDisk(),
    serverAnswers: () =>
      api.site().then(
        () => true,
        () => false,
      ),
    leave: (role) => {
      if (practice) {
        leavePractice();
      } else {
        location.replace((role === "candidate" ? addressOf.thanks : addressOf.replay)(entered.room));
      }
    },
  });
}

/** Nothing of a practice room outlives its page. */
async function passingDisk(): Promise<Disk> {
  const { MemoryDisk } = await import("./memoryDisk.ts");
  return new MemoryDisk();
}

function Inside({ session, token, room }: { session: RoomSession; token: string; room: string }) {
  const ready = useStore(session.ready, (value) => value);
  const lobby = useStore(session.room, (state) => state.lobby);
  const [checking, setChecking] = useState(() => isPractice(room));
  useAdmission(lobby !== null, ready);
  if (lobby !== null) {
    return <Lobby session={session} lobby={lobby} />;
  }
  if (checking) {
    return <PreFlight session={session} onOpen={() => setChecking(false)} />;
  }
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

/** Says that the wait is over: aloud, and in the title for somebody who looks at another tab. */
function useAdmission(waits: boolean, ready: boolean): void {
  const [waited, setWaited] = useState(false);
  const admitted = waited && !waits && ready;
  useEffect(() => {
    if (waits) {
      setWaited(true);
    } else if (admitted) {
      setWaited(false);
      toast("You are let in: this is the room.");
      titleUntilSeen("You are let in");
    }
  }, [waits, admitted]);
}

function titleUntilSeen(words: string): void {
  const { title } = document;
  const seen = () => {
    document.title = title;
  };
  if (document.hidden) {
    document.title = `${words} · ${title}`;
    document.addEventListener("visibilitychange", seen, { once: true });
  }
}

function Waiting({ words = "Opening the room" }: { words?: string }) {
  return (
    <Page title="Room">
      <Skeleton lines={6} words={words} />
    </Page>
  );
}
