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
  Send,
  Settings2,
  Timer,
  Unplug,
  Users,
  Video,
  WifiOff,
} from "lucide-preact";
import { Button, LinkButton } from "../components/Button.tsx";
import { Menu } from "../components/Menu.tsx";
import { PersonChip, ROLE_WORDS } from "../components/PersonChip.tsx";
import { StatusLine } from "../components/StatusLine.tsx";
import type { Person } from "../protocol.gen.ts";
import { type Link, linkWords } from "./link.ts";
import type { RoomSession } from "./session.ts";
import { isHost } from "./state.ts";
import { useStore } from "./store.ts";
import { TimeBox } from "./TimeBox.tsx";

interface TopBarProps {
  session: RoomSession;
  onShortcuts: () => void;
  onSettings: () => void;
  onPeople: () => void;
  /** Absent where focus time cannot begin. */
  onFocusTime: (() => void) | null;
  onEnd: () => void;
}

export function TopBar({ session, onShortcuts, onSettings, onPeople, onFocusTime, onEnd }: TopBarProps) {
  const room = useStore(session.room, (state) => state.room);
  const people = useStore(session.room, (state) => state.people);
  const you = useStore(session.room, (state) => state.you);
  const followed = useStore(session.desk.following.who, (person) => person?.participant);
  const link = useStore(session.link, (value) => value);
  const runsRoom = isHost(session.role);
  const submits = session.role === "candidate" && room?.kind === "take-home" && room.practice !== true;
  const here = people.filter(
    (person) => !person.waiting && ((person.here ?? 0) > 0 || person.role === "candidate"),
  );
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
          <TimeBox session={session} />
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
                run: () => session.saveCode(fileName(room?.title)),
              },
              { label: "People", icon: Users, run: onPeople },
              ...(onFocusTime === null
                ? []
                : [{ label: "Focus time, 5 minutes", icon: Timer, run: onFocusTime }]),
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
