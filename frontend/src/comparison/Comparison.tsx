// Take-home against live: what the typing says, how much typing is behind it, and what it cannot say.

import type { TypingComparison } from "../protocol.gen.ts";
import { BaseRateCards } from "./BaseRateCard.tsx";
import { Conditions, Counts, Flags } from "./Circumstances.tsx";
import { DigraphPicture } from "./DigraphPicture.tsx";
import { HistogramPicture } from "./HistogramPicture.tsx";
import type { Replayed } from "./Instant.tsx";
import { RatioPicture } from "./RatioPicture.tsx";
import { Sentences } from "./Sentences.tsx";
import { type Moment, WindowPicture } from "./WindowPicture.tsx";
import "./comparison.css";

interface ComparisonProps {
  comparison: TypingComparison;
  replayed: Replayed;
  /** What else happened in the room, to stand below the line of stretches. */
  moments?: readonly Moment[];
}

export function Comparison({ comparison, replayed, moments = [] }: ComparisonProps) {
  switch (comparison.status) {
    case "not-run-yet":
      return (
        <NotRun title="Not run yet">
          Comparisons are made up to three days after a room has ended. Until then every room reads like this
          one, whatever its candidate agreed to.
        </NotRun>
      );
    case "not-run":
      return (
        <NotRun title="Not run">
          There is no comparison for this room. That says nothing about the candidate: many rooms have no
          take-home beside them, sites can leave the comparison out, and candidates may decline it.
        </NotRun>
      );
    case "insufficient_data":
    case "incompatible_conditions":
      return <NoRatio comparison={comparison} replayed={replayed} />;
    case "ok":
    case "indicative":
      return <Evidence comparison={comparison} replayed={replayed} moments={moments} />;
    default:
      return comparison.status satisfies never;
  }
}

function NotRun({ title, children }: { title: string; children: string }) {
  return (
    <div class="comparison comparison-heap">
      <h3>{title}</h3>
      <p class="reading">{children}</p>
    </div>
  );
}

/** Abstaining is a result too: it says why, and what was looked at all the same. */
function NoRatio({ comparison, replayed }: Pick<ComparisonProps, "comparison" | "replayed">) {
  return (
    <div class="comparison">
      <section class="comparison-heap">
        <h3>
          {comparison.status === "insufficient_data"
            ? "Insufficient data: no ratio is given"
            : "The two sessions cannot be compared: no ratio is given"}
        </h3>
        <Sentences lines={comparison.reasons} />
        <p class="quiet">
          This is no sign of anything. It is what the measurement says when it cannot say more.
        </p>
      </section>
      <Counts comparison={comparison} />
      <Conditions conditions={comparison.conditions ?? []} />
      {(comparison.flags ?? []).length > 0 && <Flags flags={comparison.flags ?? []} replayed={replayed} />}
      <Sentences title="What it cannot say" lines={comparison.limits} />
    </div>
  );
}

function Evidence({ comparison, replayed, moments = [] }: ComparisonProps) {
  const { log10Lr, sentence, verbal, flags = [], windows = [], handover } = comparison;
  if (log10Lr === undefined) return null;
  const marks = [
    ...moments,
    ...flags.flatMap(({ atUs, sentence: words }) => (atUs === undefined ? [] : [{ atUs, words }])),
  ];
  return (
    <div class="comparison">
      {comparison.status === "indicative" && (
        <p class="indicative">
          <strong>Indicative only.</strong> There is less typing than one would wish.
        </p>
      )}
      <RatioPicture
        title={sentence ?? "The likelihood ratio on its scale"}
        verbal={verbal}
        log10Lr={log10Lr}
        interval90={comparison.interval90}
        densities={comparison.densities}
      />
      <Sentences lines={comparison.reasons} />
      <Counts comparison={comparison} />
      <Sentences title="The two propositions" lines={comparison.propositions} />
      <BaseRateCards
        baseRates={comparison.baseRates ?? []}
        source={comparison.baseRateSource}
        log10Lr={log10Lr}
      />
      <WindowPicture
        windows={windows}
        drift90={comparison.drift90}
        handover={handover}
        moments={marks}
        replayed={replayed}
      />
      <DigraphPicture top={comparison.top ?? []} />
      <div class="histograms">
        {(comparison.histograms ?? []).map((histogram) => (
          <HistogramPicture key={histogram.name} histogram={histogram} />
        ))}
      </div>
      <Conditions conditions={comparison.conditions ?? []} />
      <Flags flags={flags} replayed={replayed} />
      <Sentences title="How good the profile is" lines={comparison.profileQuality} />
      <Sentences title="What it cannot say" lines={comparison.limits} />
    </div>
  );
}
