// Light, dark or as the system has it, in one menu.
import { Monitor, Moon, Sun } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { theme } from "../core/theme.ts";
import { Menu } from "./Menu.tsx";

export const LOOKS = {
  system: { icon: Monitor, words: "As the system" },
  light: { icon: Sun, words: "Light" },
  dark: { icon: Moon, words: "Dark" },
} as const;

export function ThemeSwitch() {
  const [now, setNow] = useState(theme.get());
  useEffect(() => theme.subscribe(() => setNow(theme.get())), []);
  return (
    <Menu
      label={`Theme: ${LOOKS[now].words.toLowerCase()}`}
      icon={LOOKS[now].icon}
      commands={theme.offered.map((name) => ({
        label: LOOKS[name].words,
        icon: LOOKS[name].icon,
        run: () => theme.set(name),
      }))}
    />
  );
}
