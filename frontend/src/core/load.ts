// What a view is waiting for: loading, there, or refused; and the way to ask again.
import { useCallback, useEffect, useState } from "preact/hooks";

export type Loaded<T> =
  | { state: "loading" }
  | { state: "there"; value: T }
  | { state: "refused"; error: unknown };

/** Runs `load` once and again on `retry`; an answer that comes after the view is gone is dropped. */
export function useLoaded<T>(load: () => Promise<T>): [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading" });
  const [round, setRound] = useState(0);

  // A round is one asking, with the `load` of that moment.
  useEffect(() => {
    let gone = false;
    setLoaded({ state: "loading" });
    load().then(
      (value) => gone || setLoaded({ state: "there", value }),
      (error) => gone || setLoaded({ state: "refused", error }),
    );
    return () => {
      gone = true;
    };
  }, [round]);

  const retry = useCallback(() => setRound((n) => n + 1), []);
  return [loaded, retry];
}
