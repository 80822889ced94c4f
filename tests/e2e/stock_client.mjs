// A stock y-websocket provider. Says its status and its text on stdout; inserts what comes on stdin; ends when stdin does.
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

// The packages are the page's own, wherever this file lies.
const require = createRequire(join(process.cwd(), "package.json"));
const { WebsocketProvider } = require("y-websocket");
const Y = require("yjs");
const { WebSocket } = require("ws");

const [address, room, token] = process.argv.slice(2);
const say = (what) => console.log(JSON.stringify(what));

const doc = new Y.Doc();
const text = doc.getText("content");
const provider = new WebsocketProvider(address, room, doc, {
  params: { token },
  WebSocketPolyfill: WebSocket,
  disableBc: true,
});
provider.on("status", say);
provider.on("connection-close", (event) => say({ status: `closed ${event?.code}` }));
provider.on("sync", (synced) => say({ synced, text: text.toString() }));
text.observe(() => say({ text: text.toString() }));

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => text.insert(text.length, JSON.parse(line)));
lines.on("close", () => process.exit(0));
