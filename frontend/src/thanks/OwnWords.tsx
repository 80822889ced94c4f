// Beside the comparison: who can see it by now, and what the candidate has to say.

import { EyeOff, Info } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { TextArea } from "../components/Field.tsx";
import { Notice } from "../components/Notice.tsx";
import { Said } from "../components/Said.tsx";
import { StatusLine } from "../components/StatusLine.tsx";
import type { OwnTyping } from "../protocol.gen.ts";
import { ownTyping } from "./calls.ts";

interface OwnWordsProps {
  room: string;
  token: string;
  own: OwnTyping;
  changed: (own: OwnTyping) => void;
}

export function OwnWords({ room, token, own, changed }: OwnWordsProps) {
  const { state, review, opened } = own;
  const [text, setText] = useState(review.candidateNote ?? "");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const send = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      changed(await ownTyping.note(room, text.trim(), token));
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(false);
  };
  const alone = state === "reading";
  return (
    <aside class="own-words" aria-label="Your words beside it">
      <p class="quiet">{whatNext(own)}</p>
      {opened ? (
        <Said by="You wrote" when={review.candidateNoted} words={review.candidateNote ?? ""} />
      ) : (
        <form class="stack" onSubmit={send}>
          <TextArea
            label="Anything to say beside it?"
            optional
            rows={6}
            maxLength={4000}
            hint="For example what was different. It is shown beside the result, in your words. No need to explain anything personal."
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          {problem && <Notice tone="danger">{problem}</Notice>}
          <div>
            <Button kind={alone ? "primary" : "plain"} type="submit" busy={busy}>
              {alone ? "Let the panel see it" : review.candidateNote ? "Change my words" : "Send my words"}
            </Button>
          </div>
        </form>
      )}
    </aside>
  );
}

/** Who can see the comparison by now. */
export function Seen({ own }: { own: OwnTyping }) {
  return <StatusLine icon={own.state === "reading" ? EyeOff : Info} words={seenBy(own)} />;
}

function seenBy({ state, opened }: OwnTyping): string {
  if (state === "reading") return "Only you can see this";
  return opened ? `The panel opened it on ${opened}` : "The panel can see it, and has not opened it";
}

function whatNext({ state, opens, opened }: OwnTyping): string {
  if (state === "reading")
    return opens
      ? `Take your time: the panel can see it when you let them, or by itself from ${opens} on.`
      : "Take your time: the panel can see it when you let them.";
  return opened
    ? "They read your words beside it."
    : "Until they do, you can still write beside it or change what you wrote.";
}
