// What the browser tells of the tab: the network is back, the tab is shown, hidden or about to be left.

export interface PageWatcher {
  hurry(): void;
  /** There is no network. */
  drop(): void;
  /** The tab is hidden or goes away: whatever is gathered must be written down now. */
  hiding(): void;
  unsaved(): boolean;
}

/** Ends with the returned function. */
export function watchPage(watcher: PageWatcher): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  window.addEventListener("online", () => watcher.hurry(), { signal });
  window.addEventListener("offline", () => watcher.drop(), { signal });
  window.addEventListener("pagehide", () => watcher.hiding(), { signal });
  document.addEventListener(
    "visibilitychange",
    () => (document.visibilityState === "visible" ? watcher.hurry() : watcher.hiding()),
    { signal },
  );
  window.addEventListener(
    "beforeunload",
    (event) => {
      if (watcher.unsaved()) {
        event.preventDefault();
      }
    },
    { signal },
  );
  return () => ending.abort();
}
