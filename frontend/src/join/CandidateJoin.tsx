// The candidate's page before anything is recorded: who asks, what would be kept, and three switches of theirs.
import { Check, FlaskConical, Video, X } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button, LinkButton } from "../components/Button.tsx";
import { Notice } from "../components/Notice.tsx";
import { Page } from "../components/Page.tsx";
import { Switch } from "../components/Switch.tsx";
import { plural } from "../core/format.ts";
import type { Consent, ConsentNotice, Invitation } from "../protocol.gen.ts";
import { arrive } from "./arrive.ts";
import { comer } from "./calls.ts";
import { PRACTICE } from "./practice.ts";
import "./join.css";

type Choices = Pick<Consent, "replay" | "metrics" | "typing">;

interface CandidateJoinProps {
  link: string;
  invitation: Invitation;
}

export function CandidateJoin({ link, invitation }: CandidateJoinProps) {
  const { notice, kind, minutes, state } = invitation;
  // Off until the person turns it on: agreeing is something that one does.
  const [choices, setChoices] = useState<Choices>({ replay: false, metrics: false, typing: false });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const starts = kind === "take-home" && state === "waiting";

  const join = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      const entered = await comer.join({ link });
      if (notice) await comer.consent(entered.room, { textHash: notice.textHash, ...choices }, entered.token);
      arrive(entered, state);
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };

  return (
    <Page title={invitation.title} width="narrow">
      <form class="join" onSubmit={join}>
        <div>
          <p class="quiet">You are invited to</p>
          <h1>{invitation.title}</h1>
        </div>
        <dl class="join-facts">
          <div>
            <dt>Who interviews</dt>
            <dd>{invitation.organisation}</dd>
          </div>
          <div>
            <dt>Length</dt>
            <dd>
              {plural(minutes, "minute")}, {kind === "live" ? "with an interviewer" : "alone, in one go"}
            </dd>
          </div>
          <div>
            <dt>Questions to</dt>
            <dd>
              <Contact contact={invitation.contact} />
            </dd>
          </div>
        </dl>
        {state !== "ended" && (
          <div class="row">
            {invitation.meetingUrl && (
              <LinkButton icon={Video} href={invitation.meetingUrl} target="_blank" rel="noreferrer">
                Open the call
              </LinkButton>
            )}
            <LinkButton icon={FlaskConical} href={PRACTICE}>
              Try the room first
            </LinkButton>
            <span class="quiet">Nothing of it is kept.</span>
          </div>
        )}
        {state === "ended" ? (
          <p class="reading">This room has ended. You can read what was kept and how to have it deleted.</p>
        ) : (
          notice && <WhatIsRecorded notice={notice} choices={choices} onChange={setChoices} />
        )}
        {problem && <Notice tone="danger">{problem}</Notice>}
        <div class="join-go">
          <Button kind="primary" type="submit" busy={busy}>
            {state === "ended"
              ? "What was kept"
              : starts
                ? `Start: the clock starts now, ${minutes} minutes`
                : "Join"}
          </Button>
          {notice && state !== "ended" && (
            <p class="quiet">
              {starts ? "Nothing is recorded before you start." : "Nothing is recorded before you join."}
            </p>
          )}
        </div>
      </form>
    </Page>
  );
}

interface WhatIsRecordedProps {
  notice: ConsentNotice;
  choices: Choices;
  onChange: (choices: Choices) => void;
}

function WhatIsRecorded({ notice, choices, onChange }: WhatIsRecordedProps) {
  return (
    <>
      <section class="stack" aria-labelledby="recorded">
        <h2 id="recorded">What is recorded, and why</h2>
        <p class="reading">{notice.purpose}</p>
        <div class="recorded">
          <div>
            <h3>Recorded</h3>
            <ul>
              {notice.recorded.map((line) => (
                <li key={line}>
                  <Check class="icon" aria-hidden="true" /> {line}
                </li>
              ))}
            </ul>
          </div>
          <div>
            <h3>Nothing else</h3>
            <ul>
              {notice.notRecorded.map((line) => (
                <li key={line}>
                  <X class="icon" aria-hidden="true" /> {line}
                </li>
              ))}
            </ul>
          </div>
        </div>
        <p class="reading">
          It is deleted {plural(notice.retentionDays, "day")} after the end, or earlier if you ask{" "}
          <Contact contact={notice.contact} />.
        </p>
      </section>
      <section class="stack" aria-labelledby="choices">
        <h2 id="choices">Your choices</h2>
        <p class="reading">
          Each is yours to turn on or leave off. The interview is the same either way, and nobody in it is
          told what you chose here.
        </p>
        <div class="choices">
          <Switch label="Replay" on={choices.replay} onChange={(replay) => onChange({ ...choices, replay })}>
            {notice.replay}
          </Switch>
          {notice.asksMetrics !== false && (
            <Switch
              label="Process metrics"
              on={choices.metrics}
              onChange={(metrics) => onChange({ ...choices, metrics })}
            >
              {notice.metrics}
            </Switch>
          )}
          {notice.asksTyping !== false && (
            <Switch
              label="Typing comparison"
              on={choices.typing}
              onChange={(typing) => onChange({ ...choices, typing })}
            >
              {notice.typing}
            </Switch>
          )}
        </div>
      </section>
    </>
  );
}

function Contact({ contact }: { contact: string }) {
  return /^[^\s@]+@[^\s@]+$/.test(contact) ? (
    <a href={`mailto:${contact}`}>{contact}</a>
  ) : (
    <span>{contact}</span>
  );
}
