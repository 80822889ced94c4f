// One room of the dashboard: who, what, when, what to do next, and the ways in.
import { Download, FileText, Link2, OctagonX, Play, RotateCcw, Trash2, Users } from "lucide-preact";
import { Button, LinkButton } from "../components/Button.tsx";
import { type Command, Menu } from "../components/Menu.tsx";
import { toast } from "../components/Toast.tsx";
import { saveCode } from "../core/api.ts";
import { day, plural, when } from "../core/format.ts";
import { addressOf } from "../core/router.ts";
import type { RoomSummary } from "../protocol.gen.ts";
import { owner } from "./calls.ts";

/** A dialog that a row asks for. */
export interface Asked {
  what: "links" | "end" | "forget";
  room: RoomSummary;
}

interface RoomRowProps {
  room: RoomSummary;
  takeHome: RoomSummary | undefined;
  onAsk: (asked: Asked) => void;
  onChanged: () => void;
}

export function RoomRow({ room, takeHome, onAsk, onChanged }: RoomRowProps) {
  const here = room.peopleHere ?? 0;
  return (
    <li class="room-row">
      <div class="room-who">
        <h3>{room.candidate}</h3>
        <p>{room.title}</p>
        <p class="quiet">
          {room.kind === "live" ? "Live" : "Take-home"}, {room.minutes} min
          {takeHome && `, continues the take-home of ${day(takeHome.made)}`}
        </p>
      </div>
      <div class="room-when">
        <p>{room.nextStep}</p>
        <p class="quiet">{moment(room)}</p>
        {here > 0 && (
          <p class="room-here">
            <Users class="icon" aria-hidden="true" /> {plural(here, "person", "people")} here
          </p>
        )}
        {room.state === "ended" && room.deletesOn && (
          <p class="quiet">Will be deleted on {day(room.deletesOn)}</p>
        )}
      </div>
      <div class="room-actions">
        <Ways room={room} />
        {room.state !== "ended" && (
          <Button icon={Link2} onClick={() => onAsk({ what: "links", room })}>
            Links
          </Button>
        )}
        <Menu label={`More for ${room.candidate}`} commands={commands(room, onAsk, onChanged)} />
      </div>
    </li>
  );
}

function Ways({ room }: { room: RoomSummary }) {
  if (room.state !== "ended")
    return (
      <LinkButton kind={room.state === "open" ? "primary" : "plain"} href={addressOf.room(room.room)}>
        Open room
      </LinkButton>
    );
  return (
    <>
      {room.replay !== false && (
        <LinkButton icon={Play} href={addressOf.replay(room.room)}>
          Replay
        </LinkButton>
      )}
      <LinkButton icon={FileText} href={addressOf.report(room.room)}>
        Report
      </LinkButton>
    </>
  );
}

function moment(room: RoomSummary): string {
  if (room.state === "ended" && room.ended) return `Ended ${when(room.ended)}`;
  if (room.state === "open" && room.started) return `Since ${when(room.started)}`;
  return `Made ${when(room.made)}`;
}

function commands(room: RoomSummary, onAsk: (asked: Asked) => void, onChanged: () => void): Command[] {
  const download = async () => {
    try {
      await saveCode(room.room);
    } catch (error) {
      toast((error as Error).message);
    }
  };
  const reopen = async () => {
    try {
      await owner.reopen(room.room);
      toast("Reopened: the links open again.");
      onChanged();
    } catch (error) {
      toast((error as Error).message);
    }
  };
  const goTo = (address: string) => () => location.assign(address);
  const ended = room.state === "ended";
  const list: (Command | false)[] = [
    ended && { label: "Links", icon: Link2, run: () => onAsk({ what: "links", room }) },
    !ended && { label: "Report so far", icon: FileText, run: goTo(addressOf.report(room.room)) },
    !ended && { label: "Replay so far", icon: Play, run: goTo(addressOf.replay(room.room)) },
    { label: "Download code", icon: Download, run: download },
    ended
      ? { label: "Reopen room", icon: RotateCcw, run: reopen }
      : { label: "End room", icon: OctagonX, run: () => onAsk({ what: "end", room }) },
    {
      label: "Delete candidate's data",
      icon: Trash2,
      danger: true,
      run: () => onAsk({ what: "forget", room }),
    },
  ];
  return list.filter((command) => command !== false);
}
