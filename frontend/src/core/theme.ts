// Light or dark: the system's choice unless the person made their own.

import { Choice } from "./choice.ts";

export type Theme = "system" | "light" | "dark";

export const theme = new Choice<Theme>("theme", ["system", "light", "dark"], "system");

/** Called once at start, before anything is drawn. */
export function followTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const dark = theme.get() === "dark" || (theme.get() === "system" && system.matches);
    document.documentElement.classList.toggle("dark", dark);
  };
  system.addEventListener("change", apply);
  theme.subscribe(apply);
  apply();
}
