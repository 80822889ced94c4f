// A picture that a run showed. Its place is kept for it before it is there, and until another one is.

import { useEffect, useState } from "preact/hooks";
import type { Part } from "../../protocol.gen.ts";
import type { BlobCache } from "./blobs.ts";
import { pictureSize, type Size, shownSize } from "./pictureSize.ts";

/** A JPEG's size may stand behind a preview of some kilobytes. */
const HEAD_BYTES = 65_536;

interface PictureProps {
  part: Part;
  blobs: BlobCache;
  alt: string;
  /** The size that its text representation names. */
  named: Size | null;
}

interface Shown {
  readonly url: string;
  readonly size: Size | null;
}

export function Picture({ part, blobs, alt, named }: PictureProps) {
  const [shown, setShown] = useState<Shown | Error | null>(null);
  useEffect(() => {
    let current = true;
    load(part, blobs).then(
      (loaded) => (current ? setShown(loaded) : URL.revokeObjectURL(loaded.url)),
      (error: Error) => current && setShown(error),
    );
    return () => {
      current = false;
    };
  }, [part, blobs]);
  useEffect(() => {
    const url = shown === null || shown instanceof Error ? null : shown.url;
    return () => url !== null && URL.revokeObjectURL(url);
  }, [shown]);

  if (shown instanceof Error) {
    return <p class="output-note output-problem">{shown.message}</p>;
  }
  if (shown === null) {
    const place =
      named === null ? {} : { width: named.width, aspectRatio: `${named.width} / ${named.height}` };
    return (
      <p class="quiet output-note picture-place" style={place}>
        Loading the picture…
      </p>
    );
  }
  const size = shown.size === null ? {} : shownSize(shown.size, named);
  return <img class="picture" src={shown.url} alt={alt} {...size} />;
}

async function load(part: Part, blobs: BlobCache): Promise<Shown> {
  const blob = await blobs.picture(part);
  const head = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
  return { url: URL.createObjectURL(blob), size: pictureSize(head, part.mime) };
}
