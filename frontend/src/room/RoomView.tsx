// The room on the screen: brief on the left, code in the middle, outputs on the right; on a phone, one of them at a time.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Splitter, useSize } from "../components/Splitter.tsx";
import { type Tab, Tabs } from "../components/Tabs.tsx";
import { api } from "../core/api.ts";
import { BriefPanel } from "./BriefPanel.tsx";
import { FollowBanner } from "./FollowBanner.tsx";
import { KernelBar } from "./KernelBar.tsx";
import { lazy } from "./Lazy.tsx";
import { Notices } from "./Notices.tsx";
import { BlobCache } from "./outputs/blobs.ts";
import { OutputsPanel } from "./outputs/OutputsPanel.tsx";
import { cyclePanels, focusPanel } from "./panels.ts";
import type { RoomSession } from "./session.ts";
import { editorKind, tabKey } from "./settings.ts";
import { lastRunWords } from "./state.ts";
import { useStore } from "./store.ts";
import { TopBar } from "./TopBar.tsx";
import { vimMode } from "./vimMode.ts";
import "./room.css";

/** Candidates never fetch it. */
const PrivatePanel = lazy<{ session: RoomSession }>(
  async () => (await import("./PrivatePanel.tsx")).PrivatePanel,
);

/** Fetched when somebody first asks for them. */
const SettingsDialog = lazy<{ onClose: () => void }>(
  async () => (await import("./SettingsDialog.tsx")).SettingsDialog,
);
const EndDialog = lazy<{ session: RoomSession; onClose: () => void }>(
  async () => (await import("./EndDialog.tsx")).EndDialog,
);
const Shortcuts = lazy<{ onClose: () => void }>(async () => (await import("./Shortcuts.tsx")).Shortcuts);

export function RoomView({ session, token }: { session: RoomSession; token: string }) {
  const title = useStore(session.room, (state) => state.room?.title ?? "Room");
  const narrow = useMedia("(max-width: 860px)");
  const hasPrivate = session.role !== "candidate";
  const [shown, setShown] = useState("code");
  const [left, setLeft] = useSize("room.left", 320);
  const [right, setRight] = useSize("room.right", 440);
  const [below, setBelow] = useSize("room.private", 300);
  const [sheet, setSheet] = useState(false);
  const [settings, setSettings] = useState(false);
  const [ending, setEnding] = useState(false);
  const root = useRef<HTMLDivElement>(null);

  useEffect(() => {
    document.title = `${title} · liveroom`;
  }, [title]);

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
    { name: "outputs", label: "Outputs" },
    ...(hasPrivate ? [{ name: "notes", label: "Notes", private: true }] : []),
  ];
  return (
    <div class="room" data-shown={shown} ref={root}>
      <a class="skip-link" href="#code">
        Skip to the code
      </a>
      <TopBar
        session={session}
        onShortcuts={() => setSheet(true)}
        onSettings={() => setSettings(true)}
        onEnd={() => setEnding(true)}
      />
      <main class="room-main">
        {narrow && <Tabs label="Panels" tabs={tabs} chosen={shown} onChoose={setShown} />}
        <div class="room-panels">
          <div class="left-column" style={narrow ? {} : { width: `${left}px` }}>
            <section class="panel brief-panel" data-panel="brief" aria-label="Brief" tabIndex={-1}>
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
          <section class="panel code-panel" data-panel="code" id="code" aria-label="Code" tabIndex={-1}>
            <KernelBar session={session} />
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
            style={narrow ? {} : { width: `${right}px` }}
          >
            <Outputs session={session} token={token} onReveal={() => setShown("code")} />
          </section>
        </div>
        <Notices session={session} />
        <RunNews session={session} />
      </main>
      {sheet && <Shortcuts onClose={() => setSheet(false)} />}
      {settings && <SettingsDialog onClose={() => setSettings(false)} />}
      {ending && <EndDialog session={session} onClose={() => setEnding(false)} />}
    </div>
  );
}

/** How the last run ended, for those who do not see the outputs. */
function RunNews({ session }: { session: RoomSession }) {
  const news = useStore(session.room, (state) => lastRunWords(state.runs));
  return (
    <p class="visually-hidden" aria-live="polite">
      {news}
    </p>
  );
}

function Editor({ session }: { session: RoomSession }) {
  const place = useRef<HTMLDivElement>(null);
  const kind = useStore(editorKind, (value) => value);
  useEffect(() => {
    if (place.current !== null) {
      session.desk.mount(place.current, kind);
    }
  }, [session, kind]);
  return <div class="editor" ref={place} />;
}

function Outputs({
  session,
  token,
  onReveal,
}: {
  session: RoomSession;
  token: string;
  onReveal: () => void;
}) {
  const layout = useStore(session.layout, (value) => value);
  const people = useStore(session.room, (state) => state.people);
  const room = useStore(session.room, (state) => state.room?.room ?? "");
  const runs = useStore(session.room, (state) => state.runs.length);
  const startUs = useStore(session.room, (state) => state.timer?.startedAtUs);
  const blobs = useMemo(() => new BlobCache((sha256) => api.blob(room, sha256, token)), [room, token]);
  const reveal = (index: number) => {
    const cell = layout.cells[index];
    if (cell !== undefined) {
      onReveal();
      session.desk.reveal(cell);
    }
  };
  return (
    <>
      <h2 class="panel-title">Outputs</h2>
      <div class="panel-content outputs-scroll">
        <OutputsPanel
          cards={layout.cards}
          people={people}
          blobs={blobs}
          nowUs={() => session.clock.now()}
          startUs={startUs}
          activeCell={layout.activeCell}
          onReveal={reveal}
          reveal={`${layout.activeCell}.${runs}`}
          {...(session.mayEdit
            ? {}
            : { empty: "Nothing has run yet. What people run shows here, beside its cell." })}
        />
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
