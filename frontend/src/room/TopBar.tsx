// The bar over the room: what this is, who is here, whether it is saved, how much time is left, and the way out.

import {
  CloudCheck,
  CloudUpload,
  Download,
  Eye,
  Keyboard,
  LoaderCircle,
  LogOut,
  type LucideIcon,
  Plus,
  Send,
  Settings2,
  Unplug,
  Video,
  WifiOff,
} from "lucide-preact";
import { Button, LinkButton } from "../components/Button.tsx";
import { Menu } from "../components/Menu.tsx";
import { PersonChip, ROLE_WORDS } from "../components/PersonChip.tsx";
import { StatusLine } from "../components/StatusLine.tsx";
import { Timer } from "../components/Timer.tsx";
import { saveAs } from "../core/api.ts";
import type { Person } from "../protocol.gen.ts";
import { type Link, linkWords } from "./link.ts";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";

interface TopBarProps {
  session: RoomSession;
  onShortcuts: () => void;
  onSettings: () => void;
  onEnd: () => void;
}

export function TopBar({ session, onShortcuts, onSettings, onEnd }: TopBarProps) {
  const room = useStore(session.room, (state) => state.room);
  const timer = useStore(session.room, (state) => state.timer);
  const people = useStore(session.room, (state) => state.people);
  const you = useStore(session.room, (state) => state.you);
  const followed = useStore(session.desk.following.who, (person) => person?.participant);
  const link = useStore(session.link, (value) => value);
  const runsRoom = session.role === "owner" || session.role === "interviewer";
  const submits = session.role === "candidate" && room?.kind === "take-home";
  const here = people.filter((person) => (person.here ?? 0) > 0 || person.role === "candidate");
  return (
    <header class="top-bar">
      <h1 class="room-title" title={room?.title}>
        {room?.title ?? "Room"}
      </h1>
      <ul class="people" aria-label="People in the room">
        {here.map((person) => (
          <li key={person.participant}>
            {canBeFollowed(person, you) ? (
              <FollowChip
                person={person}
                followed={person.participant === followed}
                onFollow={(on) => (on ? session.desk.following.start(person) : session.desk.following.stop())}
              />
            ) : (
              <Chip person={person} />
            )}
          </li>
        ))}
      </ul>
      <div class="top-bar-end">
        <div class="top-bar-state">
          <StatusLine
            icon={linkIcon(link)}
            words={linkWords(link)}
            tone={isCalm(link) ? "calm" : "warning"}
          />
          {timer !== null && <Timer timer={timer} nowUs={() => session.clock.now()} />}
          {runsRoom && (
            <Button small icon={Plus} onClick={() => session.send({ type: "extend-time", minutes: 10 })}>
              10 min
            </Button>
          )}
        </div>
        <div class="top-bar-tools">
          {room?.meetingUrl !== undefined && (
            <LinkButton
              kind="quiet"
              icon={Video}
              href={room.meetingUrl}
              target="_blank"
              rel="noopener noreferrer"
            >
              Meeting
            </LinkButton>
          )}
          <Button kind="quiet" icon={Settings2} iconOnly onClick={onSettings}>
            Settings
          </Button>
          <Menu
            label="More"
            commands={[
              {
                label: "Download the code",
                icon: Download,
                run: () => saveAs(fileName(room?.title), session.text),
              },
              { label: "Keyboard shortcuts", icon: Keyboard, run: onShortcuts },
            ]}
          />
          {runsRoom && (
            <Button kind="danger" icon={LogOut} onClick={onEnd}>
              End
            </Button>
          )}
          {submits && (
            <Button kind="primary" icon={Send} onClick={onEnd}>
              Submit
            </Button>
          )}
        </div>
      </div>
    </header>
  );
}

function Chip({ person }: { person: Person }) {
  const { name, colour, role, here = 0 } = person;
  return <PersonChip name={name} colour={colour} role={role} here={here} />;
}

/** Somebody else who is here, with an editor that tells where it is. */
function canBeFollowed({ participant, here = 0, clients = [] }: Person, you: string | null): boolean {
  return participant !== you && here > 0 && clients.length > 0;
}

interface FollowChipProps {
  person: Person;
  followed: boolean;
  onFollow: (on: boolean) => void;
}

function FollowChip({ person, followed, onFollow }: FollowChipProps) {
  return (
    <button
      type="button"
      class="follow-chip"
      aria-pressed={followed}
      aria-label={`Follow ${person.name}, ${ROLE_WORDS[person.role].toLowerCase()}`}
      onClick={() => onFollow(!followed)}
    >
      <Chip person={person} />
      <Eye class="icon" aria-hidden="true" />
    </button>
  );
}

export function fileName(title: string | undefined): string {
  const plain = (title ?? "room").toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `${plain.replace(/^-+|-+$/g, "") || "room"}.py`;
}

function isCalm(link: Link): boolean {
  return link.phase === "online" || link.phase === "connecting";
}

function linkIcon(link: Link): LucideIcon {
  switch (link.phase) {
    case "connecting":
      return LoaderCircle;
    case "online":
      return link.saving ? CloudUpload : CloudCheck;
    case "offline":
      return WifiOff;
    case "ended":
      return Unplug;
    default:
      return link.phase satisfies never;
  }
}
