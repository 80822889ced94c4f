// What the ratio rests on and stands beside: how much typing, under which conditions, and where the keys came from.

import { Info } from "lucide-preact";
import { Facts } from "../components/Facts.tsx";
import { Table } from "../components/Table.tsx";
import { plural } from "../core/format.ts";
import type { Condition, ProvenanceFlag, TypingComparison } from "../protocol.gen.ts";
import { Instant, type Replayed } from "./Instant.tsx";

/** How much typing is behind it. */
export function Counts({ comparison }: { comparison: TypingComparison }) {
  const { nProfile, nQuestioned, sharedDigraphs, cohort } = comparison;
  const facts: [string, string][] = [];
  if (nProfile !== undefined) facts.push(["Take-home", plural(nProfile, "key press", "key presses")]);
  if (nQuestioned !== undefined) facts.push(["Live", plural(nQuestioned, "key press", "key presses")]);
  if (sharedDigraphs !== undefined)
    facts.push(["Pairs of keys in both", sharedDigraphs.toLocaleString("en")]);
  if (cohort) facts.push(["Compared within", cohort]);
  return <Facts facts={facts} />;
}

export function Conditions({ conditions }: { conditions: readonly Condition[] }) {
  if (conditions.length === 0) return null;
  const differing = conditions.filter(({ differs }) => differs).length;
  return (
    <section class="stack conditions">
      <h3>{conditionsTitle(differing)}</h3>
      <Table
        caption="Conditions of the two sessions"
        head={["Condition", "Take-home", "Live", "What it did"]}
        stacks
        rows={conditions.map(({ name, profile, questioned, differs, effect }) => [
          name,
          profile,
          questioned,
          differs ? (
            <>
              <strong class="differs">Differs.</strong> {effect}
            </>
          ) : (
            effect && <span class="quiet">{effect}</span>
          ),
        ])}
      />
    </section>
  );
}

function conditionsTitle(differing: number): string {
  if (differing === 0) return "The two sessions were typed under like conditions, as far as is known";
  return `${plural(differing, "condition")} ${differing === 1 ? "differs" : "differ"} between the two sessions`;
}

/** Apart from the ratio: neither counts in the other. */
export function Flags({ flags, replayed }: { flags: readonly ProvenanceFlag[]; replayed: Replayed }) {
  return (
    <section class="stack">
      <div>
        <h3>
          {flags.length === 0
            ? "Nothing stood out in where the keys came from"
            : `${plural(flags.length, "thing")} to ask about where the keys came from`}
        </h3>
        <p class="quiet">Looked at apart from the ratio: it does not count in it.</p>
      </div>
      {flags.length > 0 && (
        <ul class="flags">
          {flags.map((flag) => (
            <li key={`${flag.kind} ${flag.atUs}`} class="flag">
              <Info class="icon" aria-hidden="true" />
              <div>
                <p>
                  {flag.sentence}
                  {flag.atUs !== undefined && (
                    <>
                      {" "}
                      At <Instant replayed={replayed} atUs={flag.atUs} />.
                    </>
                  )}
                </p>
                <p class="quiet">It may be ordinary. {flag.explanation}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
