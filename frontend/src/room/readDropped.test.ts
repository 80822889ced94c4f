import { expect, it } from "vitest";
import { FILE_CHARS_MAX } from "../protocol.gen.ts";
import { readDropped } from "./readDropped.ts";

const file = (name: string, text: string) => new File([text], name);

it("reads a text with the room's line ends", async () => {
  expect(await readDropped([file("a.md", "one\r\ntwo\r")])).toEqual({ name: "a.md", text: "one\ntwo\n" });
});

it("says what is wrong with anything else", async () => {
  const wrong = async (...files: File[]) => ((await readDropped(files)) as { wrong: string }).wrong;
  expect(await wrong(file("a.py", ""), file("b.py", ""))).toMatch(/one file at a time/);
  expect(await wrong(new File([new Uint8Array([0xff, 0xfe])], "a.py"))).toMatch(/no text that the room/);
  expect(await wrong(file("a.exe", "MZ"))).toMatch(/drop a \.py, \.txt or \.md file/);
  expect(await wrong(file("a.py", "x".repeat(FILE_CHARS_MAX + 1)))).toMatch(/longer than 200,000 characters/);
  expect(await readDropped([file("a.py", "é".repeat(FILE_CHARS_MAX))])).not.toHaveProperty("wrong");
});
