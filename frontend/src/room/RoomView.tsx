// The room on the screen: brief on the left, code in the middle, outputs on the right; on a phone, one of them at a time.

import type { ComponentProps } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type LazyPart, lazy } from "../components/Lazy.tsx";
import { Splitter, useSize } from "../components/Splitter.tsx";
import { type Tab, Tabs } from "../components/Tabs.tsx";
import { toast } from "../components/Toast.tsx";
import { BriefPanel, FilesPanel } from "./BriefPanel.tsx";
import { codeSurface } from "./codeSurface.ts";
import type { EndDialog as EndDialogView } from "./EndDialog.tsx";
import { EDITOR_ID, FILE_FORMS, FileTabs, tabId } from "./FileTabs.tsx";
import type { FocusBar as FocusBarView } from "./FocusBar.tsx";
import { FollowBanner } from "./FollowBanner.tsx";
import { useFocusTime } from "./focusTime.ts";
import { KernelBar, RestartDialog } from "./KernelBar.tsx";
import { KernelLimits } from "./KernelStatus.tsx";
import { Notices } from "./Notices.tsx";
import { runNews } from "./outputs/runWords.ts";
import type { PeopleDialog as PeopleDialogView } from "./PeopleDialog.tsx";
import { cyclePanels, focusPanel } from "./panels.ts";
import type { RoomOutputs as RoomOutputsView } from "./RoomOutputs.tsx";
import type { RoomSession } from "./session.ts";
import { editorKind, tabKey } from "./settings.ts";
import { askingRun, isHost, type RoomState } from "./state.ts";
import { useStore } from "./store.ts";
import type { MakeSurface } from "./surface.ts";
import { TopBar } from "./TopBar.tsx";
import { UnsafeBar } from "./UnsafeBar.tsx";
import { vimMode } from "./vimMode.ts";
import type { WaitingBar as WaitingBarView } from "./WaitingBar.tsx";
import "./outputs/outputs.css";
import "./room.css";

const plainLater = async () => (await import("./plainSurface.ts")).plainSurface;

/** Candidates never fetch it. */
const PrivatePanel = lazy<{ session: RoomSession }>(
  async () => (await import("./PrivatePanel.tsx")).PrivatePanel,
);

/** Fetched when somebody first asks for them. */
const SettingsDialog = lazy<{ onClose: () => void }>(
  async () => (await import("./SettingsDialog.tsx")).SettingsDialog,
);
const Shortcuts = lazy<{ onClose: () => void }>(async () => (await import("./Shortcuts.tsx")).Shortcuts);
const EndDialog = lazy<ComponentProps<typeof EndDialogView>>(
  async () => (await import("./EndDialog.tsx")).EndDialog,
);
const FocusBar = lazy<ComponentProps<typeof FocusBarView>>(
  async () => (await import("./FocusBar.tsx")).FocusBar,
);
const PeopleDialog = lazy<ComponentProps<typeof PeopleDialogView>>(
  async () => (await import("./PeopleDialog.tsx")).PeopleDialog,
);
const PracticeBar = lazy<object>(async () => (await import("./PracticeBar.tsx")).PracticeBar);
const RoomOutputs = lazy<ComponentProps<typeof RoomOutputsView>>(
  async () => (await import("./RoomOutputs.tsx")).RoomOutputs,
);
const WaitingBar = lazy<ComponentProps<typeof WaitingBarView>>(
  async () => (await import("./WaitingBar.tsx")).WaitingBar,
);

/** Fetched once the room stands, so that they open even when the connection is gone by then. */
const LATER: readonly LazyPart[] = [
  RoomOutputs,
  EndDialog,
  FilesPanel,
  FocusBar,
  KernelLimits,
  PeopleDialog,
  RestartDialog,
  SettingsDialog,
  Shortcuts,
  ...FILE_FORMS,
];
const LATER_MS = 4000;

