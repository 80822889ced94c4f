// What people say beside the comparison: the candidate's own words, a named reviewer's note, and then the export.

import { Download } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { TextArea, TextField } from "../components/Field.tsx";
import { Notice } from "../components/Notice.tsx";
import { Said } from "../components/Said.tsx";
import { toast } from "../components/Toast.tsx";
import type { Report, TypingReview } from "../protocol.gen.ts";
import { saveReport, review as send } from "./calls.ts";

interface ReviewProps {
  report: Report;
  token: string;
  changed: (report: Report) => void;
}

/** Also of a report without a comparison, whatever the cause, so that all of them are exported by one rule. */
export function Review({ report, token, changed }: ReviewProps) {
  const { room, review = {}, comparison } = report;
  return (
    <section class="review" aria-labelledby="review">
      <h2 id="review">What people say beside it</h2>
      {comparison.status !== "not-run" && (
        <Said by="The candidate" when={review.candidateNoted} words={review.candidateNote ?? ""}>
          <p>{situationIn(review)}</p>
        </Said>
      )}
      {review.reviewer && (
        <Said
          by={`${review.reviewer}, who reviewed it`}
          when={review.reviewed}
          words={review.reviewerNote ?? ""}
        />
      )}
      <ReviewForm key={review.reviewed} room={room} token={token} review={review} changed={changed} />
      <Export room={room} token={token} reviewed={review.reviewer !== undefined} />
    </section>
  );
}

function situationIn({ situationDiffered }: TypingReview): string {
  if (situationDiffered === undefined)
    return "Did not answer whether the typing set-up or situation was different, which is fine.";
  return situationDiffered
    ? "Answered that the typing set-up or situation was different from the take-home's. No details are asked."
    : "Answered that the typing set-up and situation were not different from the take-home's.";
}

interface ReviewFormProps {
  room: string;
  token: string;
  review: TypingReview;
  changed: (report: Report) => void;
}

function ReviewForm({ room, token, review, changed }: ReviewFormProps) {
  const [reviewer, setReviewer] = useState(review.reviewer ?? "");
  const [note, setNote] = useState(review.reviewerNote ?? "");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [missing, setMissing] = useState<{ reviewer?: string; note?: string }>({});
  const submit = async (event: Event) => {
    event.preventDefault();
    const found = {
      ...(reviewer.trim() ? {} : { reviewer: "Write your name: a reading belongs to a person." }),
      ...(note.trim() ? {} : { note: "Write what you make of it, even if it is that it says nothing." }),
    };
    setMissing(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    setProblem("");
    try {
      changed(await send(room, { reviewer: reviewer.trim(), note: note.trim() }, token));
      toast("Your note stands beside the comparison.");
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <form class="review-form" onSubmit={submit} noValidate>
      <h3>{review.reviewer ? "Change the reviewer's note" : "Review it, in your own name"}</h3>
      <TextField
        label="Your name"
        value={reviewer}
        error={missing.reviewer}
        maxLength={120}
        autocomplete="name"
        onInput={(event) => setReviewer(event.currentTarget.value)}
      />
      <TextArea
        label="Your note"
        hint="What it is worth here, what else explains it, what you asked in the debrief."
        value={note}
        error={missing.note}
        maxLength={4000}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
      {problem && <Notice tone="danger">{problem}</Notice>}
      <div>
        <Button kind={review.reviewer ? "plain" : "primary"} type="submit" busy={busy}>
          Save the note
        </Button>
      </div>
    </form>
  );
}

function Export({ room, token, reviewed }: { room: string; token: string; reviewed: boolean }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const save = async (as: "html" | "json") => {
    setBusy(true);
    setProblem("");
    try {
      await saveReport(room, as, token);
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <div class="stack">
      <h3>Export</h3>
      <p class="quiet" id="export-why">
        {reviewed
          ? "The file holds the comparison, its limits and what people say beside it."
          : "There is no export yet: a comparison leaves this page only with a named reviewer's note. Save one above."}
      </p>
      <div class="row">
        {(["html", "json"] as const).map((as) => (
          <Button
            key={as}
            icon={Download}
            disabled={!reviewed}
            busy={busy}
            aria-describedby="export-why"
            onClick={() => save(as)}
          >
            {`Export as ${as.toUpperCase()}`}
          </Button>
        ))}
      </div>
      {problem && <Notice tone="danger">{problem}</Notice>}
    </div>
  );
}
