// Something to press, with a state for work under way that keeps its place and its focus.
import { LoaderCircle, type LucideIcon } from "lucide-preact";
import type { ComponentChildren, JSX } from "preact";
import "./button.css";

type Kind = "primary" | "plain" | "quiet" | "danger";

interface Look {
  kind?: Kind | undefined;
  icon?: LucideIcon | undefined;
  small?: boolean | undefined;
  /** The text is for screen readers and the tooltip alone: only for icons whose meaning is universal. */
  iconOnly?: boolean | undefined;
  children: ComponentChildren;
}

function classes({ kind = "plain", small, iconOnly }: Look): string {
  return ["button", kind, small && "small-button", iconOnly && "icon-only"].filter(Boolean).join(" ");
}

function Inside({ icon: Icon, iconOnly, children }: Look) {
  return (
    <>
      {Icon && <Icon class="icon" aria-hidden="true" />}
      <span class={iconOnly ? "visually-hidden" : "button-text"}>{children}</span>
    </>
  );
}

type ButtonProps = Look & { busy?: boolean | undefined } & Omit<
    JSX.IntrinsicElements["button"],
    "icon" | "class" | "children"
  >;

export function Button({ kind, icon, small, iconOnly, children, busy, onClick, ...rest }: ButtonProps) {
  const look = { kind, small, iconOnly, children, icon: busy ? LoaderCircle : icon };
  return (
    <button
      type="button"
      title={iconOnly && typeof children === "string" ? children : undefined}
      {...rest}
      class={busy ? `${classes(look)} busy` : classes(look)}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={
        busy
          ? (event) => {
              event.preventDefault();
            }
          : onClick
      }
    >
      <Inside {...look} />
    </button>
  );
}

type LinkButtonProps = Look & { href: string } & Omit<
    JSX.IntrinsicElements["a"],
    "icon" | "class" | "children"
  >;

/** A link that looks like a button, for going somewhere. */
export function LinkButton({ kind, icon, small, iconOnly, children, ...rest }: LinkButtonProps) {
  const look = { kind, icon, small, iconOnly, children };
  return (
    <a
      title={iconOnly && typeof children === "string" ? children : undefined}
      {...rest}
      class={classes(look)}
    >
      <Inside {...look} />
    </a>
  );
}
