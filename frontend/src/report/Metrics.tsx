// How the work went: a number each, where it stands among a stated cohort, and an ordinary reason for it.

import { Instant, type Replayed } from "../comparison/Instant.tsx";
import type { ProcessMetric } from "../protocol.gen.ts";

export function Metrics({ metrics, replayed }: { metrics: readonly ProcessMetric[]; replayed: Replayed }) {
  if (metrics.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="process">
      <div>
        <h2 id="process">How the work went</h2>
        <p class="quiet">
          Counts, not marks: no end of a line is the good one. A dot says where the value stands among the
          people of the cohort named beside it; where there is none, no cohort measured the same.
        </p>
      </div>
      <ul class="metrics">
        {metrics.map((metric) => (
          <li key={metric.name} class="metric">
            <div>
              <h3>{metric.name}</h3>
              <p class="metric-value tabular">
                {metric.atUs === undefined ? (
                  metric.value
                ) : (
                  <Instant replayed={replayed} atUs={metric.atUs}>
                    {metric.value}
                  </Instant>
                )}
              </p>
            </div>
            <Standing metric={metric} />
            <p class="quiet metric-explanation">{metric.explanation}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Standing({ metric: { percentile, cohort } }: { metric: ProcessMetric }) {
  if (percentile === undefined) return null;
  const whole = Math.round(percentile);
  return (
    <div class="metric-standing">
      <div
        class="percentile"
        role="img"
        aria-label={`More than ${whole} of 100 people of the cohort${cohort ? ` (${cohort})` : ""}`}
      >
        <span class="percentile-middle" />
        <span class="percentile-dot" style={{ left: `${percentile}%` }} />
      </div>
      <p class="quiet small">
        more than {whole} of 100{cohort ? ` · ${cohort}` : ""}
      </p>
    </div>
  );
}
