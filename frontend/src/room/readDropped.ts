// A file that somebody drops on the files' tabs, as text for a new file of the room.

import { FILE_CHARS_MAX } from "../protocol.gen.ts";
import { utf8Text } from "./utf8Text.ts";

const TEXTS = /\.(py|txt|md)$/i;

/** Reads it, or says as a sentence what is wrong with it. */
export async function readDropped(
  dropped: ArrayLike<File>,
): Promise<{ name: string; text: string } | { wrong: string }> {
  const file = dropped[0];
  if (file === undefined || dropped.length > 1) {
    return { wrong: "Drop one file at a time." };
  }
  const { name, size } = file;
  const long = `${name} is longer than ${FILE_CHARS_MAX.toLocaleString("en")} characters; drop a part of it.`;
  const noText = `${name} is no text that the room can hold; drop a .py, .txt or .md file.`;
  if (!TEXTS.test(name)) {
    return { wrong: noText };
  }
  // In UTF-8 no UTF-16 unit takes more than three bytes: what is larger cannot fit and need not be read.
  if (size > FILE_CHARS_MAX * 3) {
    return { wrong: long };
  }
  const text = await utf8Text(file);
  if (text === null) {
    return { wrong: noText };
  }
  return text.length > FILE_CHARS_MAX ? { wrong: long } : { name, text };
}
