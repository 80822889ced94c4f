// The one question before a comparison is unlocked, asked of the candidate: yes or no, and no details.

import { useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { Notice } from "../components/Notice.tsx";
import { RadioCards } from "../components/RadioCards.tsx";
import type { OwnTyping } from "../protocol.gen.ts";
import { ownTyping } from "./calls.ts";

type Answer = "" | "no" | "yes";

interface SituationProps {
  room: string;
  token: string;
  opens: string | undefined;
  answered: (own: OwnTyping) => void;
}

export function Situation({ room, token, opens, answered }: SituationProps) {
  const [answer, setAnswer] = useState<Answer>("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    if (answer === "") {
      setProblem("Choose yes or no first; both are fine.");
      return;
    }
    setBusy(true);
    setProblem("");
    try {
      answered(await ownTyping.answer(room, answer === "yes", token));
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={submit}>
      <p class="reading">
        You agreed that your typing here is compared with your take-home’s. You see the result first. Before
        that, one question:
      </p>
      <RadioCards<Answer>
        label="Was your typing set-up or situation different from your take-home’s?"
        cards={[
          { value: "no", title: "No", text: "Much the same, as far as I remember." },
          {
            value: "yes",
            title: "Yes",
            text: "Another keyboard, computer, desk or day: anything that can change how one types.",
          },
        ]}
        value={answer}
        onChange={(chosen) => {
          setAnswer(chosen);
          setProblem("");
        }}
      />
      <p class="reading">
        We do not ask what it was, and keep only the yes or no. A yes makes the result more careful: it is
        given with a wider margin, and says that conditions differed. Neither answer counts against you.
      </p>
      {problem && <Notice tone="danger">{problem}</Notice>}
      <div>
        <Button kind="primary" type="submit" busy={busy}>
          Answer and see the result
        </Button>
      </div>
      {opens && (
        <p class="quiet">
          Nobody else can see the result now. Without an answer the panel can see it from {opens} on.
        </p>
      )}
    </form>
  );
}
