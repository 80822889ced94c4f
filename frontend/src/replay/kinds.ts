// The mark of each kind of event, the same on the timeline, in the list and in its filter.

import {
  AppWindow,
  CircleX,
  ClipboardPaste,
  DoorOpen,
  ListChecks,
  type LucideIcon,
  Play,
  StickyNote,
  UserRound,
} from "lucide-preact";
import type { Kind } from "./events.ts";

export const KIND_ICONS: Record<Kind, LucideIcon> = {
  run: Play,
  error: CircleX,
  paste: ClipboardPaste,
  check: ListChecks,
  note: StickyNote,
  people: UserRound,
  focus: AppWindow,
  room: DoorOpen,
};
