// What went wrong with the kernel, below its bar, and the way out beside it.

import { RotateCcw } from "lucide-preact";
import { Button } from "../components/Button.tsx";
import { Notice } from "../components/Notice.tsx";
import type { RoomSession } from "./session.ts";
import type { StopStage } from "./stopping.ts";
import { useStore } from "./store.ts";

interface KernelNoticeProps {
  session: RoomSession;
  stage: StopStage;
  /** Variables would be lost: it is asked first. */
  onRestart: () => void;
}

const LOST = "The kernel stopped. The code and the outputs stay; its variables are gone.";
const DEAF =
  "The run does not heed interrupts. A restart ends it: the code and the outputs stay, variables are gone.";

export function KernelNotice({ session, stage, onRestart }: KernelNoticeProps) {
  const kernel = useStore(session.room, (state) => state.kernel);
  const reason = useStore(session.room, (state) => state.kernelReason);
  const mayEdit = useStore(session.room, () => session.mayEdit);
  const lost = kernel === "lost";
  const words = reason ?? (lost ? LOST : stage === "restart" ? DEAF : null);
  const stuck = lost || kernel === "busy";
  return (
    // It stands there before its words come: what is read out is the change.
    <div class="kernel-notice" role="status">
      {words !== null && (
        <Notice
          tone={stuck ? "warning" : "info"}
          action={
            mayEdit &&
            stuck && (
              <Button
                small
                icon={RotateCcw}
                onClick={lost ? () => session.send({ type: "restart-kernel" }) : onRestart}
              >
                Restart the kernel
              </Button>
            )
          }
        >
          {words}
        </Notice>
      )}
    </div>
  );
}
