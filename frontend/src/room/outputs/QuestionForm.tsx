// The line in which people answer what a run asks for by `input()`. It never takes the focus from somebody who types.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button.tsx";
import type { Question } from "../../protocol.gen.ts";
import { withoutAnsi } from "./ansi.ts";
import "../../components/field.css";
import "./questions.css";

const ANSWER_CHARS_MAX = 4096;

export type OnAnswer = (run: string, question: number, text: string) => void;

/** The run that was answered here last: who answers its next question, too, need not look for the field again. */
let answered: string | null = null;

interface QuestionFormProps {
  run: string;
  question: Question;
  /** What the run belongs to: "Cell 3". */
  about: string;
  /** Absent for those who may only watch. */
  onAnswer: OnAnswer | undefined;
}

export function QuestionForm({ run, question, about, onAnswer }: QuestionFormProps) {
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    const form = place.current;
    const panel = form?.closest<HTMLElement>("[data-panel]");
    if (run === answered && panel === document.activeElement) {
      form?.querySelector("input")?.focus();
    }
    // Also once its panel is shown, where there is room for one panel only.
    const shown = new ResizeObserver(() => form?.scrollIntoView({ block: "nearest" }));
    if (form !== null) {
      shown.observe(form);
    }
    // It goes once it is answered, and must not take the keyboard's place in the page with it.
    return () => {
      shown.disconnect();
      if (form?.contains(document.activeElement)) {
        panel?.focus();
      }
    };
  }, [run]);
  const prompt = withoutAnsi(question.prompt);
  if (onAnswer === undefined) {
    return (
      <div class="question" ref={place}>
        {prompt.trim() !== "" && <p class="question-prompt">{prompt}</p>}
        <p class="question-note quiet">The run waits for an answer from somebody who can run code.</p>
      </div>
    );
  }
  return (
    <div class="question" ref={place}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          answered = run;
          onAnswer(run, question.question, text);
        }}
      >
        <label class="question-prompt" for={id}>
          {prompt.trim() === "" ? <span class="visually-hidden">Answer for {about}</span> : prompt}
        </label>
        <input
          id={id}
          class="input code-input"
          type={question.hidden ? "password" : "text"}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={ANSWER_CHARS_MAX}
          aria-describedby={`${id}-note`}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" kind="primary" small>
          Answer
        </Button>
      </form>
      <p class="question-note quiet" id={`${id}-note`}>
        The run waits for an answer; anyone who can run code may give it
        {question.hidden ? ". It is not shown to anybody." : ", and everyone here sees it."}
      </p>
    </div>
  );
}
