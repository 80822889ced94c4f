// What the candidate is asked: the brief, the files beside the code, and the checks that everyone may run; and the
// kernel's variables.

import type { ComponentProps } from "preact";
import { useState } from "preact/hooks";
import { lazy } from "../components/Lazy.tsx";
import { type Tab, Tabs } from "../components/Tabs.tsx";
import type { Checks as ChecksView } from "./Checks.tsx";
import type { FilesPanel as FilesPanelView } from "./FilesPanel.tsx";
import { Markdown } from "./Markdown.tsx";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";

const VariablesPanel = lazy<{ session: RoomSession }>(
  async () => (await import("./VariablesPanel.tsx")).VariablesPanel,
);
const Checks = lazy<ComponentProps<typeof ChecksView>>(async () => (await import("./Checks.tsx")).Checks);

export const FilesPanel = lazy<ComponentProps<typeof FilesPanelView>>(
  async () => (await import("./FilesPanel.tsx")).FilesPanel,
);

export function BriefPanel({ session, token }: { session: RoomSession; token: string }) {
  const room = useStore(session.room, (state) => state.room);
  const checks = useStore(session.room, (state) => state.checks);
  const people = useStore(session.room, (state) => state.people);
  const startUs = useStore(session.room, (state) => state.timer?.startedAtUs);
  const [chosen, setChosen] = useState("brief");
  if (room === null) {
    return null;
  }
  const tabs: Tab[] = [
    { name: "brief", label: "Brief" },
    { name: "files", label: "Files" },
  ];
  if (room.hasVisibleChecks) {
    tabs.push({ name: "checks", label: "Checks" });
  }
  tabs.push({ name: "variables", label: "Variables" });
  return (
    <Tabs label="Exercise and variables" tabs={tabs} chosen={chosen} onChoose={setChosen}>
      <div class="panel-content">
        {chosen === "brief" &&
          (room.brief.trim() === "" ? (
            <p class="quiet">This room has no written brief: the interviewer explains the task.</p>
          ) : (
            <Markdown text={room.brief} />
          ))}
        {chosen === "files" && (
          <FilesPanel session={session} data={room.data} room={room.room} token={token} />
        )}
        {chosen === "variables" && <VariablesPanel session={session} />}
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
