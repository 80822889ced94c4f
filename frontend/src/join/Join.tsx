// The first page of whoever was sent a link: who invites, to what, and for a candidate what would be recorded.
import { useMemo } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { Page } from "../components/Page.tsx";
import { ProblemPage } from "../components/Problem.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { api, Refusal } from "../core/api.ts";
import { useLoaded } from "../core/load.ts";
import { takeFragment } from "../core/router.ts";
import { CandidateJoin } from "./CandidateJoin.tsx";
import { PanelJoin } from "./PanelJoin.tsx";

// A reload must not lose the link that left the address bar.
const KEPT = "liveroom.link";

function takeLink(): string {
  const fresh = takeFragment();
  if (fresh) sessionStorage.setItem(KEPT, fresh);
  return fresh || (sessionStorage.getItem(KEPT) ?? "");
}

export function Join() {
  const link = useMemo(takeLink, []);
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
