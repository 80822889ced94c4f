// Light, dark or as the system has it, in one menu.
import { Monitor, Moon, Sun } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { onThemeChange, setTheme, type Theme, theme } from "../core/theme.ts";
import { Menu } from "./Menu.tsx";

const LOOKS = {
  system: { icon: Monitor, words: "As the system" },
  light: { icon: Sun, words: "Light" },
  dark: { icon: Moon, words: "Dark" },
} as const;

export function ThemeSwitch() {
  const [now, setNow] = useState<Theme>(theme);
  useEffect(() => onThemeChange(() => setNow(theme())), []);
  return (
    <Menu
      label={`Theme: ${LOOKS[now].words.toLowerCase()}`}
      icon={LOOKS[now].icon}
      commands={(["system", "light", "dark"] as const).map((name) => ({
        label: LOOKS[name].words,
        icon: LOOKS[name].icon,
        run: () => setTheme(name),
      }))}
    />
  );
}
