// Take-home against live: what the typing says, how much typing is behind it, and what it cannot say.

import type { ComponentChildren } from "preact";
import { Table } from "../components/Table.tsx";
import { plural } from "../core/format.ts";
import type { TypingComparison } from "../protocol.gen.ts";
import { BandPicture } from "./BandPicture.tsx";
import { finding, signed } from "./finding.ts";

export function Comparison({ comparison }: { comparison: TypingComparison }) {
  switch (comparison.status) {
    case "not-run-yet":
      return <div class="comparison"><h3>Not run yet</h3></div>;
    case "not-run":
      return (
        <div class="comparison">
          <h3>Not run</h3>
          <p class="reading">
            There is no comparison for this room. That says nothing about the candidate: many rooms have no
            take-home beside them, sites can leave the comparison out, and candidates may decline it.
          </p>
        </div>
      );
    case "insufficient_data":
    case "incompatible_conditions":
      return (
        <div class="comparison">
          <h3>
            {comparison.status === "insufficient_data"
              ? "Insufficient data"
              : "The two sessions cannot be compared"}
          </h3>
          <Sentences lines={comparison.reasons} />
          <Counts comparison={comparison} />
        </div>
      );
    case "ok":
    case "indicative":
      return <Evidence comparison={comparison} />;
    default:
      return comparison.status satisfies never;
  }
}

function Evidence({ comparison }: { comparison: TypingComparison }) {
  const { log10Lr, interval90, verbal, status, top = [] } = comparison;
  if (log10Lr === undefined) return null;
  return (
    <div class="comparison">
      <figure class="comparison-figure">
        <figcaption>
          <h3>{finding(log10Lr)}</h3>
          <p class="quiet">
            {[
              verbal,
              status === "indicative" ? "indicative only: there is less typing than one would wish" : "",
            ]
              .filter(Boolean)
              .join("; ")}
          </p>
        </figcaption>
        <BandPicture log10Lr={log10Lr} interval90={interval90} />
      </figure>
      <Sentences lines={comparison.reasons} />
      <details class="comparison-more">
        <summary>The same as a table</summary>
        <Table
          caption="The comparison in numbers"
          head={["Quantity", "Value"]}
          numeric={[1]}
          rows={[
            ["log10 likelihood ratio", signed(log10Lr)],
            ["Likelihood ratio", (10 ** log10Lr).toPrecision(2)],
            ...(interval90
              ? [["90 % interval", `${signed(interval90[0])} to ${signed(interval90[1])}`]]
              : []),
          ]}
        />
      </details>
      <Counts comparison={comparison} />
      <Heap title="The two propositions" lines={comparison.propositions} />
      <Heap title="How often it misleads" lines={comparison.baseRates?.map((rate) => rate.sentence)} />
      <Heap title="What it cannot say" lines={comparison.limits} />
      {top.length > 0 && (
        <section class="stack">
          <h3>What contributes most</h3>
          <Table
            caption="Features that contribute most"
            head={["Feature", "Adds to log10 LR", "Take-home, ms", "Live, ms"]}
            numeric={[1, 2, 3]}
            rows={top.map(({ feature, contribution, profileMs, questionedMs }) => [
              <code key={feature}>{feature}</code>,
              signed(contribution),
              profileMs?.toFixed(0) ?? "",
              questionedMs?.toFixed(0) ?? "",
            ])}
          />
        </section>
      )}
    </div>
  );
}

/** How much typing is behind it. */
function Counts({ comparison }: { comparison: TypingComparison }) {
  const { nProfile, nQuestioned, sharedDigraphs, cohort } = comparison;
  const count = (n: number | undefined, one: string, many: string) =>
    n === undefined ? "unknown" : plural(n, one, many);
  if (nProfile === undefined && nQuestioned === undefined && !cohort) return null;
  return (
    <dl class="facts">
      <Pair term="Take-home">{count(nProfile, "key press", "key presses")}</Pair>
      <Pair term="Live">{count(nQuestioned, "key press", "key presses")}</Pair>
      {sharedDigraphs !== undefined && (
        <Pair term="Pairs of keys in both">{sharedDigraphs.toLocaleString("en")}</Pair>
      )}
      {cohort && <Pair term="Compared within">{cohort}</Pair>}
    </dl>
  );
}

function Pair({ term, children }: { term: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd class="tabular">{children}</dd>
    </div>
  );
}

function Heap({ title, lines }: { title: string; lines: string[] | undefined }) {
  if (!lines || lines.length === 0) return null;
  return (
    <section class="comparison-heap">
      <h3>{title}</h3>
      <Sentences lines={lines} />
    </section>
  );
}

function Sentences({ lines }: { lines: string[] | undefined }) {
  if (!lines || lines.length === 0) return null;
  return (
    <ul class="sentences">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
