// A button that opens a short list of commands: arrows move, Enter chooses, Escape closes.
import { Ellipsis, type LucideIcon } from "lucide-preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button } from "./Button.tsx";
import "./menu.css";

export interface Command {
  label: string;
  icon?: LucideIcon;
  danger?: boolean;
  run: () => void;
}

interface MenuProps {
  label: string;
  commands: Command[];
  icon?: LucideIcon;
  iconOnly?: boolean;
  small?: boolean;
}

export function Menu({ label, commands, icon = Ellipsis, iconOnly = true, small }: MenuProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLSpanElement>(null);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const button = root.current?.querySelector("button");
    const menu = list.current;
    if (!open || !button || !menu) return;
    // Under its button at once, even where the code that keeps it in the window cannot be fetched any more.
    const { bottom, right } = button.getBoundingClientRect();
    menu.style.top = `${bottom + 4}px`;
    menu.style.right = `${Math.max(8, document.documentElement.clientWidth - right)}px`;
    menu.showPopover();
    menu.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    let stop: (() => void) | null = () => {};
    void import("./placing.ts").then(({ keepPlaced }) => {
      if (stop !== null) stop = keepPlaced(button, menu);
    });
    return () => {
      stop?.();
      stop = null;
    };
  }, [open]);

  const close = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const next = to[event.key];
    if (next !== undefined) {
      event.preventDefault();
      items.at(next % items.length)?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      close();
    }
  };

  return (
    <span ref={root} class="menu-root">
      <Button
        kind="quiet"
        icon={icon}
        iconOnly={iconOnly}
        small={small}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {label}
      </Button>
      {open && (
        <div
          ref={list}
          id={id}
          class="menu"
          role="menu"
          tabIndex={-1}
          aria-label={label}
          popover="auto"
          onKeyDown={onKeyDown}
          onToggle={(event) => event.newState === "closed" && setOpen(false)}
        >
          {commands.map(({ label: words, icon: Icon, danger, run }) => (
            <button
              key={words}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class={danger ? "menu-item danger-item" : "menu-item"}
              onClick={() => {
                close();
                run();
              }}
            >
              {Icon && <Icon class="icon" aria-hidden="true" />}
              {words}
            </button>
          ))}
        </div>
      )}
    </span>
  );
}
