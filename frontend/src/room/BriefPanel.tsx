// What the candidate is asked: the brief, the data, and the checks that everyone may run.

import { Download } from "lucide-preact";
import type { ComponentProps } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { lazy } from "../components/Lazy.tsx";
import { type Tab, Tabs } from "../components/Tabs.tsx";
import { toast } from "../components/Toast.tsx";
import { api, saveAs } from "../core/api.ts";
import { fileSize } from "../core/format.ts";
import type { DataFile } from "../protocol.gen.ts";
import type { Checks as ChecksView } from "./Checks.tsx";
import { Markdown } from "./Markdown.tsx";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";

const Checks = lazy<ComponentProps<typeof ChecksView>>(async () => (await import("./Checks.tsx")).Checks);

export function BriefPanel({ session, token }: { session: RoomSession; token: string }) {
  const room = useStore(session.room, (state) => state.room);
  const checks = useStore(session.room, (state) => state.checks);
  const people = useStore(session.room, (state) => state.people);
  const startUs = useStore(session.room, (state) => state.timer?.startedAtUs);
  const [chosen, setChosen] = useState("brief");
  if (room === null) {
    return null;
  }
  const tabs: Tab[] = [{ name: "brief", label: "Brief" }];
  if (room.data.length > 0) {
    tabs.push({ name: "data", label: `Data (${room.data.length})` });
  }
  if (room.hasVisibleChecks) {
    tabs.push({ name: "checks", label: "Checks" });
  }
  return (
    <Tabs label="About the exercise" tabs={tabs} chosen={chosen} onChoose={setChosen}>
      <div class="panel-content">
        {chosen === "brief" &&
          (room.brief.trim() === "" ? (
            <p class="quiet">This room has no written brief: the interviewer explains the task.</p>
          ) : (
            <Markdown text={room.brief} />
          ))}
        {chosen === "data" &&
          room.data.map((file) => (
            <DataFileView key={file.name} file={file} room={room.room} token={token} />
          ))}
        {chosen === "checks" && (
          <Checks
            which="visible"
            rounds={checks}
            people={people}
            startUs={startUs}
            mayRun={session.mayEdit}
            onRun={() => session.send({ type: "run-checks", which: "visible" })}
          />
        )}
      </div>
    </Tabs>
  );
}

function DataFileView({ file, room, token }: { file: DataFile; room: string; token: string }) {
  const [busy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    try {
      saveAs(file.name, await api.data(room, file.name, token));
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <section class="data-file">
      <header>
        <div>
          <h3>
            <code>data/{file.name}</code>
          </h3>
          <p class="quiet small">{fileSize(file.size)}</p>
        </div>
        <Button small icon={Download} busy={busy} onClick={download} aria-label={`Download ${file.name}`}>
          Download
        </Button>
      </header>
      {file.preview !== undefined && file.preview !== "" && (
        <figure>
          <figcaption class="quiet small">The first lines</figcaption>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by the keyboard */}
          <pre tabIndex={0}>{file.preview}</pre>
        </figure>
      )}
    </section>
  );
}
