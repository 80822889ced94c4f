// Interviewers and observers say their name and go in.
import { useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { TextField } from "../components/Field.tsx";
import { Notice } from "../components/Notice.tsx";
import { Page } from "../components/Page.tsx";
import { ROLE_WORDS } from "../components/PersonChip.tsx";
import type { Invitation } from "../protocol.gen.ts";
import { arrive } from "./arrive.ts";
import { comer } from "./calls.ts";
import "./join.css";

interface PanelJoinProps {
  link: string;
  invitation: Invitation;
}

export function PanelJoin({ link, invitation }: PanelJoinProps) {
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const over = invitation.state === "ended";

  const join = async (event: Event) => {
    event.preventDefault();
    if (invitation.needsName && !name.trim()) {
      setWrong("Write your name: the others see it beside your caret and your notes.");
      return;
    }
    setBusy(true);
    setProblem("");
    try {
      arrive(await comer.join({ link, ...(name.trim() ? { name: name.trim() } : {}) }), invitation.state);
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };

  return (
    <Page title={invitation.title} width="narrow">
      <form class="join" noValidate onSubmit={join}>
        <div>
          <p class="quiet">{over ? "You are invited to look back at" : "You are invited to"}</p>
          <h1>{invitation.title}</h1>
        </div>
        <dl class="join-facts">
          <div>
            <dt>Who interviews</dt>
            <dd>{invitation.organisation}</dd>
          </div>
          <div>
            <dt>Your role</dt>
            <dd>{ROLE_WORDS[invitation.role]}</dd>
          </div>
          <div>
            <dt>Kind</dt>
            <dd>
              {invitation.kind === "live" ? "Live" : "Take-home"}, {invitation.minutes} minutes
              {over && "; it is over"}
            </dd>
          </div>
        </dl>
        {invitation.needsName && (
          <TextField
            label="Your name"
            autoComplete="name"
            maxLength={120}
            value={name}
            error={wrong}
            onInput={(event) => {
              setName(event.currentTarget.value);
              setWrong("");
            }}
          />
        )}
        {invitation.role === "interviewer" && !over && (
          <p class="quiet">
            Your edits and runs go on the room's timeline; your key presses are never recorded.
          </p>
        )}
        {problem && <Notice tone="danger">{problem}</Notice>}
        <div>
          <Button kind="primary" type="submit" busy={busy}>
            {over ? "Open the replay" : "Join"}
          </Button>
        </div>
      </form>
    </Page>
  );
}
