// One output of a run: printed text, a table, a picture, or an error with its traceback.

import { useEffect, useRef, useState } from "preact/hooks";
import type { DisplayOutput, FailureOutput, Output, Part } from "../../protocol.gen.ts";
import { withoutAnsi } from "./ansi.ts";
import type { BlobCache } from "./blobs.ts";
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
}

export function OutputView({ output, blobs, about }: Props) {
  switch (output.type) {
    case "stream":
      return <TerminalText text={output.text} tone={output.name} />;
    case "failure":
      return <Failure failure={output} />;
    case "display":
      return <Display display={output} blobs={blobs} about={about} />;
    default:
      return output satisfies never;
  }
}

function Failure({ failure }: { failure: FailureOutput }) {
  const text = failure.traceback.join("\n");
  const hasTraceback = withoutAnsi(text).trim() !== "";
  return (
    <div class="failure">
      <p class="failure-head">
        <strong>{failure.name}</strong>
        {failure.message !== "" && `: ${firstLine(failure.message)}`}
      </p>
      {hasTraceback && <TerminalText text={text} tone="traceback" />}
    </div>
  );
}

function Display({ display, blobs, about }: { display: DisplayOutput; blobs: BlobCache; about: string }) {
  const part = PREFERRED.map((mime) => display.parts.find((other) => other.mime === mime)).find(Boolean);
  if (part === undefined) {
    const mimes = display.parts.map((other) => other.mime).join(", ");
    return <p class="quiet output-note">This output has no form that the page can show ({mimes}).</p>;
  }
  if (part.mime.startsWith("image/")) {
    return <Picture part={part} blobs={blobs} alt={altText(display, about)} />;
  }
  return <TextPart part={part} blobs={blobs} about={about} />;
}

function TextPart({ part, blobs, about }: { part: Part; blobs: BlobCache; about: string }) {
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
  return <TerminalText text={part.mime === "application/json" ? prettyJson(loaded) : loaded} tone="stdout" />;
}

function Html({ html, about }: { html: string; about: string }) {
  const host = useRef<HTMLElement>(null);
  useEffect(() => {
    // Purifying is a good tenth of the page's code, and many rooms never show a table.
    void import("./html.ts").then(
      ({ showHtml }) => host.current !== null && showHtml(host.current, html, about),
    );
  }, [html, about]);
  return (
    // It scrolls sideways, so that keyboards must be able to reach it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls
    <section class="html-output" ref={host} tabIndex={0} aria-label={`Table or rich output of ${about}`} />
  );
}

function Picture({ part, blobs, alt }: { part: Part; blobs: BlobCache; alt: string }) {
  const [shown, setShown] = useState<string | Error | null>(null);
  useEffect(() => {
    let url: string | null = null;
    let current = true;
    blobs.picture(part).then(
      (blob) => {
        if (current) {
          url = URL.createObjectURL(blob);
          setShown(url);
        }
      },
      (error: Error) => current && setShown(error),
    );
    return () => {
      current = false;
      if (url !== null) {
        URL.revokeObjectURL(url);
      }
    };
  }, [part, blobs]);
  if (shown instanceof Error) {
    return <p class="output-note output-problem">{shown.message}</p>;
  }
  return shown === null ? (
    <p class="quiet output-note">Loading the picture…</p>
  ) : (
    <img class="picture" src={shown} alt={alt} />
  );
}

function altText(display: DisplayOutput, about: string): string {
  const plain = display.parts.find((part) => part.mime === "text/plain")?.text;
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
