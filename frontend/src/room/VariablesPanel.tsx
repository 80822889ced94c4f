// The variables of the live kernel, asked for while they are looked at: on opening, and whenever runs have ended.

import { RefreshCw } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { Table } from "../components/Table.tsx";
import { plural } from "../core/format.ts";
import type { KernelState, Unanswered, Variable, VariablesListed } from "../protocol.gen.ts";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";
import { formOf, matching, settledRuns } from "./variables.ts";
import "../components/field.css";
import "./variables.css";

/** So few are looked through without a filter. */
const FEW = 8;

const NONE_YET = "No variables yet: run a cell.";
/** What there is to say where no kernel can be asked. */
const WITHOUT: Record<KernelState, string | null> = {
  none: NONE_YET,
  starting: "The kernel is starting, and has no variables yet.",
  ready: null,
  busy: null,
  lost: "The kernel is gone, and its variables with it. Restart it, then run the cells again.",
};

export function VariablesPanel({ session }: { session: RoomSession }) {
  const kernel = useStore(session.room, (state) => state.kernel);
  const [answer, asking, ask] = useVariables(session);
  // What was listed before stays in sight under the reason why it could not be renewed, unless it is gone.
  const listed = useRef<readonly Variable[] | null>(null);
  if (WITHOUT[kernel] !== null) {
    listed.current = null;
  } else if (answer?.type === "variables-listed") {
    listed.current = answer.variables;
  }
  return (
    <section class="variables" aria-label="Variables" aria-busy={asking}>
      {WITHOUT[kernel] !== null && <p class="quiet">{WITHOUT[kernel]}</p>}
      {answer?.type === "unanswered" && WITHOUT[kernel] === null && (
        <p class="variables-problem" role="status">
          {answer.reason}
        </p>
      )}
      {listed.current !== null && <Listed variables={listed.current} />}
      {asking && answer === null && <Skeleton words="Asking the kernel for its variables" />}
      {WITHOUT[kernel] === null && (
        <Button small icon={RefreshCw} busy={asking} onClick={ask}>
          Refresh
        </Button>
      )}
    </section>
  );
}

function Listed({ variables }: { variables: readonly Variable[] }) {
  const [words, setWords] = useState("");
  if (variables.length === 0) {
    return <p class="quiet">{NONE_YET}</p>;
  }
  const shown = matching(variables, words);
  return (
    <>
      {variables.length > FEW && (
        <input
          class="input"
          type="search"
          aria-label="Filter the variables"
          placeholder={`Filter ${plural(variables.length, "variable")}`}
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
      )}
      <p class="visually-hidden" role="status">
        {words === "" ? "" : plural(shown.length, "variable")}
      </p>
      {shown.length === 0 ? (
        <p class="quiet">No variable has “{words.trim()}” in its name, type or value.</p>
      ) : (
        <Table caption="Variables of the kernel" head={["Name", "Type", "Value"]} rows={shown.map(cells)} />
      )}
    </>
  );
}

function cells(variable: Variable) {
  const { name, kind, summary = "" } = variable;
  const form = formOf(variable);
  return [
    <code key="name">{name}</code>,
    <>
      {kind}
      {form !== "" && <span class="variable-form quiet">{form}</span>}
    </>,
    <code key="value" class="variable-value" title={summary}>
      {summary}
    </code>,
  ];
}

type Answer = VariablesListed | Unanswered;

/** The last answer, whether another is awaited, and the way to ask for it. */
function useVariables(session: RoomSession): [Answer | null, boolean, () => void] {
  const settled = useStore(session.room, (state) => settledRuns(state.runs));
  const kernel = useStore(session.room, (state) => state.kernel);
  const online = useStore(session.link, (link) => link.phase === "online");
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [asking, setAsking] = useState(false);
  const latest = useRef(0);
  const ask = () => {
    latest.current += 1;
    const turn = latest.current;
    setAsking(true);
    void session.kernel.variables().then((next) => {
      if (turn === latest.current) {
        setAnswer(next);
        setAsking(false);
      }
    });
  };
  const reachable = online && WITHOUT[kernel] === null;
  useEffect(() => {
    if (!reachable) {
      setAnswer(null); // of a kernel, perhaps, that is gone
    }
    // While something runs there is little hope of an answer, and the end of it asks again.
    if (reachable && (settled !== null || answer === null)) {
      ask();
    }
  }, [reachable, settled]);
  return [answer, asking, ask];
}
