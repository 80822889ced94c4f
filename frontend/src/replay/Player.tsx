// The replay as it is looked at: code and outputs at one instant, and the time below.

import { BookOpen, Download, FileText, Keyboard, Link2 } from "lucide-preact";
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import { Button, LinkButton } from "../components/Button.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { Page } from "../components/Page.tsx";
import { PersonChip } from "../components/PersonChip.tsx";
import { Splitter, useSize } from "../components/Splitter.tsx";
import { Tabs } from "../components/Tabs.tsx";
import { toast } from "../components/Toast.tsx";
import { api, saveCode } from "../core/api.ts";
import { addressOf } from "../core/router.ts";
import type { Entered, Replay } from "../protocol.gen.ts";
import { MAIN_FILE } from "../protocol.gen.ts";
import { filesOf } from "../room/files.ts";
import { Markdown } from "../room/Markdown.tsx";
import { BlobCache } from "../room/outputs/blobs.ts";
import { arrangeFiles, type Card } from "../room/outputs/cards.ts";
import { OutputsPanel } from "../room/outputs/OutputsPanel.tsx";
import { axisOf } from "./axis.ts";
import { CodeView } from "./CodeView.tsx";
import { lanesOf } from "./density.ts";
import { EventList } from "./EventList.tsx";
import { eventsOf } from "./events.ts";
import { KeysDialog, useKeysOn } from "./KeysDialog.tsx";
import { type Moment, momentAt, record } from "./player.ts";
import { BUCKETS, Track } from "./Track.tsx";
import { Transport } from "./Transport.tsx";
import { usePlayback, useReplayKeys } from "./use-player.ts";
import "./replay.css";

type Panel = "code" | "outputs" | "events";

interface PlayerProps {
  replay: Replay;
  entered: Entered;
  /** Where to begin, in the room's microseconds, if the address says so. */
  fromUs: number | null;
}

export function Player({ replay, entered, fromUs }: PlayerProps) {
  const { recording, axis, events, lanes } = useMemo(() => {
    const axis = axisOf(replay.frames, replay.durationUs);
    return {
      recording: record(replay),
      axis,
      events: eventsOf(replay),
      lanes: lanesOf(replay.frames, axis, BUCKETS),
    };
  }, [replay]);
  const play = usePlayback(recording, axis, events, fromUs ?? axis.startUs);
  const last = useRef<Moment>();
  const moment = momentAt(recording, play.atUs, last.current);
  last.current = moment;

  const [panel, setPanel] = useState<Panel>("code");
  const [follow, setFollow] = useState(true);
  const [reveal, setReveal] = useState<{ at: number; round: number } | null>(null);
  const [asked, setAsked] = useState<"brief" | "keys" | null>(null);
  const [keysOn, setKeysOn] = useKeysOn();
  const [outputsWidth, setOutputsWidth] = useSize("replay.outputs", 440);
  useReplayKeys(keysOn, play.wish);

  const [chosen, setChosen] = useState(MAIN_FILE);
  const files = filesOf(moment.room.files);
  const wanted = follow ? moment.activeFile : chosen;
  const file = files.some((view) => view.file === wanted) ? wanted : MAIN_FILE;
  const text = moment.files.get(file) ?? "";
  const choose = useCallback((next: string) => {
    setChosen(next);
    setFollow(false);
  }, []);
  const named = useNamed(moment, play.atUs);
  const candidate = replay.people.find((person) => person.role === "candidate")?.participant;
  const caret = candidate === undefined ? undefined : moment.carets.get(candidate);
  const revealCell = useCallback(
    (card: Card) => {
      if (card.file !== file) choose(card.file);
      if (card.cell) setReveal({ at: card.cell.from, round: performance.now() });
      setPanel("code");
    },
    [file, choose],
  );

  return (
    <Page
      title={`Replay of ${replay.view.title}`}
      width="whole"
      home={entered.role === "owner"}
      beside={<Heading replay={replay} />}
      bar={<Bar replay={replay} entered={entered} atUs={play.atUs} onAsk={setAsked} />}
    >
      <div class="replay" data-panel={panel}>
        <div class="replay-tabs">
          <Tabs
            label="What is shown"
            tabs={[
              { name: "code", label: "Code" },
              { name: "outputs", label: "Outputs" },
              { name: "events", label: "Events" },
            ]}
            chosen={panel}
            onChoose={(name) => setPanel(name as Panel)}
          />
        </div>
        <div class="replay-panels" style={{ "--outputs-width": `${outputsWidth}px` }}>
          <section class="replay-code" aria-label="Code">
            {files.length > 1 && (
              <Tabs
                label="Files"
                tabs={files.map((view) => ({ name: view.file, label: view.path }))}
                chosen={file}
                onChoose={choose}
              />
            )}
            <CodeView
              file={file}
              text={text}
              carets={moment.carets}
              people={replay.people}
              named={named}
              active={caret?.file === file ? caret.head : null}
              follow={follow && moment.edited?.file === file ? moment.edited.at : null}
              reveal={reveal}
            />
          </section>
          <Splitter label="outputs" size={outputsWidth} min={280} max={760} after onSize={setOutputsWidth} />
          <section class="replay-outputs" aria-label="Outputs">
            <Outputs
              moment={moment}
              atUs={play.atUs}
              startUs={axis.startUs}
              entered={entered}
              onReveal={revealCell}
            />
          </section>
          <section class="replay-events" aria-label="Events">
            <EventList
              events={events}
              people={replay.people}
              startUs={axis.startUs}
              atUs={play.atUs}
              onSeek={play.seek}
            />
          </section>
        </div>
        <section class="replay-foot" aria-label="Time">
          <Transport
            playing={play.playing}
            speed={play.speed}
            skipIdle={play.skipIdle}
            follow={follow}
            sinceStartUs={play.atUs - axis.startUs}
            lengthUs={axis.endUs - axis.startUs}
            onPlay={() => play.wish("play")}
            onStep={(sign) => play.wish(sign < 0 ? "back" : "forward")}
            onEvent={(forward) => play.wish(forward ? "next" : "previous")}
            onSpeed={play.setSpeed}
            onSkipIdle={play.setSkipIdle}
            onFollow={setFollow}
          />
          <Track
            axis={axis}
            atUs={play.atUs}
            events={events}
            lanes={lanes}
            people={replay.people}
            onSeek={play.seek}
          />
        </section>
      </div>
      {asked === "brief" && (
        <Dialog title={replay.view.title} wide onClose={() => setAsked(null)}>
          <Markdown text={replay.view.brief} />
        </Dialog>
      )}
      {asked === "keys" && <KeysDialog on={keysOn} onChange={setKeysOn} onClose={() => setAsked(null)} />}
    </Page>
  );
}

