// What a run printed, in its colours; of long text the start and the end are shown until somebody asks for all of it.

import { Download } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button.tsx";
import { saveAs } from "../../core/api.ts";
import { plural } from "../../core/format.ts";
import { withoutAnsi } from "./ansi.ts";
import { type FoldSizes, folded, TEXT_FOLD, TRACEBACK_FOLD, unfolded } from "./fold.ts";
import { Lines } from "./Lines.tsx";
import { LineWindow } from "./LineWindow.tsx";
import { Screen } from "./screen.ts";

export type Tone = "stdout" | "stderr" | "traceback";

const FOLDS: Record<Tone, FoldSizes> = { stdout: TEXT_FOLD, stderr: TEXT_FOLD, traceback: TRACEBACK_FOLD };

interface TerminalTextProps {
  text: string;
  tone: Tone;
  /** What it belongs to: "Cell 3". */
  about?: string;
  /** Under which name it is remembered that somebody unfolded it. */
  name?: string;
}

export function TerminalText({ text, tone, about = "the run", name }: TerminalTextProps) {
  const screen = useScreen(text);
  const [whole, setWhole] = useState(() => name !== undefined && unfolded.has(name));
  const block = useRef<HTMLDivElement>(null);
  const pressed = useRef(false);
  const hidden = folded(screen.length, FOLDS[tone]);

  // The focus goes on where the eye does: into the lines, or back to what shows them.
  useEffect(() => {
    if (pressed.current) {
      pressed.current = false;
      block.current?.querySelector<HTMLElement>(whole ? ".lines-box" : ".fold-row button")?.focus();
    }
  }, [whole]);

  const show = (all: boolean) => {
    pressed.current = true;
    setWhole(all);
    if (name !== undefined) {
      unfolded.set(name, all);
    }
  };
  const row = (
    <div class="fold-row">
      <button type="button" class="fold" onClick={() => show(!whole)}>
        {whole ? "Fold" : "Show all"} {plural(screen.length, "line")}
      </button>
      <Button
        kind="quiet"
        small
        iconOnly
        icon={Download}
        onClick={() => saveAs("output.txt", withoutAnsi(text))}
      >
        Download this text
      </Button>
    </div>
  );
  return (
    <div class="terminal-block" ref={block}>
      {tone === "stderr" && <span class="visually-hidden">Standard error: </span>}
      {hidden === null ? (
        <Lines screen={screen} tone={tone} from={0} to={screen.length} />
      ) : whole ? (
        <>
          {row}
          <LineWindow screen={screen} tone={tone} label={`${plural(screen.length, "line")} of ${about}`} />
        </>
      ) : (
        <>
          <Lines screen={screen} tone={tone} from={0} to={hidden.from} />
          {row}
          <Lines screen={screen} tone={tone} from={hidden.to} to={screen.length} />
        </>
      )}
    </div>
  );
}

/** What the text looks like; of a text that goes on only the rest is looked at. */
function useScreen(text: string): Screen {
  const seen = useRef({ text: "", screen: new Screen() });
  const { current } = seen;
  if (text !== current.text) {
    if (!text.startsWith(current.text)) {
      current.screen = new Screen();
      current.text = "";
    }
    current.screen.write(text.slice(current.text.length));
    current.text = text;
  }
  return current.screen;
}
