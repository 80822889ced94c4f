// The kernel that an editor may ask about its text.

import { Facet } from "@codemirror/state";
import type { KernelAsks } from "./kernelAsks.ts";

/** Absent where the text is not Python, and for those who only watch. */
export const liveKernel = Facet.define<KernelAsks, KernelAsks | null>({
  combine: ([kernel]) => kernel ?? null,
});
