// A file of this computer as text.

import { asDocumentText } from "../core/text.ts";

/** As a document takes it; null for what is no UTF-8 text, for a folder, and for what is gone by now. */
export async function utf8Text(file: File): Promise<string | null> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    return text.includes("\0") ? null : asDocumentText(text);
  } catch {
    return null;
  }
}
