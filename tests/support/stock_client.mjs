// A stock y-websocket provider, driven by JSON lines on stdin; says its status, its text and its answers on stdout.
// With a pace above 1 its clock and its timers run so many times as fast, so that minutes pass in seconds.
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [address, room, token, pace] = process.argv.slice(2);

if (Number(pace) > 1) {
  const began = Date.now();
  const now = Date.now;
  Date.now = () => began + (now() - began) * Number(pace);
  for (const name of ["setTimeout", "setInterval"]) {
    const original = globalThis[name];
    globalThis[name] = (call, ms, ...rest) => original(call, ms / Number(pace), ...rest);
  }
}

// The packages are the page's own, wherever this file lies.
const require = createRequire(join(process.cwd(), "package.json"));
const { WebsocketProvider } = require("y-websocket");
const Y = require("yjs");
const { WebSocket } = require("ws");

const say = (what) => console.log(JSON.stringify(what));

const doc = new Y.Doc();
const text = doc.getText("content");
const undo = new Y.UndoManager(text, { trackedOrigins: new Set(["typed"]) });
const provider = new WebsocketProvider(address, room, doc, {
  params: { token },
  WebSocketPolyfill: WebSocket,
  disableBc: true,
});
provider.on("status", say);
provider.on("connection-close", (event) => say({ status: `closed ${event?.code}` }));
provider.on("sync", (synced) => say({ synced, text: text.toString() }));
text.observe(() => say({ text: text.toString() }));

/** Positions and lengths in UTF-16 units; without `at`, at the end. */
const commands = {
  insert: ({ at = text.length, insert }) => doc.transact(() => text.insert(at, insert), "typed"),
  delete: ({ at, delete: length }) => doc.transact(() => text.delete(at, length), "typed"),
  undo: () => undo.undo(),
  name: ({ name }) => provider.awareness.setLocalStateField("user", { name }),
  leave: () => provider.disconnect(),
  come: () => provider.connect(),
  people: () =>
    say({ people: [...provider.awareness.getStates().values()].map((state) => state.user?.name ?? null) }),
};

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const command = JSON.parse(line);
  commands[Object.keys(commands).find((name) => name in command)](command);
});
lines.on("close", () => process.exit(0));
