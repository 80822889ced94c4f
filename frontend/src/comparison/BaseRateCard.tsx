// What a low ratio would be worth among many candidates: a hundred squares a prevalence, and the sentence.

import type { BaseRate } from "../protocol.gen.ts";

const SIDE = 10;
const STEP = 12;

interface BaseRateCardsProps {
  baseRates: readonly BaseRate[];
  /** What they are reckoned from, the same for all. */
  source: string | undefined;
  log10Lr: number;
}

export function BaseRateCards({ baseRates, source, log10Lr }: BaseRateCardsProps) {
  if (baseRates.length === 0) return null;
  return (
    <section class="stack">
      <div>
        <h3>How often a low ratio would be right depends on how rare the case is</h3>
        <p class="quiet">
          Each square is one of 100 sessions with a ratio of 1/10 or lower.{" "}
          {log10Lr <= -1 ? "This session is such a one." : "This session is not one of them."}
        </p>
      </div>
      <div class="base-rates">
        {baseRates.map((rate) => (
          <Card key={rate.prevalence} rate={rate} />
        ))}
      </div>
      {source && <p class="quiet base-rate-source">{source}</p>}
    </section>
  );
}

function Card({ rate: { prevalence, rightOf100, sentence } }: { rate: BaseRate }) {
  const right = Math.round(rightOf100);
  const share = `${Number((100 * prevalence).toPrecision(2))} %`;
  return (
    <div class="base-rate">
      <svg
        class="base-rate-squares"
        viewBox={`0 0 ${10 * STEP - (STEP - SIDE)} ${10 * STEP - (STEP - SIDE)}`}
        role="img"
        aria-label={`${right} of 100 squares are filled, where ${share} had somebody else type`}
      >
        {Array.from({ length: 100 }, (_, index) => (
          <rect
            key={index}
            class={index < right ? "right-square" : "wrong-square"}
            x={(index % 10) * STEP + 0.5}
            y={Math.floor(index / 10) * STEP + 0.5}
            width={SIDE - 1}
            height={SIDE - 1}
            rx={2}
          />
        ))}
      </svg>
      <div>
        <p class="base-rate-finding">
          About {right} right, {100 - right} wrong
        </p>
        <p>{sentence}</p>
      </div>
    </div>
  );
}
