// What the keyboard does in a replay. Pure: a key and where it was pressed in, a wish out.

export type Wish = "play" | "back" | "forward" | "previous" | "next" | "slower" | "faster";

interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** `on` is what has the focus: fields keep all their keys, and buttons their space bar. */
export function wishOf(
  { key, shiftKey, ctrlKey, metaKey, altKey }: Pressed,
  on: "field" | "button" | "page",
): Wish | null {
  if (ctrlKey || metaKey || altKey || on === "field") return null;
  switch (key) {
    case " ":
      return on === "button" ? null : "play";
    case "ArrowLeft":
      return shiftKey ? "previous" : "back";
    case "ArrowRight":
      return shiftKey ? "next" : "forward";
    case "[":
      return "slower";
    case "]":
      return "faster";
    default:
      return null;
  }
}

export function focusKind(target: Element | null): "field" | "button" | "page" {
  if (target?.closest("input, select, textarea, dialog, [role=tab], [role=separator], [role=menu], iframe"))
    return "field";
  return target?.closest("button, a, summary") ? "button" : "page";
}
