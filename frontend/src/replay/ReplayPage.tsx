// The replay's page: who looks, what there is to see, and what to say where there is nothing.

import { Download, FileText } from "lucide-preact";
import { Button, LinkButton } from "../components/Button.tsx";
import { Page } from "../components/Page.tsx";
import { ProblemPage, RefusedPage } from "../components/Problem.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { toast } from "../components/Toast.tsx";
import { api, Refusal, saveCode } from "../core/api.ts";
import { useLoaded } from "../core/load.ts";
import { addressOf } from "../core/router.ts";
import { asParticipant } from "../core/session.ts";
import type { Entered, Replay } from "../protocol.gen.ts";
import { Player } from "./Player.tsx";

type Shown = { entered: Entered; replay: Replay } | { entered: Entered; missing: Refusal };

function load(room: string): Promise<Shown> {
  return asParticipant(room, async (entered) => {
    try {
      return { entered, replay: await api.replay(room, entered.token) };
    } catch (error) {
      if (error instanceof Refusal && error.code === "no-replay") return { entered, missing: error };
      throw error;
    }
  });
}

export function ReplayPage({ room }: { room: string }) {
  const [loaded, retry] = useLoaded(() => load(room));
  if (loaded.state === "loading")
    return (
      <Page title="Replay" width="narrow">
        <Skeleton lines={8} words="Loading the recording" />
      </Page>
    );
  if (loaded.state === "refused") return <RefusedPage error={loaded.error} retry={retry} />;
  const shown = loaded.value;
  if ("missing" in shown) return <NoReplay entered={shown.entered} missing={shown.missing} />;
  if (shown.replay.frames.length === 0)
    return (
      <ProblemPage
        title="Nothing has happened yet"
        action={<LinkButton href={addressOf.room(room)}>Open room</LinkButton>}
      >
        <p>Nobody has been in this room so far. Its replay begins with the first person.</p>
      </ProblemPage>
    );
  const seconds = Number(new URLSearchParams(location.search).get("t") ?? Number.NaN);
  return (
    <Player
      replay={shown.replay}
      entered={shown.entered}
      fromUs={Number.isFinite(seconds) ? seconds * 1_000_000 : null}
    />
  );
}

function NoReplay({ entered, missing }: { entered: Entered; missing: Refusal }) {
  const download = async () => {
    try {
      await saveCode(entered.room, entered.token);
    } catch (error) {
      toast((error as Error).message);
    }
  };
  return (
    <ProblemPage
      title="This room has no replay"
      action={
        <>
          <Button icon={Download} onClick={download}>
            Download the code
          </Button>
          {entered.role !== "candidate" && (
            <LinkButton icon={FileText} href={addressOf.report(entered.room)}>
              Report
            </LinkButton>
          )}
        </>
      }
    >
      <p>{missing.message}</p>
    </ProblemPage>
  );
}
