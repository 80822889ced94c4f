// A lock of the browser says which loads of the page still live, so that nobody else tells what they left unsaved.

/** After a reload the page before may not have let go yet. */
const PATIENCE_MS = 1500;

/**
 * Hold a page's lock until the returned function is called or this page ends; null while another page holds it. Without
 * a secure context there are no locks: then two tabs may tell the same frames, which the server records once.
 */
export function holdPage(page: string): Promise<(() => void) | null> {
  if (!("locks" in navigator)) {
    return Promise.resolve(() => {});
  }
  return new Promise((resolve) => {
    navigator.locks
      .request(
        `liveroom.page.${page}`,
        { signal: AbortSignal.timeout(PATIENCE_MS) },
        () => new Promise<void>((release) => resolve(release)),
      )
      .catch(() => resolve(null));
  });
}
