// A room's links, one role after the other: to copy, to revoke, to make anew.
import { Ban, Plus } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { CopyField } from "../components/CopyField.tsx";
import { Notice } from "../components/Notice.tsx";
import { PersonMark, ROLE_WORDS } from "../components/PersonChip.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { toast } from "../components/Toast.tsx";
import { when } from "../core/format.ts";
import { useLoaded } from "../core/load.ts";
import type { Link, Role, RoomKind } from "../protocol.gen.ts";
import { owner } from "./calls.ts";
import "./links.css";

const ROLES: Role[] = ["candidate", "interviewer", "observer"];

function mayDo(role: Role, kind: RoomKind): string {
  switch (role) {
    case "candidate":
      return kind === "take-home"
        ? "Works alone against the clock and submits. Is asked for consent first; sees nothing private."
        : "Edits and runs. Is asked for consent first; never sees notes, hidden checks or the guide.";
    case "interviewer":
      return "Edits, runs, takes private notes, runs hidden checks, ends the room, replays it.";
    case "observer":
      return "Watches, takes own notes, reads replay and report; also after the end. Cannot edit.";
    case "owner":
      return "You.";
  }
}

interface LinksProps {
  room: string;
  kind: RoomKind;
}

export function Links({ room, kind }: LinksProps) {
  const [details, reload] = useLoaded(() => owner.room(room));
  const [problem, setProblem] = useState("");
  const [shown, setShown] = useState<Link[]>([]);

  if (details.state === "loading" && shown.length === 0) return <Skeleton words="Loading the links" />;
  if (details.state === "refused")
    return (
      <Notice tone="danger" action={<Button onClick={reload}>Try again</Button>}>
        {(details.error as Error).message}
      </Notice>
    );
  const links = details.state === "there" ? details.value.links : shown;

  const change = async (work: () => Promise<unknown>, done: string) => {
    setProblem("");
    setShown(links);
    try {
      await work();
      toast(done);
      reload();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };

  return (
    <div class="links">
      {problem && <Notice tone="danger">{problem}</Notice>}
      {ROLES.map((role) => (
        <section key={role} class="links-role" aria-label={`${ROLE_WORDS[role]}'s link`}>
          <div class="links-head">
            <h3>
              <PersonMark colour="currentColor" role={role} /> {ROLE_WORDS[role]}
            </h3>
            <Button
              kind="quiet"
              small
              icon={Plus}
              onClick={() =>
                change(() => owner.newLink(room, { role }), `A new link for the ${role} is there.`)
              }
              aria-label={`New link for the ${role}`}
            >
              New link
            </Button>
          </div>
          <p class="quiet">{mayDo(role, kind)}</p>
          <RoleLinks
            role={role}
            links={links.filter((link) => link.role === role)}
            onRevoke={(link) =>
              change(
                () => owner.revokeLink(room, link.serial),
                "Revoked: whoever came in by it is out within a second.",
              )
            }
          />
        </section>
      ))}
    </div>
  );
}

function RoleLinks({ role, links, onRevoke }: { role: Role; links: Link[]; onRevoke: (link: Link) => void }) {
  const valid = links.filter((link) => link.state === "valid");
  const over = links.length - valid.length;
  return (
    <>
      {valid.map((link) => (
        <div key={link.serial} class="links-link">
          <CopyField label={`${ROLE_WORDS[role]}'s link`} value={link.url} />
          <div class="links-more">
            <span class="quiet">Opens until {when(link.expires)}</span>
            <Button kind="quiet" small icon={Ban} onClick={() => onRevoke(link)}>
              Revoke
            </Button>
          </div>
        </div>
      ))}
      {valid.length === 0 && <p>No link opens for this role now. Make a new one to let somebody in.</p>}
      {over > 0 && (
        <p class="quiet small">
          {over === 1 ? "One earlier link does" : `${over} earlier links do`} not open any more.
        </p>
      )}
    </>
  );
}
