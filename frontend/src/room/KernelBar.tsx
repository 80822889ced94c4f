// The bar over the editor: run, stop, restart, and what the kernel is doing.

import { ChevronsDown, Play, RotateCcw, Square } from "lucide-preact";
import type { ComponentProps } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { lazy } from "../components/Lazy.tsx";
import { KernelNotice } from "./KernelNotice.tsx";
import { KernelStatus } from "./KernelStatus.tsx";
import type { RestartDialog as RestartDialogView } from "./RestartDialog.tsx";
import type { RoomSession } from "./session.ts";
import { isBusy, runningOf } from "./state.ts";
import { HEEDED_US, type StopStage, stopStage } from "./stopping.ts";
import { useStore } from "./store.ts";

export const RestartDialog = lazy<ComponentProps<typeof RestartDialogView>>(
  async () => (await import("./RestartDialog.tsx")).RestartDialog,
);

const STOP: Record<StopStage, string> = {
  ready: "Stop",
  stopping: "Stopping",
  harder: "Interrupt harder",
  restart: "Interrupt again",
};

export function KernelBar({ session }: { session: RoomSession }) {
  const busy = useStore(session.room, (state) => state.runs.some(isBusy));
  const mayEdit = useStore(session.room, () => session.mayEdit);
  const [asking, setAsking] = useState(false);
  const stage = useStopStage(session);
  return (
    <>
      <div class="kernel-bar" role="toolbar" aria-label="Kernel">
        {mayEdit && (
          <>
            <Button
              kind="quiet"
              small
              icon={Play}
              onClick={() => session.desk.perform("run")}
              title="Run the cell with the caret (Ctrl+Enter)"
            >
              Run
            </Button>
            <Button
              kind="quiet"
              small
              icon={ChevronsDown}
              onClick={() => session.desk.perform("run-all")}
              title="Run every cell from the top"
            >
              Run all
            </Button>
            <Button
              kind="quiet"
              small
              icon={Square}
              disabled={!busy}
              busy={stage === "stopping"}
              onClick={() => session.interrupt()}
              title="Interrupt what runs, cancel what waits; variables are kept (Ctrl+.)"
            >
              {STOP[stage]}
            </Button>
            <Button
              kind="quiet"
              small
              icon={RotateCcw}
              onClick={() => setAsking(true)}
              title="Start the kernel anew"
            >
              Restart
            </Button>
          </>
        )}
        <KernelStatus session={session} />
        {asking && <RestartDialog session={session} onClose={() => setAsking(false)} />}
      </div>
      <KernelNotice session={session} stage={stage} onRestart={() => setAsking(true)} />
    </>
  );
}

/** How far this person is with stopping what runs; drawn again when another press is offered. */
function useStopStage(session: RoomSession): StopStage {
  const stopping = useStore(session.stopping, (value) => value);
  const running = useStore(session.room, (state) => runningOf(state));
  const [, draw] = useState(0);
  const nowUs = session.clock.now();
  useEffect(() => {
    if (stopping === null) {
      return;
    }
    const left = (stopping.atUs + HEEDED_US - session.clock.now()) / 1000;
    const timer = setTimeout(() => draw((count) => count + 1), left + 1);
    return () => clearTimeout(timer);
  }, [session, stopping]);
  return stopStage(stopping, running, nowUs);
}