export function RoomView({ session, token }: { session: RoomSession; token: string }) {
  const title = useStore(session.room, (state) => state.room?.title ?? "Room");
  const narrow = useMedia("(max-width: 860px)");
  const role = useStore(session.room, (state) => state.role);
  const hasPrivate = role !== "candidate";
  const people = useStore(session.room, (state) => state.people);
  const waiting = isHost(role) ? people.filter((person) => person.waiting) : [];
  const practice = useStore(session.room, (state) => state.room?.practice === true);
  const asks = useStore(session.room, (state) => askingRun(state.runs) !== undefined);
  const unsafe = useStore(session.room, (state) => state.unsafeKernels);
  const focusTime = useFocusTime(session);
  /** Who watches sees nothing of it. */
  const blurred = focusTime !== null && hasPrivate;
  const [shown, setShown] = useState("code");
  const [left, setLeft] = useSize("room.left", 320);
  const [right, setRight] = useSize("room.right", 440);
  const [below, setBelow] = useSize("room.private", 300);
  const [sheet, setSheet] = useState(false);
  const [settings, setSettings] = useState(false);
  const [ending, setEnding] = useState(false);
  const [listing, setListing] = useState(false);
  const root = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const waits = waiting.length > 0 ? "Somebody is waiting · " : "";
    document.title = `${waits}${title} · liveroom`;
  }, [title, waiting.length > 0]);

  useEffect(() => {
    const timeout = setTimeout(() => {
      for (const part of LATER) {
        part.preload().catch(() => {}); // it is tried again when it is shown
      }
    }, LATER_MS);
    return () => clearTimeout(timeout);
  }, []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const command = shortcut(event);
      if (command === null) {
        return;
      }
      event.preventDefault();
      if (command === "sheet") {
        setSheet(true);
      } else if (command === "settings") {
        setSettings(true);
      } else if (command === "interrupt") {
        session.interrupt();
      } else if (command === "notes") {
        setShown("notes");
        root.current?.querySelector<HTMLElement>(".notes textarea")?.focus();
      } else {
        const panel = cyclePanels(root.current, event.shiftKey ? -1 : 1, narrow);
        if (panel !== null) {
          setShown(panel);
          requestAnimationFrame(() => focusPanel(root.current, panel));
        }
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [session, narrow]);

  const tabs: Tab[] = [
    { name: "brief", label: "Brief" },
    { name: "code", label: "Code" },
    { name: "outputs", label: asks ? "Outputs (a question)" : "Outputs" },
    ...(hasPrivate ? [{ name: "notes", label: "Notes", private: true }] : []),
  ];
  return (
    <div class={blurred ? "room blurred" : "room"} data-shown={shown} ref={root}>
      <a class="skip-link" href="#code">
        Skip to the code
      </a>
      <TopBar
        session={session}
        onShortcuts={() => setSheet(true)}
        onSettings={() => setSettings(true)}
        onPeople={() => setListing(true)}
        onFocusTime={
          focusTime === null && mayStartFocusTime(session.room.get())
            ? () => session.send({ type: "start-focus-time" })
            : null
        }
        onEnd={() => setEnding(true)}
      />
      {unsafe && <UnsafeBar />}
      {practice && <PracticeBar />}
      {waiting.length > 0 && <WaitingBar session={session} waiting={waiting} />}
      {focusTime !== null && <FocusBar session={session} focusTime={focusTime} />}
      <main class="room-main">
        {narrow && <Tabs label="Panels" tabs={tabs} chosen={shown} onChoose={setShown} />}
        <div class="room-panels">
          <div class="left-column" style={narrow ? {} : { width: `${left}px` }}>
            <section
              class="panel brief-panel"
              data-panel="brief"
              aria-label="Brief"
              tabIndex={-1}
              inert={blurred}
            >
              <BriefPanel session={session} token={token} />
            </section>
            {hasPrivate && (
              <>
                {!narrow && (
                  <Splitter
                    label="Private notes"
                    orientation="horizontal"
                    size={below}
                    min={120}
                    max={640}
                    onSize={setBelow}
                    after
                  />
                )}
                <section
                  class="panel private-panel"
                  data-panel="notes"
                  aria-label="Private"
                  tabIndex={-1}
                  style={narrow ? {} : { height: `${below}px` }}
                >
                  <PrivatePanel session={session} />
                </section>
              </>
            )}
          </div>
          {!narrow && <Splitter label="Brief" size={left} min={220} max={560} onSize={setLeft} />}
          <section
            class="panel code-panel"
            data-panel="code"
            id="code"
            aria-label="Code"
            tabIndex={-1}
            inert={blurred}
          >
            <KernelBar session={session} />
            <FileTabs session={session} />
            <Editor session={session} />
            <FollowBanner session={session} />
            <p class="code-foot small quiet">
              <LeaveHint />
              <VimMode />
              <span>{recordedWords(session)}</span>
            </p>
          </section>
          {!narrow && <Splitter label="Outputs" size={right} min={260} max={900} onSize={setRight} after />}
          <section
            class="panel outputs-panel"
            data-panel="outputs"
            aria-label="Outputs"
            tabIndex={-1}
            inert={blurred}
            style={narrow ? {} : { width: `${right}px` }}
          >
            <Outputs session={session} token={token} onReveal={() => setShown("code")} />
          </section>
        </div>
        <Notices session={session} />
        {!blurred && <RunNews session={session} />}
        <FocusNews on={focusTime !== null} />
        <News words={waiting.map(({ name }) => `${name} is waiting in the lobby`).join(", ")} />
      </main>
      {sheet && <Shortcuts onClose={() => setSheet(false)} />}
      {settings && <SettingsDialog onClose={() => setSettings(false)} />}
      {listing && <PeopleDialog session={session} token={token} onClose={() => setListing(false)} />}
      {ending && <EndDialog session={session} onClose={() => setEnding(false)} />}
    </div>
  );
}

