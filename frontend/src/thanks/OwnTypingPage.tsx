// The candidate's own view of the comparison: what the panel will read, and their words beside it before it does.

import { useState } from "preact/hooks";
import { replayOf } from "../comparison/Instant.tsx";
import { LazyComparison } from "../comparison/LazyComparison.tsx";
import { LinkButton } from "../components/Button.tsx";
import { Page } from "../components/Page.tsx";
import { ProblemPage, RefusedPage } from "../components/Problem.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { Refusal } from "../core/api.ts";
import { useLoaded } from "../core/load.ts";
import { addressOf } from "../core/router.ts";
import { kept } from "../core/session.ts";
import type { OwnTyping } from "../protocol.gen.ts";
import { ownTyping } from "./calls.ts";
import { OwnWords, Seen } from "./OwnWords.tsx";
import { Situation } from "./Situation.tsx";
import "./own-typing.css";

export function OwnTypingPage({ room }: { room: string }) {
  const token = kept(room)?.token ?? "";
  const [loaded, retry] = useLoaded(() =>
    token
      ? ownTyping.get(room, token)
      : Promise.reject(
          new Refusal(401, "no-token", "This page belongs to the candidate of a room that has ended."),
        ),
  );
  if (loaded.state === "loading")
    return (
      <Page title="Your typing">
        <Skeleton lines={8} words="Comparing your typing: this takes a moment" />
      </Page>
    );
  if (loaded.state === "refused") return <RefusedPage error={loaded.error} retry={retry} />;
  return <Own room={room} token={token} first={loaded.value} />;
}

function Own({ room, token, first }: { room: string; token: string; first: OwnTyping }) {
  const [own, setOwn] = useState(first);
  const back = <LinkButton href={addressOf.thanks(room)}>What was kept</LinkButton>;
  if (own.state === "none")
    return (
      <ProblemPage title="Nothing is here" action={back}>
        <p>There is nothing about typing in this room.</p>
      </ProblemPage>
    );
  if (own.state === "ask")
    return (
      <Page title="Your typing" width="narrow" bar={back}>
        <div class="stack">
          <h1>Your typing</h1>
          <Situation room={room} token={token} opens={own.opens} answered={setOwn} />
        </div>
      </Page>
    );
  return (
    <Page title="Your typing" bar={back}>
      <div class="own-typing">
        <header>
          <h1>Your typing, compared with your take-home’s</h1>
          <Seen own={own} />
          <p class="reading">
            This is what the panel reads, whole. It speaks of the timing of keys and of nothing else: not of
            your code, and not of you. Many ordinary things move it, such as a new keyboard, a train or a
            tired day. It is meant as something to talk about, never as a decision.
          </p>
        </header>
        <article class="own-typing-result" aria-label="The comparison">
          <LazyComparison
            comparison={own.comparison}
            replayed={replayOf(room, own.startUs ?? 0, own.replay ?? false)}
          />
        </article>
        <OwnWords room={room} token={token} own={own} changed={setOwn} />
      </div>
    </Page>
  );
}
