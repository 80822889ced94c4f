// Text files dropped on the editor come in as text. Dropped beside it, a file would otherwise take the page's place.

import { DOCUMENT_MAX } from "./fitting.ts";
import type { Surface } from "./surface.ts";
import { utf8Text } from "./utf8Text.ts";

export interface DropWorld {
  readonly mayEdit: boolean;
  /** Called before the text goes in. */
  dropped(text: string, event: DragEvent): void;
  refuse(why: string): void;
}

/** Ends with the returned function. */
export function takeFiles(surface: Surface, world: DropWorld): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  window.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault(), { signal });
  window.addEventListener("drop", (event) => holdsFiles(event) && event.preventDefault(), { signal });
  const drop = async (event: DragEvent) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    const read = await Promise.all(files.map(textOf));
    const text = read.map((one) => one.text).join("\n");
    const why = read.find((one) => one.why !== undefined)?.why;
    if (why !== undefined) {
      world.refuse(why);
    } else if (text !== "" && !signal.aborted) {
      world.dropped(text, event);
      surface.drop(text, event.clientX, event.clientY);
    }
  };
  surface.content.addEventListener(
    "drop",
    (event) => {
      if (holdsFiles(event)) {
        event.preventDefault();
        event.stopPropagation();
        if (world.mayEdit) {
          void drop(event);
        }
      }
    },
    { signal, capture: true },
  );
  return () => ending.abort();
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") ?? false;
}

async function textOf(file: File): Promise<{ text: string; why?: string }> {
  // In UTF-8 no character takes more than four bytes: what is larger cannot fit and need not be read.
  if (file.size > 4 * DOCUMENT_MAX) {
    const why = `${file.name} is too large for the document, so nothing was inserted. Drop a smaller file.`;
    return { text: "", why };
  }
  const text = await utf8Text(file);
  return text === null
    ? {
        text: "",
        why: `${file.name} cannot be read as UTF-8 text, so nothing was inserted. Drop a text file such as a .py.`,
      }
    : { text };
}
