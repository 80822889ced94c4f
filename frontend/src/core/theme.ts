// Light or dark: the system's choice unless the person made their own, which this browser remembers.

export type Theme = "system" | "light" | "dark";

const KEY = "liveroom.theme";
const THEMES: readonly string[] = ["system", "light", "dark"];
const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

export function theme(): Theme {
  const kept = localStorage.getItem(KEY) ?? "";
  return THEMES.includes(kept) ? (kept as Theme) : "system";
}

export function isDark(): boolean {
  return theme() === "dark" || (theme() === "system" && dark.matches);
}

export function setTheme(next: Theme): void {
  localStorage.setItem(KEY, next);
  apply();
}

/** Calls back after each change; returns the way to stop. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Called once at start, before anything is drawn. */
export function followTheme(): void {
  dark.addEventListener("change", apply);
  apply();
}

function apply(): void {
  document.documentElement.classList.toggle("dark", isDark());
  for (const listener of listeners) listener();
}
