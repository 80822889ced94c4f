// The first page of whoever was sent a link: who invites, to what, and for a candidate what would be recorded.
import type { ComponentProps } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Button, LinkButton } from "../components/Button.tsx";
import { lazy } from "../components/Lazy.tsx";
import { Page } from "../components/Page.tsx";
import { ProblemPage } from "../components/Problem.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { api, Refusal } from "../core/api.ts";
import { useLoaded } from "../core/load.ts";
import { addressOf } from "../core/router.ts";
import { CandidateJoin } from "./CandidateJoin.tsx";
import { takeLink } from "./link.ts";
import type { PanelJoin as PanelJoinView } from "./PanelJoin.tsx";
import { startPractice } from "./practice.ts";

const PanelJoin = lazy<ComponentProps<typeof PanelJoinView>>(
  async () => (await import("./PanelJoin.tsx")).PanelJoin,
);

export function Join() {
  const link = useMemo(takeLink, []);
  return new URLSearchParams(location.search).has("practice") ? (
    <IntoPractice link={link} />
  ) : (
    <Invited link={link} />
  );
}

/** A practice room is made at once: who comes here has asked for it. */
function IntoPractice({ link }: { link: string }) {
  const [practice, retry] = useLoaded(() => (link ? startPractice(link) : Promise.reject(noLink())));
  const room = practice.state === "there" ? practice.value.room : null;
  useEffect(() => {
    if (room !== null) location.replace(addressOf.room(room));
  }, [room]);
  if (practice.state === "refused") {
    const { error } = practice;
    return error instanceof Refusal && TITLES[error.code] ? (
      <NoEntry error={error} retry={retry} />
    ) : (
      <ProblemPage
        title="The practice room does not open"
        action={
          <>
            <Button onClick={retry}>Try again</Button>
            <LinkButton href={addressOf.join}>Back to the invitation</LinkButton>
          </>
        }
      >
        <p>{error instanceof Error ? error.message : String(error)}</p>
      </ProblemPage>
    );
  }
  return (
    <Page title="Practice room" width="narrow">
      <Skeleton lines={4} words="Making a practice room" />
    </Page>
  );
}

function Invited({ link }: { link: string }) {
  const [invitation, retry] = useLoaded(() => (link ? api.lookAtLink(link) : Promise.reject(noLink())));

  if (invitation.state === "loading")
    return (
      <Page title="Joining" width="narrow">
        <Skeleton lines={4} words="Looking at your link" />
      </Page>
    );
  if (invitation.state === "refused") return <NoEntry error={invitation.error} retry={retry} />;
  const { value } = invitation;
  return value.role === "candidate" ? (
    <CandidateJoin link={link} invitation={value} />
  ) : (
    <PanelJoin link={link} invitation={value} />
  );
}

function noLink(): Refusal {
  return new Refusal(
    404,
    "link-unknown",
    "The address holds no link: the part after the # is missing. Open the link from your invitation again, whole.",
  );
}

const TITLES: Record<string, string> = {
  "link-unknown": "This link leads nowhere",
  "link-expired": "This link has expired",
  "link-revoked": "This link was withdrawn",
};

/** Which it is comes from the code; why and whom to ask is the server's sentence. */
function NoEntry({ error, retry }: { error: unknown; retry: () => void }) {
  const refusal = error instanceof Refusal ? error : new Refusal(500, "unknown", String(error));
  const known = TITLES[refusal.code];
  return (
    <ProblemPage
      title={known ?? (refusal.status === 0 ? "The server does not answer" : "The link could not be opened")}
      action={!known && <Button onClick={retry}>Try again</Button>}
    >
      <p>{refusal.message}</p>
    </ProblemPage>
  );
}
