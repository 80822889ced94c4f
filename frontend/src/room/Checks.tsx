// The rounds of checks that somebody asked for, newest open, and the button that asks for another.

import { Check, CircleX, ListChecks } from "lucide-preact";
import { Button } from "../components/Button.tsx";
import { plural, timeIn } from "../core/format.ts";
import type { CheckKind, CheckRound, Person } from "../protocol.gen.ts";
import { personOf } from "./state.ts";

interface ChecksProps {
  which: CheckKind;
  rounds: readonly CheckRound[];
  people: readonly Person[];
  /** When the interview began, from where times are counted. */
  startUs: number | undefined;
  mayRun: boolean;
  onRun: () => void;
}

export function Checks({ which, rounds, people, startUs, mayRun, onRun }: ChecksProps) {
  const newestFirst = rounds.filter((round) => round.which === which).reverse();
  const busy = newestFirst.some((round) => round.results === undefined && round.problem === undefined);
  return (
    <div class="checks">
      {mayRun && (
        <Button icon={ListChecks} busy={busy} onClick={onRun}>
          {busy ? `Running ${which} checks` : `Run ${which} checks`}
        </Button>
      )}
      <p class="quiet small">
        {which === "visible"
          ? "They judge the code as it is now, in a kernel of their own. Everyone sees the results."
          : "They judge the code as it is now. The candidate never sees these results, nor that they ran."}
      </p>
      <div aria-live="polite">
        {newestFirst.map((round, at) => (
          <Round key={round.round} round={round} people={people} startUs={startUs} open={at === 0} />
        ))}
      </div>
    </div>
  );
}

interface RoundProps {
  round: CheckRound;
  people: readonly Person[];
  startUs: number | undefined;
  open: boolean;
}

function Round({ round, people, startUs, open }: RoundProps) {
  const { results } = round;
  const passed = results?.filter((result) => result.passed).length ?? 0;
  const summary =
    results === undefined
      ? (round.problem ?? "Running")
      : `${passed} of ${plural(results.length, "check")} ${results.length === 1 ? "passes" : "pass"}`;
  return (
    <details class="check-round" open={open}>
      <summary>
        <strong>{summary}</strong>
        <span class="quiet small">
          {personOf(people, round.by)?.name} {timeIn(round.atUs, startUs)}
        </span>
      </summary>
      <ul>
        {results?.map((result) => (
          <li key={result.name} class={result.passed ? "check passed" : "check failed"}>
            {result.passed ? (
              <Check class="icon" aria-hidden="true" />
            ) : (
              <CircleX class="icon" aria-hidden="true" />
            )}
            <div>
              <span class="visually-hidden">{result.passed ? "Passed: " : "Failed: "}</span>
              {result.sentence}
              {!result.passed && result.reason !== undefined && <p class="quiet small">{result.reason}</p>}
            </div>
          </li>
        ))}
      </ul>
      {results !== undefined && round.problem !== undefined && <p class="small">{round.problem}</p>}
    </details>
  );
}
