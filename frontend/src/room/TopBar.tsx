// The bar over the room: what this is, who is here, whether it is saved, how much time is left, and the way out.

import {
  CloudCheck,
  CloudUpload,
  Download,
  Keyboard,
  LoaderCircle,
  LogOut,
  type LucideIcon,
  Plus,
  Send,
  TextCursorInput,
  Unplug,
  Video,
  WifiOff,
  ZoomIn,
  ZoomOut,
} from "lucide-preact";
import { Button, LinkButton } from "../components/Button.tsx";
import { Menu } from "../components/Menu.tsx";
import { PersonChip } from "../components/PersonChip.tsx";
import { StatusLine } from "../components/StatusLine.tsx";
import { ThemeSwitch } from "../components/ThemeSwitch.tsx";
import { Timer } from "../components/Timer.tsx";
import { saveAs } from "../core/api.ts";
import { changeCodeSize } from "./codeSize.ts";
import { chooseEditor, editorKind } from "./editorKind.ts";
import { type Link, linkWords } from "./link.ts";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";

interface TopBarProps {
  session: RoomSession;
  onShortcuts: () => void;
  onEnd: () => void;
}

export function TopBar({ session, onShortcuts, onEnd }: TopBarProps) {
  const room = useStore(session.room, (state) => state.room);
  const timer = useStore(session.room, (state) => state.timer);
  const people = useStore(session.room, (state) => state.people);
  const kind = useStore(editorKind, (value) => value);
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
            <PersonChip
              name={person.name}
              colour={person.colour}
              role={person.role}
              here={person.here ?? 0}
            />
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
          <ThemeSwitch />
          <Menu
            label="More"
            commands={[
              {
                label: "Download the code",
                icon: Download,
                run: () => saveAs(fileName(room?.title), session.text),
              },
              { label: "Keyboard shortcuts", icon: Keyboard, run: onShortcuts },
              {
                label: kind === "plain" ? "Full editor" : "Plain editor",
                icon: TextCursorInput,
                run: () => chooseEditor(kind === "plain" ? "full" : "plain"),
              },
              { label: "Larger code", icon: ZoomIn, run: () => changeCodeSize(1) },
              { label: "Smaller code", icon: ZoomOut, run: () => changeCodeSize(-1) },
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
