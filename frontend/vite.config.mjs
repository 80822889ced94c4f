// Builds the page into dist/, and serves it with live reloading beside a running server for `make dev`.
import { defineConfig } from "vite";

const server = process.env.DEV_SERVER ?? "http://127.0.0.1:8000";
const lean = (name) => new URL(`src/lean/${name}`, import.meta.url).pathname;
const WITHOUT = {
  "\0@codemirror/lint": "export const openLintPanel = () => false, nextDiagnostic = openLintPanel;",
  "\0@codemirror/language": `export * from "@codemirror/language";
    export const foldCode = () => false, unfoldCode = foldCode, foldAll = foldCode, unfoldAll = foldCode;`,
};
const toServer = { target: server, ws: true, xfwd: true };

/** What nearly every page needs, in one chunk: as many small ones as there are would cost more than they spare. */
const COMMON = {
  name: "common",
  test: /preact|src.(core|lean|components.(Button|Lazy|Menu|Notice|Page|PersonChip|Problem|Skeleton|StatusLine|Switch|Tabs|ThemeSwitch|Timer|timeBox|Toast))/,
  minShareCount: 2,
};

/**
 * The keymaps that are fetched when somebody chooses them use much that nothing else does, and a module lives in one chunk
 * whole. So that the first load does without it, they have a copy of the commands, which share no state, and neither fold
 * nor lint: this editor does neither.
 */
const apartForKeymaps = {
  name: "apart-for-keymaps",
  enforce: "pre",
  async resolveId(id, importer) {
    if (!importer?.includes("/@replit/")) {
      return null;
    }
    if (id === "@codemirror/commands") {
      const found = await this.resolve(id, importer, { skipSelf: true });
      return found && { ...found, id: `${found.id}?keymaps` };
    }
    return `\0${id}` in WITHOUT ? `\0${id}` : null;
  },
  load: (id) => WITHOUT[id] ?? null,
};

export default defineConfig({
  plugins: [apartForKeymaps],
  // The server hands out one index.html for every page route, so assets are named from the root.
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    sourcemap: true,
    // The pages' policy is `script-src 'self'` and `font-src 'self'`: nothing inline, no data: fonts or pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: [COMMON] } } },
    // The editor with Yjs is one part of 530 kB, 175 kB on the wire; docs/benchmarks.md holds the sum that matters.
    chunkSizeWarningLimit: 600,
  },
  server: {
    host: "127.0.0.1",
    port: 5173,
    strictPort: true,
    proxy: { "/api": toServer, "/ws": toServer },
  },
  // Two copies of Yjs in one page silently break synchronisation.
  resolve: {
    dedupe: ["yjs", "y-protocols", "lib0", "preact", "@codemirror/state", "@codemirror/view"],
    // Parts of libraries that are never used here and would come along: each file says why it stands for one.
    alias: [
      { find: /^lib0\/logging$/, replacement: lean("yjsLogging.ts") },
      { find: /^\.\/y-remote-selections\.js$/, replacement: lean("noRemoteSelections.ts") },
    ],
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"],
    // The core needs no browser; a test of a view asks for one with `// @vitest-environment happy-dom`.
    environment: "node",
    restoreMocks: true,
    pool: "threads",
    maxWorkers: 2,
  },
});
