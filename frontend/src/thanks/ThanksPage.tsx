// The candidate's last page: what was kept, until when, and how to have it deleted.
import { Download, Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { Notice } from "../components/Notice.tsx";
import { Page } from "../components/Page.tsx";
import { RefusedPage } from "../components/Problem.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { Refusal, saveCode } from "../core/api.ts";
import { day } from "../core/format.ts";
import { useLoaded } from "../core/load.ts";
import { kept } from "../core/session.ts";
import type { WhatWasKept } from "../protocol.gen.ts";
import { whatWasKept } from "./calls.ts";
import { TypingLink } from "./TypingLink.tsx";
import "./thanks.css";

export function ThanksPage({ room }: { room: string }) {
  const token = kept(room)?.token;
  const [loaded, retry] = useLoaded(() =>
    token
      ? whatWasKept.get(room, token)
      : Promise.reject(
          new Refusal(401, "no-token", "This page belongs to the candidate of a room that has ended."),
        ),
  );
  if (loaded.state === "loading")
    return (
      <Page title="Thank you" width="narrow">
        <Skeleton lines={4} words="Looking up what was kept" />
      </Page>
    );
  if (loaded.state === "refused") return <RefusedPage error={loaded.error} retry={retry} />;
  return <Thanks room={room} token={token} kept={loaded.value} changed={retry} />;
}

interface ThanksProps {
  room: string;
  token: string | undefined;
  kept: WhatWasKept;
  /** Something of it was deleted: look again. */
  changed: () => void;
}

function Thanks({ room, token, kept: what, changed }: ThanksProps) {
  const [problem, setProblem] = useState("");
  const download = async () => {
    setProblem("");
    try {
      await saveCode(room, token);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const withdraw = async () => {
    setProblem("");
    try {
      await whatWasKept.withdrawTyping(room, token ?? "");
      changed();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <Page title="Thank you" width="narrow">
      <div class="thanks">
        <div>
          <h1>Thank you for your time</h1>
          <p class="reading">
            {what.kind === "live" ? "The interview" : "Your work"} “{what.title}” is{" "}
            {what.kind === "live" ? "over" : "handed in"}. {what.organisation} will be in touch; you can close
            this tab.
          </p>
        </div>
        {what.typingKept && token && <TypingLink room={room} token={token} />}
        <section class="stack" aria-labelledby="kept">
          <h2 id="kept">What was kept</h2>
          <ul class="thanks-kept reading">
            {what.kept.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          {what.deletesOn && <p class="reading">All of it is deleted on {day(what.deletesOn)}.</p>}
        </section>
        <section class="stack" aria-labelledby="delete">
          <h2 id="delete">Have it deleted earlier</h2>
          <p class="reading">{what.howToDelete}</p>
          {what.typingKept && (
            <>
              <p class="reading">
                The key presses alone you can delete now, without asking anybody. The typing is then not
                compared.
              </p>
              <div>
                <Button icon={Trash2} onClick={withdraw}>
                  Delete my key presses
                </Button>
              </div>
            </>
          )}
        </section>
        <section class="stack" aria-labelledby="code">
          <h2 id="code">Your code</h2>
          <div>
            <Button icon={Download} onClick={download}>
              Download the code
            </Button>
          </div>
          {problem && <Notice tone="danger">{problem}</Notice>}
        </section>
      </div>
    </Page>
  );
}
