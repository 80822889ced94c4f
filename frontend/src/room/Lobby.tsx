// Where the candidate waits until somebody lets them in: who that is, what they may do meanwhile, and that the page opens by itself.

import { CloudCheck, FlaskConical, Video, WifiOff } from "lucide-preact";
import { LinkButton } from "../components/Button.tsx";
import { Notice } from "../components/Notice.tsx";
import { Page } from "../components/Page.tsx";
import { StatusLine } from "../components/StatusLine.tsx";
import { api } from "../core/api.ts";
import { useLoaded } from "../core/load.ts";
import { keptLink } from "../join/link.ts";
import { PRACTICE } from "../join/practice.ts";
import type { Lobby as LobbyMessage } from "../protocol.gen.ts";
import { linkWords } from "./link.ts";
import { hostWords } from "./lobbyWords.ts";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";

export function Lobby({ session, lobby }: { session: RoomSession; lobby: LobbyMessage }) {
  const link = useStore(session.link, (value) => value);
  const [invitation] = useLoaded(() => api.lookAtLink(keptLink()));
  const meeting = invitation.state === "there" ? invitation.value.meetingUrl : undefined;
  const online = link.phase === "online";
  return (
    <Page
      title={lobby.title}
      width="narrow"
      bar={
        <StatusLine
          icon={online ? CloudCheck : WifiOff}
          words={online ? "Connected" : linkWords(link)}
          tone={online ? "calm" : "warning"}
        />
      }
    >
      <div class="stack">
        <p class="quiet">Lobby</p>
        <h1>{lobby.title}</h1>
        <div class="reading" aria-live="polite">
          <p>{hostWords(lobby.hosts ?? [])}</p>
          <p>You can close your eyes for a moment; this page opens by itself.</p>
        </div>
        {link.problem !== null && <Notice tone="danger">{link.problem}</Notice>}
        <div class="row">
          {meeting !== undefined && (
            <LinkButton icon={Video} href={meeting} target="_blank" rel="noreferrer">
              Open the call
            </LinkButton>
          )}
          {keptLink() !== "" && (
            // The new tab needs this one's link, so it stays its opener.
            <LinkButton icon={FlaskConical} href={PRACTICE} target="_blank" rel="opener">
              Try the room meanwhile
            </LinkButton>
          )}
        </div>
        <p class="quiet">Nothing is recorded while you wait. Your place is kept if you reload the page.</p>
      </div>
    </Page>
  );
}
