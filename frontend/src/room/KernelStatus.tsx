// What the kernel is doing, in words, and what it may use for whoever asks.

import { ChevronDown, Circle, CircleDot, CircleOff, LoaderCircle, type LucideIcon } from "lucide-preact";
import type { ComponentProps } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { lazy } from "../components/Lazy.tsx";
import { StatusLine } from "../components/StatusLine.tsx";
import type { KernelState } from "../protocol.gen.ts";
import type { KernelLimits as KernelLimitsView } from "./KernelLimits.tsx";
import type { RoomSession } from "./session.ts";
import { useStore } from "./store.ts";

export const KernelLimits = lazy<ComponentProps<typeof KernelLimitsView>>(
  async () => (await import("./KernelLimits.tsx")).KernelLimits,
);

const KERNEL: Record<KernelState, [LucideIcon, string]> = {
  none: [Circle, "No kernel yet"],
  starting: [LoaderCircle, "Kernel starting"],
  ready: [Circle, "Kernel ready"],
  busy: [CircleDot, "Kernel busy"],
  lost: [CircleOff, "Kernel lost"],
};

export function KernelStatus({ session }: { session: RoomSession }) {
  const kernel = useStore(session.room, (state) => state.kernel);
  const limits = useStore(session.room, (state) => state.limits);
  const unsafe = useStore(session.room, (state) => state.unsafeKernels);
  const [open, setOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const popover = useRef<HTMLDivElement>(null);
  const [icon, words] = KERNEL[kernel];
  return (
    <span class="kernel-state">
      <StatusLine icon={icon} words={words} tone={kernel === "lost" ? "warning" : "calm"} />
      {limits !== null && (
        <>
          <button
            ref={button}
            type="button"
            class="kernel-limits-button"
            popovertarget={id}
            aria-expanded={open}
            aria-label="What the kernel may use"
            title="What the kernel may use"
          >
            <ChevronDown class="icon" aria-hidden="true" />
          </button>
          <div
            ref={popover}
            id={id}
            class="menu kernel-limits"
            role="dialog"
            aria-label="What the kernel may use"
            tabIndex={-1}
            popover="auto"
            onToggle={(event) => {
              const opened = event.newState === "open";
              setOpen(opened);
              if (opened) {
                popover.current?.focus();
              }
            }}
          >
            {open && button.current !== null && popover.current !== null && (
              <KernelLimits
                limits={limits}
                unsafe={unsafe}
                popover={popover.current}
                button={button.current}
              />
            )}
          </div>
        </>
      )}
    </span>
  );
}
