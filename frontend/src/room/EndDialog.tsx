// Ending an interview, or submitting a take-home: said plainly before it is done.

import { useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { Dialog } from "../components/Dialog.tsx";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";

export function EndDialog({ session, onClose }: { session: RoomSession; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const waiting = useStore(session.link, (link) => link.waiting);
  const online = useStore(session.link, (link) => link.phase === "online");
  const submits = session.role === "candidate";
  const end = () => {
    setBusy(true);
    session.send({ type: "end-room" });
  };
  return (
    <Dialog
      title={submits ? "Submit your work?" : "End the interview?"}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Go on</Button>
          <Button kind={submits ? "primary" : "danger"} busy={busy} disabled={!online} onClick={end}>
            {submits ? "Submit" : "End for everyone"}
          </Button>
        </>
      }
    >
      <p>
        {submits
          ? "The code is handed in as it is now, and cannot be changed afterwards. You can still download it."
          : "The candidate is disconnected and sees what was kept and how to have it deleted. You go to the replay. A room can be opened again from the dashboard."}
      </p>
      {!online && <p>The server cannot be reached just now; wait until the connection is back.</p>}
      {online && waiting > 0 && <p>A few edits are still being saved; they arrive before the end.</p>}
    </Dialog>
  );
}
