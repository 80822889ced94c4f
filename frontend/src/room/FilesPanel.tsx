// The files beside the code: what the exercise brings, and what code has written. Fetched when somebody first looks.

import { Download, RefreshCw } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { toast } from "../components/Toast.tsx";
import { api, Refusal, saveAs } from "../core/api.ts";
import { fileSize, when } from "../core/format.ts";
import type { DataFile, WorkFile } from "../protocol.gen.ts";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";
import "./files-panel.css";

interface FilesPanelProps {
  session: RoomSession;
  data: readonly DataFile[];
  room: string;
  token: string;
}

export function FilesPanel({ session, data, room, token }: FilesPanelProps) {
  return (
    <>
      {data.length > 0 && (
        <section class="files-section" aria-label="From the exercise">
          <h3 class="files-title">From the exercise</h3>
          {data.map((file) => (
            <DataFileView key={file.name} file={file} room={room} token={token} />
          ))}
        </section>
      )}
      <MadeByCode session={session} room={room} token={token} />
    </>
  );
}

function DataFileView({ file, room, token }: { file: DataFile; room: string; token: string }) {
  return (
    <article class="data-file">
      <FileLine
        path={`data/${file.name}`}
        about={fileSize(file.size)}
        download={() => api.data(room, file.name, token)}
      />
      {file.preview !== undefined && file.preview !== "" && (
        <figure>
          <figcaption class="quiet small">The first lines</figcaption>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by the keyboard */}
          <pre tabIndex={0}>{file.preview}</pre>
        </figure>
      )}
    </article>
  );
}

function MadeByCode({ session, room, token }: Omit<FilesPanelProps, "data">) {
  const [files, problem, busy, refresh] = useWorkFiles(session, room, token);
  return (
    <section class="files-section" aria-label="Made by code">
      <header class="files-head">
        <h3 class="files-title">Made by code</h3>
        <Button kind="quiet" small iconOnly icon={RefreshCw} busy={busy} onClick={refresh}>
          Look again
        </Button>
      </header>
      {problem !== null && (
        <p class="output-problem" role="alert">
          {problem}
        </p>
      )}
      {files === null && problem === null && <p class="quiet">Looking for files</p>}
      {files?.length === 0 && (
        <p class="quiet">
          Files that code writes appear here: <code>open("result.csv", "w")</code>
        </p>
      )}
      {files !== null && files.length > 0 && (
        <ul class="work-files">
          {files.map(({ path, size, modified }) => (
            <li key={path}>
              <FileLine
                path={path}
                about={`${fileSize(size)}, ${when(modified)}`}
                download={() => api.workFile(room, path, token)}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface FileLineProps {
  path: string;
  about: string;
  download: () => Promise<Blob>;
}

function FileLine({ path, about, download }: FileLineProps) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      saveAs(path.slice(path.lastIndexOf("/") + 1), await download());
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <div class="file-line">
      <div class="file-words">
        <code>{path}</code>
        <p class="quiet small tabular">{about}</p>
      </div>
      <Button small icon={Download} busy={busy} onClick={save} aria-label={`Download ${path}`}>
        Download
      </Button>
    </div>
  );
}

type Work = [files: readonly WorkFile[] | null, problem: string | null, busy: boolean, refresh: () => void];

/** The newest first; looked at again after every run, and the last answer stays until the next one is here. */
function useWorkFiles(session: RoomSession, room: string, token: string): Work {
  const ended = useStore(
    session.room,
    ({ runs }) => runs.filter((run) => run.finishedAtUs !== undefined).length,
  );
  const kernel = useStore(session.room, (state) => state.kernel);
  const [files, setFiles] = useState<readonly WorkFile[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [round, setRound] = useState(0);
  const alive = kernel === "ready" || kernel === "busy";
  useEffect(() => {
    let gone = false;
    const show = (found: readonly WorkFile[] | null, wrong: string | null) => {
      if (!gone) {
        setBusy(false);
        setProblem(wrong);
        if (found !== null) {
          setFiles(found);
        }
      }
    };
    if (!alive) {
      show([], null); // its files are gone with it
      return;
    }
    setBusy(true);
    const timer = setTimeout(() => {
      api.work(room, token).then(
        (found) => show(newestFirst(found), null),
        // It went in the meantime: nothing is wrong.
        (error: Error) =>
          error instanceof Refusal && error.code === NO_KERNEL ? show([], null) : show(null, error.message),
      );
    }, SETTLED_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [room, token, ended, alive, round]);
  return [files, problem, busy, () => setRound((n) => n + 1)];
}

/** Of several runs that end at once it looks after the last, and after the news that one took its kernel along. */
const SETTLED_MS = 150;
const NO_KERNEL = "no-kernel";

function newestFirst(files: readonly WorkFile[]): readonly WorkFile[] {
  return [...files].sort((a, b) => b.modified.localeCompare(a.modified) || a.path.localeCompare(b.path));
}
