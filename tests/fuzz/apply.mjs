// Reads a line of base64 updates at a time, as a JSON list, and says the text that Yjs makes of them.
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

// The packages are the page's own, wherever this file lies.
const require = createRequire(join(process.cwd(), "package.json"));
const Y = require("yjs");

createInterface({ input: process.stdin }).on("line", (line) => {
  const doc = new Y.Doc();
  const text = doc.getText("content");
  let said;
  try {
    for (const update of JSON.parse(line)) {
      Y.applyUpdate(doc, Buffer.from(update, "base64"));
    }
    said = text.toString();
  } catch (error) {
    said = { threw: String(error) };
  }
  console.log(JSON.stringify(said));
});
