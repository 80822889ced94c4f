// What the files of a room are called. Pure, so that the replay uses it too.

import { type FileView, MAIN_FILE } from "../protocol.gen.ts";

const MAIN: FileView = { file: MAIN_FILE, path: "main.py" };

/** The first file stands first; it is there before the server says so. */
export function filesOf(files: readonly FileView[]): readonly FileView[] {
  return files.length === 0 ? [MAIN] : files;
}

export function pathOf(files: readonly FileView[], file: string): string | undefined {
  return filesOf(files).find((view) => view.file === file)?.path;
}

/** Whether a file of this name holds cells that run. Who gives no ending means Python. */
export function isPython(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return !name.includes(".") || /\.py$/i.test(name);
}

/** Several files as one text, which is still Python; one file is itself. Files without a text are left out. */
export function joinedTexts(texts: readonly (readonly [path: string, text: string])[]): string {
  const written = texts.filter(([, text]) => text !== "");
  return written.length < 2
    ? (written[0]?.[1] ?? "")
    : written.map(([path, text]) => `# ---- ${path} ----\n${text}`).join("\n\n");
}

/** `name` as it is, or with a number where another file is called so: what a new file is called first. */
export function freePath(files: readonly FileView[], name: string): string {
  const taken = new Set(filesOf(files).map(({ path }) => path.toLowerCase()));
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) {
    free = `${stem}-${number}${ending}`;
  }
  return free;
}
