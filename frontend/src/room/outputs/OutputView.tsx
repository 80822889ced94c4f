// One output of a run: printed text, a table, a picture, or an error with its traceback.

import { useEffect, useState } from "preact/hooks";
import type { DisplayOutput, FailureOutput, Output, Part, Person } from "../../protocol.gen.ts";
import { Answered } from "./Answered.tsx";
import { withoutAnsi } from "./ansi.ts";
import type { BlobCache } from "./blobs.ts";
import { Html } from "./Html.tsx";
import { Picture } from "./Picture.tsx";
import { namedSize } from "./pictureSize.ts";
import { TerminalText } from "./TerminalText.tsx";

/** The representation to show, best first. */
const PREFERRED = [
  "text/html",
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/svg+xml",
  "text/markdown",
  "text/latex",
  "application/json",
  "text/plain",
];

interface Props {
  output: Output;
  blobs: BlobCache;
  /** What the output belongs to, for the text alternative of a picture: "Cell 3". */
  about: string;
  /** Under which name it is remembered that somebody unfolded it. */
  name: string;
  people: readonly Person[];
}

export function OutputView({ output, blobs, about, name, people }: Props) {
  switch (output.type) {
    case "stream":
      return <TerminalText text={output.text} tone={output.name} about={about} name={name} />;
    case "failure":
      return <Failure failure={output} about={about} name={name} />;
    case "display":
      return <Display display={output} blobs={blobs} about={about} name={name} />;
    case "input":
      return <Answered input={output} people={people} />;
    default:
      return output satisfies never;
  }
}

function Failure({ failure, about, name }: { failure: FailureOutput; about: string; name: string }) {
  const text = failure.traceback.join("\n");
  const hasTraceback = withoutAnsi(text).trim() !== "";
  return (
    <div class="failure">
      <p class="failure-head">
        <strong>{failure.name}</strong>
        {failure.message !== "" && `: ${firstLine(failure.message)}`}
      </p>
      {hasTraceback && <TerminalText text={text} tone="traceback" about={about} name={name} />}
    </div>
  );
}

function Display({
  display,
  blobs,
  about,
  name,
}: Omit<Props, "output" | "people"> & { display: DisplayOutput }) {
  const part = PREFERRED.map((mime) => display.parts.find((other) => other.mime === mime)).find(Boolean);
  if (part === undefined) {
    const mimes = display.parts.map((other) => other.mime).join(", ");
    return <p class="quiet output-note">This output has no form that the page can show ({mimes}).</p>;
  }
  if (part.mime.startsWith("image/")) {
    const named = namedSize(plainText(display) ?? "");
    return <Picture part={part} blobs={blobs} alt={altText(display, about)} named={named} />;
  }
  return <TextPart part={part} blobs={blobs} about={about} name={name} />;
}

function TextPart({ part, blobs, about, name }: Omit<Props, "output" | "people"> & { part: Part }) {
  const [loaded, setLoaded] = useState<string | Error | null>(
    part.blob === undefined ? (part.text ?? "") : null,
  );
  useEffect(() => {
    let current = true;
    blobs.text(part).then(
      (text) => current && setLoaded(text),
      (error: Error) => current && setLoaded(error),
    );
    return () => {
      current = false;
    };
  }, [part, blobs]);
  if (loaded === null) {
    return <p class="quiet output-note">Loading the output…</p>;
  }
  if (loaded instanceof Error) {
    return <p class="output-note output-problem">{loaded.message}</p>;
  }
  if (part.mime === "text/html") {
    return <Html html={loaded} about={about} />;
  }
  const text = part.mime === "application/json" ? prettyJson(loaded) : loaded;
  return <TerminalText text={text} tone="stdout" about={about} name={name} />;
}

function plainText(display: DisplayOutput): string | undefined {
  return display.parts.find((part) => part.mime === "text/plain")?.text;
}

function altText(display: DisplayOutput, about: string): string {
  const plain = plainText(display);
  return plain === undefined ? `Picture from ${about}` : `Picture from ${about}: ${firstLine(plain)}`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