/** It stands there before its words come: what is read out is the change. */
function News({ words }: { words: string }) {
  return (
    <p class="visually-hidden" aria-live="polite">
      {words}
    </p>
  );
}

/** What became of the runs, for those who do not see the outputs. */
function RunNews({ session }: { session: RoomSession }) {
  const news = useStore(session.room, (state) => runNews(state.runs));
  return <News words={news} />;
}

/** That focus time began and ended, for those who do not see its bar. */
function FocusNews({ on }: { on: boolean }) {
  const [began, setBegan] = useState(false);
  useEffect(() => setBegan((before) => before || on), [on]);
  return <News words={on ? "Focus time has begun" : began ? "Focus time has ended" : ""} />;
}

/** The candidate and those who run a live room may. */
function mayStartFocusTime({ role, room }: RoomState): boolean {
  return room?.kind === "live" && room.practice !== true && (role === "candidate" || isHost(role));
}

function Editor({ session }: { session: RoomSession }) {
  const place = useRef<HTMLDivElement>(null);
  const kind = useStore(editorKind, (value) => value);
  useEffect(() => {
    let gone = false;
    const mount = (makeSurface: MakeSurface) => {
      if (!gone && place.current !== null) {
        session.desk.mount(place.current, makeSurface);
      }
    };
    if (kind === "full") {
      mount(codeSurface);
    } else {
      plainLater().then(mount, () =>
        toast("The plain editor did not load. Check your connection, then reload."),
      );
    }
    return () => {
      gone = true;
    };
  }, [session, kind]);
  const file = useStore(session.desk.file, (value) => value);
  return <div class="editor" ref={place} id={EDITOR_ID} role="tabpanel" aria-labelledby={tabId(file)} />;
}

/** What shows outputs is fetched with the first of them. */
function Outputs({ session, token, onReveal }: ComponentProps<typeof RoomOutputsView>) {
  const nothing = useStore(session.layout, (layout) => layout.cards.length === 0);
  return (
    <>
      <h2 class="panel-title">Outputs</h2>
      <div class="panel-content outputs-scroll">
        {nothing ? (
          <p class="outputs-empty quiet">
            {session.mayEdit
              ? "Nothing has run yet. Shift+Enter runs the cell with the caret."
              : "Nothing has run yet. What people run shows here, beside its cell."}
          </p>
        ) : (
          <RoomOutputs session={session} token={token} onReveal={onReveal} />
        )}
      </div>
    </>
  );
}

function LeaveHint() {
  const kind = useStore(editorKind, (value) => value);
  const tab = useStore(tabKey, (value) => value);
  return <span>{kind === "plain" || tab === "moves" ? "Tab" : "Escape, then Tab"} leaves the editor</span>;
}

function VimMode() {
  const mode = useStore(vimMode, (value) => value);
  return <span role="status">{mode !== null && `Vim: ${mode}`}</span>;
}

/** One line that says what of this person's doing is kept. */
function recordedWords(session: RoomSession): string {
  if (session.room.get().room?.practice === true) {
    return "Practice: nothing is recorded";
  }
  if (!session.mayEdit) {
    return "You watch; nothing that you do here is recorded but your notes";
  }
  const { recordKeys, recordFocus } = session.room.get();
  if (session.role !== "candidate") {
    return "Recorded: your edits and runs, not your keys";
  }
  const more = [recordKeys && "key timing", recordFocus && "tab focus"].filter(Boolean);
  return ["Recorded as you agreed: edits, runs", ...more].join(", ");
}

function shortcut(event: KeyboardEvent): "sheet" | "settings" | "interrupt" | "notes" | "panel" | null {
  const command = event.ctrlKey || event.metaKey;
  const inEditor = event.target instanceof Element && event.target.closest(".editor") !== null;
  if (event.key === "F6") return "panel";
  if (event.key === "F1" || (command && event.key === "/" && !inEditor)) return "sheet";
  if (command && event.key === ",") return "settings";
  if (command && event.key === ".") return "interrupt";
  if (event.ctrlKey && event.altKey && event.code === "KeyN") return "notes";
  return null;
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const changed = () => setMatches(list.matches);
    list.addEventListener("change", changed);
    return () => list.removeEventListener("change", changed);
  }, [query]);
  return matches;
}