const NAMED_US = 3_000_000;

/** The people who moved their caret in the last seconds; the same set as long as it holds the same people. */
function useNamed(moment: Moment, atUs: number): ReadonlySet<string> {
  const lately = [...moment.carets]
    .filter(([, caret]) => atUs - caret.movedUs < NAMED_US)
    .map(([who]) => who);
  const key = lately.join(" ");
  return useMemo(() => new Set(key.split(" ")), [key]);
}

interface OutputsProps {
  moment: Moment;
  atUs: number;
  startUs: number;
  entered: Entered;
  onReveal: (card: Card) => void;
}

/** Drawn again only when the runs or the text changed, not with every frame of time. */
function Outputs({ moment, atUs, startUs, entered, onReveal }: OutputsProps) {
  const blobs = useMemo(
    () => new BlobCache((sha256) => api.blob(entered.room, sha256, entered.token)),
    [entered],
  );
  const now = useRef(atUs);
  now.current = atUs;
  const { runs, people, files } = moment.room;
  return useMemo(() => {
    const texts = filesOf(files).map((view) => ({ ...view, text: moment.files.get(view.file) ?? "" }));
    const cards = arrangeFiles(texts, runs, (run) => moment.places.get(run.run)?.at ?? null);
    return (
      <OutputsPanel
        cards={cards}
        people={people}
        blobs={blobs}
        nowUs={() => now.current}
        startUs={startUs}
        onReveal={onReveal}
        empty="Nothing had run by this moment."
      />
    );
  }, [files, moment.files, runs, people, moment.places, blobs, startUs, onReveal]);
}

function Heading({ replay }: { replay: Replay }) {
  return (
    <>
      <h1 class="replay-title">
        <span class="visually-hidden">Replay of </span>
        {replay.view.title}
      </h1>
      <span class="replay-people">
        {replay.people.map((person) => (
          <PersonChip key={person.participant} name={person.name} colour={person.colour} role={person.role} />
        ))}
      </span>
    </>
  );
}

interface BarProps {
  replay: Replay;
  entered: Entered;
  atUs: number;
  onAsk: (what: "brief" | "keys") => void;
}

function Bar({ replay, entered, atUs, onAsk }: BarProps) {
  const download = async () => {
    try {
      await saveCode(entered.room, entered.token);
    } catch (error) {
      toast((error as Error).message);
    }
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.origin + addressOf.replay(entered.room, atUs));
      toast("The address of this moment is copied; it opens for people who have access to the room.");
    } catch {
      toast(
        "This browser does not let the page copy. Use the address bar and add the time yourself: ?t=seconds.",
      );
    }
  };
  return (
    <span class="replay-bar-actions">
      {replay.view.brief && (
        <Button kind="quiet" icon={BookOpen} onClick={() => onAsk("brief")}>
          Brief
        </Button>
      )}
      {entered.role !== "candidate" && (
        <LinkButton kind="quiet" icon={FileText} href={addressOf.report(entered.room)}>
          Report
        </LinkButton>
      )}
      <Button kind="quiet" icon={Download} onClick={download}>
        Code
      </Button>
      <Button kind="quiet" icon={Link2} onClick={copy}>
        Copy moment
      </Button>
      <Button kind="quiet" icon={Keyboard} onClick={() => onAsk("keys")}>
        Keys
      </Button>
    </span>
  );
}
