// What stands in the way, over the editor: a lost connection, a refused request, text that the room did not take.

import { Download, X } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { Notice } from "../components/Notice.tsx";
import { saveAs } from "../core/api.ts";
import { asFile } from "./keptTexts.ts";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";
import { fileName } from "./TopBar.tsx";

export function Notices({ session }: { session: RoomSession }) {
  const link = useStore(session.link, (value) => value);
  const kept = useStore(session.keptTexts.kept, (value) => value);
  const notice = useStore(session.room, (state) => state.notice);
  const title = useStore(session.room, (state) => state.room?.title);
  const download = (text: string, name: string) => (
    <Button small icon={Download} onClick={() => saveAs(name, text)}>
      Download
    </Button>
  );
  return (
    <div class="notices">
      {link.problem !== null && (
        <Notice
          tone="danger"
          action={session.text === "" ? undefined : download(session.text, fileName(title))}
        >
          {link.problem}
        </Notice>
      )}
      {link.fragile && link.phase !== "online" && (
        <Notice tone="warning">
          This browser keeps nothing of unsaved edits, as when its storage is full or the window is private,
          so a reload would lose them. Leave the tab open until it says saved.
        </Notice>
      )}
      {kept !== null && (
        <Notice
          tone="warning"
          action={
            <>
              {kept.texts.length > 0 && download(asFile(kept.texts), `my-copy-${fileName(title)}`)}
              <Close onClose={() => session.keptTexts.dismiss()} />
            </>
          }
        >
          {kept.reason}{" "}
          {kept.texts.length > 0 &&
            `Your text as it was is kept as a download until you ${kept.survives ? "dismiss" : "reload or dismiss"} this. `}
          The editor shows the room's own text.
        </Notice>
      )}
      {notice !== null && (
        <Notice tone="warning" action={<Close onClose={() => session.dismissNotice()} />}>
          {notice}
        </Notice>
      )}
      <SlowedNotice session={session} />
    </div>
  );
}

const SLOWED_SHOWN_MS = 8000;

/** It goes away by itself: nothing is lost, and nothing is to be done. */
function SlowedNotice({ session }: { session: RoomSession }) {
  const slowed = useStore(session.room, (state) => state.slowed);
  useEffect(() => {
    if (slowed === null) {
      return;
    }
    const timeout = setTimeout(() => session.dismissSlowed(), SLOWED_SHOWN_MS);
    return () => clearTimeout(timeout);
  }, [session, slowed]);
  return slowed === null ? null : <Notice>{slowed}</Notice>;
}

function Close({ onClose }: { onClose: () => void }) {
  return (
    <Button kind="quiet" small iconOnly icon={X} onClick={onClose}>
      Dismiss
    </Button>
  );
}
