// What the panel reads after a room: facts first, then moments, checks, and what the typing says.

import { Play } from "lucide-preact";
import { useState } from "preact/hooks";
import { Instant, replayOf } from "../comparison/Instant.tsx";
import { LazyComparison } from "../comparison/LazyComparison.tsx";
import { LinkButton } from "../components/Button.tsx";
import { Facts } from "../components/Facts.tsx";
import { Page } from "../components/Page.tsx";
import { RefusedPage } from "../components/Problem.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { Table } from "../components/Table.tsx";
import { useLoaded } from "../core/load.ts";
import { addressOf } from "../core/router.ts";
import { asParticipant } from "../core/session.ts";
import type { Entered, Report } from "../protocol.gen.ts";
import { reportOn } from "./calls.ts";
import { factsOf } from "./facts.ts";
import { Metrics } from "./Metrics.tsx";
import { Review } from "./Review.tsx";
import "./report.css";

function load(room: string): Promise<{ entered: Entered; report: Report }> {
  return asParticipant(room, async (entered) => ({ entered, report: await reportOn(room, entered.token) }));
}

export function ReportPage({ room }: { room: string }) {
  const [loaded, retry] = useLoaded(() => load(room));
  if (loaded.state === "loading")
    return (
      <Page title="Report" width="narrow">
        <Skeleton lines={8} words="Making the report: comparing typing takes a moment" />
      </Page>
    );
  if (loaded.state === "refused") return <RefusedPage error={loaded.error} retry={retry} />;
  return <ReportView {...loaded.value} />;
}

function ReportView({ entered, report: loaded }: { entered: Entered; report: Report }) {
  const [report, setReport] = useState(loaded);
  const { room: facts, moments, startUs } = factsOf(report);
  const replay = report.replay !== false;
  const replayed = replayOf(report.room, startUs, replay);
  const { comparison } = report;
  return (
    <Page
      title={`Report on ${report.candidate}`}
      home={entered.role === "owner"}
      bar={
        replay && (
          <LinkButton icon={Play} href={addressOf.replay(report.room)}>
            Replay
          </LinkButton>
        )
      }
    >
      <article class="report">
        <header>
          <p class="quiet">{report.kind === "live" ? "Live interview" : "Take-home"}</p>
          <h1>
            {report.candidate}: {report.title}
          </h1>
        </header>
        <Facts
          facts={facts.map(({ label, value, atUs }) => [
            label,
            <Instant key={label} replayed={replayed} atUs={atUs}>
              {value}
            </Instant>,
          ])}
        />
        <section class="stack" aria-labelledby="checks">
          <h2 id="checks">Checks</h2>
          {report.checks.length === 0 ? (
            <p class="quiet">No checks were run in this room.</p>
          ) : (
            <Table
              caption="Rounds of checks"
              head={["At", "Checks", "Pass"]}
              numeric={[2]}
              rows={report.checks.map((round) => [
                <Instant key={round.atUs} replayed={replayed} atUs={round.atUs} />,
                round.which === "hidden" ? "Hidden" : "Visible",
                `${round.passed} of ${round.total}`,
              ])}
            />
          )}
        </section>
        {moments.length > 0 && (
          <section class="stack" aria-labelledby="moments">
            <h2 id="moments">Moments</h2>
            <p class="reading quiet">Things to ask about, not findings: most have an ordinary reason.</p>
            <Table
              caption="Moments that open in the replay"
              head={["At", "What", "Details"]}
              rows={moments.map((moment) => [
                <Instant key={moment.atUs} replayed={replayed} atUs={moment.atUs} />,
                moment.label,
                moment.value,
              ])}
            />
          </section>
        )}
        <Metrics metrics={report.metrics ?? []} replayed={replayed} />
        <section class="stack" aria-labelledby="typing">
          <h2 id="typing">Typing: take-home and live</h2>
          <LazyComparison
            comparison={comparison}
            replayed={replayed}
            moments={moments.map(({ atUs, label, value }) => ({ atUs, words: `${label}: ${value}` }))}
          />
        </section>
        {comparison.status !== "not-run-yet" && (
          <Review report={report} token={entered.token} changed={setReport} />
        )}
      </article>
    </Page>
  );
}
