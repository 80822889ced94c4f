// The bar over the editor: run, stop, restart, and what the kernel is doing.

import {
  ChevronsDown,
  Circle,
  CircleDot,
  CircleOff,
  LoaderCircle,
  type LucideIcon,
  Play,
  RotateCcw,
  Square,
} from "lucide-preact";
import type { ComponentProps } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { lazy } from "../components/Lazy.tsx";
import { StatusLine } from "../components/StatusLine.tsx";
import type { KernelState } from "../protocol.gen.ts";
import type { RestartDialog as RestartDialogView } from "./RestartDialog.tsx";
import type { RoomSession } from "./session.ts";
import { isBusy } from "./state.ts";
import { useStore } from "./store.ts";

export const RestartDialog = lazy<ComponentProps<typeof RestartDialogView>>(
  async () => (await import("./RestartDialog.tsx")).RestartDialog,
);

const KERNEL: Record<KernelState, [LucideIcon, string]> = {
  none: [Circle, "No kernel yet"],
  starting: [LoaderCircle, "Kernel starting"],
  ready: [Circle, "Kernel ready"],
  busy: [CircleDot, "Kernel busy"],
  lost: [CircleOff, "Kernel lost"],
};

export function KernelBar({ session }: { session: RoomSession }) {
  const kernel = useStore(session.room, (state) => state.kernel);
  const busy = useStore(session.room, (state) => state.runs.some(isBusy));
  const mayEdit = useStore(session.room, () => session.mayEdit);
  const [asking, setAsking] = useState(false);
  const [icon, words] = KERNEL[kernel];
  return (
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
            onClick={() => session.interrupt()}
            title="Interrupt what runs, cancel what waits; variables are kept (Ctrl+.)"
          >
            Stop
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
      <span class="kernel-state">
        <StatusLine icon={icon} words={words} tone={kernel === "lost" ? "warning" : "calm"} />
      </span>
      {asking && <RestartDialog session={session} onClose={() => setAsking(false)} />}
    </div>
  );
}
