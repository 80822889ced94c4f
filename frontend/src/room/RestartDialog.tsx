// Starting the kernel anew: said plainly before it is done.

import { Button } from "../components/Button.tsx";
import { Dialog } from "../components/Dialog.tsx";
import type { RoomSession } from "./session.ts";

export function RestartDialog({ session, onClose }: { session: RoomSession; onClose: () => void }) {
  return (
    <Dialog
      title="Restart the kernel?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it running</Button>
          <Button
            kind="danger"
            onClick={() => {
              onClose();
              session.send({ type: "restart-kernel" });
            }}
          >
            Restart
          </Button>
        </>
      }
    >
      <p>All variables will be gone. The code and the outputs so far stay; run the cells again afterwards.</p>
    </Dialog>
  );
}
