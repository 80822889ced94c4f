// A whole page that says what is in the way, why, and what to do next.
import type { ComponentChildren } from "preact";
import { Refusal } from "../core/api.ts";
import { Button } from "./Button.tsx";
import { Page } from "./Page.tsx";

interface ProblemPageProps {
  title: string;
  children: ComponentChildren;
  action?: ComponentChildren;
}

export function ProblemPage({ title, children, action }: ProblemPageProps) {
  return (
    <Page title={title} width="narrow">
      <div class="stack">
        <h1>{title}</h1>
        <div class="reading" role="alert">
          {children}
        </div>
        {action && <div class="row">{action}</div>}
      </div>
    </Page>
  );
}

/** For what a fetch threw, on pages that need a participant. */
export function RefusedPage({ error, retry }: { error: unknown; retry: () => void }) {
  if (error instanceof Refusal && error.status === 401) {
    return (
      <ProblemPage title="Open your link again">
        <p>{error.message}</p>
        <p>
          This tab has no access to the room: open the link that you were sent, or ask for a new one. If the
          server is yours, sign in first with the link that <code>liveroom sign-in</code> prints.
        </p>
      </ProblemPage>
    );
  }
  if (error instanceof Refusal && error.status === 403)
    return (
      <ProblemPage title="This page is not open to you">
        <p>{error.message}</p>
      </ProblemPage>
    );
  const title =
    error instanceof Refusal && error.status === 0
      ? "The server does not answer"
      : error instanceof Refusal && (error.status === 404 || error.status === 410)
        ? "This room is not here"
        : "This page could not be loaded";
  return (
    <ProblemPage title={title} action={<Button onClick={retry}>Try again</Button>}>
      <p>{error instanceof Error ? error.message : String(error)}</p>
    </ProblemPage>
  );
}
