// What the room's kernel may use, below its state. Fetched when somebody first asks.

import { useEffect } from "preact/hooks";
import { keepPlaced } from "../components/placing.ts";
import type { KernelLimits as Limits } from "../protocol.gen.ts";
import { limitWords } from "./limits.ts";

interface KernelLimitsProps {
  limits: Limits;
  /** Without a sandbox nothing keeps code from the network. */
  unsafe: boolean;
  /** The popover that this fills, and the button that it belongs to. */
  popover: HTMLElement;
  button: HTMLElement;
}

export function KernelLimits({ limits, unsafe, popover, button }: KernelLimitsProps) {
  useEffect(() => keepPlaced(button, popover), [button, popover]);
  return (
    <>
      <h3>What the kernel may use</h3>
      <dl>
        {limitWords(limits).map(([name, much]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="tabular">{much}</dd>
          </div>
        ))}
      </dl>
      {!unsafe && <p class="quiet small">It has no network, and only the files of this room.</p>}
    </>
  );
}
