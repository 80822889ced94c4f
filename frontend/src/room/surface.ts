// What the session needs of whatever shows the shared text: the full editor, or the plain one.

import type { EditOrigin } from "../protocol.gen.ts";
import type { OwnerOf } from "./carets.ts";
import type { CellStates } from "./cellMarks.ts";
import type { CellCommand } from "./commands.ts";
import type { FileText, RoomDocument } from "./document.ts";
import type { KernelAsks } from "./kernelAsks.ts";

/** Where somebody is in a text: the selection, and where the first line in sight begins. */
export interface Sight {
  readonly anchor: number;
  readonly head: number;
  readonly top: number;
}

/** So much at the foot of the editor lies under the banner that says whom one follows. */
export const UNDER_BANNER_PX = 56;

/** Where what is in sight begins and ends. */
export interface Seen {
  readonly from: number;
  readonly to: number;
}

export interface Surface {
  /** Where keys are pressed. */
  readonly dom: HTMLElement;
  /** Where text is pasted, without the fields that belong to the editor's own tools. */
  readonly content: HTMLElement;
  readonly scroller: HTMLElement;
  readonly hasFocus: boolean;
  selection(): { readonly anchor: number; readonly head: number };
  /** What copying would take now. */
  copied(): readonly string[];
  focus(): void;
  /** Put the caret there and bring the lines from `from` on into view. */
  reveal(caret: number, from: number): void;
  seen(): Seen;
  /** Show what another person sees: from their first line on, and so far that their caret is there, if they see it. */
  see(from: number, caret: number | null): void;
  /** Take in text at a point of the window. */
  drop(text: string, x: number, y: number): void;
  /** Add a new cell's text at the end, with the caret behind it. */
  append(text: string): void;
  showStates(states: CellStates): void;
  /** People or their carets changed. */
  redrawCarets(): void;
  /** Another text stands under it now; without a sight of it the caret stays where it was. */
  beginAgain(sight?: Sight): void;
  destroy(): void;
}

/** `wishes` is asked again whenever another text stands under the editor. */
export type MakeSurface = (parent: HTMLElement, wishes: () => SurfaceWishes) => Surface;

export interface SurfaceWishes {
  document: RoomDocument;
  /** The file that is shown. */
  file: FileText;
  /** It holds cells that run; otherwise it is plain text. */
  python: boolean;
  mayEdit: boolean;
  ownerOf: OwnerOf;
  /** Who knows more of the text's names than the text. */
  kernel: KernelAsks;
  command: (command: CellCommand) => void;
  runCell: (cell: number) => void;
  /** Called before the text's own update is made, with what the change came from. */
  onOrigin: (origin: EditOrigin) => void;
  /** Something did not go in, or could not be had; why, as a sentence. */
  refuse: (why: string) => void;
  /** The caret moved, the text changed, or the focus came or went. */
  onSelection: () => void;
}
