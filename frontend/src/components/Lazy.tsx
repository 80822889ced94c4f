// A part of the view that is fetched when it is first shown, or a while before.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { toast } from "./Toast.tsx";

export interface LazyPart {
  /** Fetch it now, so that it is there even if the connection is not by then. */
  preload(): Promise<unknown>;
}

/** Stands for the component that `load` brings; nothing is shown until then. */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> & LazyPart {
  let loaded: ComponentType<Props> | null = null;
  const preload = async () => {
    loaded ??= await load();
  };
  function Lazy(props: Props) {
    const [, draw] = useState(0);
    useEffect(() => {
      if (loaded === null) {
        preload().then(
          () => draw((count) => count + 1),
          () => toast("A part of the page did not load. Check your connection, then try again."),
        );
      }
    }, []);
    const Loaded = loaded;
    return Loaded === null ? null : <Loaded {...props} />;
  }
  return Object.assign(Lazy, { preload });
}
