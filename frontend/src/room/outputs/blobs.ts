// Large outputs, fetched once with the participant's token and kept for as long as the page lives.

import { fromBase64 } from "../../core/text.ts";
import type { Part } from "../../protocol.gen.ts";

/** How the bytes of one blob are fetched; it rejects with a sentence. */
export type FetchBlob = (sha256: string) => Promise<Blob>;

export class BlobCache {
  private readonly blobs = new Map<string, Promise<Blob>>();
  private readonly fetchBlob: FetchBlob;

  constructor(fetchBlob: FetchBlob) {
    this.fetchBlob = fetchBlob;
  }

  get(sha256: string): Promise<Blob> {
    const known = this.blobs.get(sha256);
    if (known !== undefined) {
      return known;
    }
    const fetched = this.fetchBlob(sha256);
    this.blobs.set(sha256, fetched);
    // A failed fetch may be tried again.
    fetched.catch(() => this.blobs.delete(sha256));
    return fetched;
  }

  /** A part's bytes under its own type, wherever they are. */
  async picture(part: Part): Promise<Blob> {
    if (part.blob !== undefined) {
      return new Blob([await this.get(part.blob.sha256)], { type: part.mime });
    }
    const text = part.text ?? "";
    return new Blob([part.mime === "image/svg+xml" ? text : fromBase64(text.replace(/\s/g, ""))], {
      type: part.mime,
    });
  }

  async text(part: Part): Promise<string> {
    return part.blob === undefined ? (part.text ?? "") : (await this.get(part.blob.sha256)).text();
  }
}
