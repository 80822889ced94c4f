// The link that brought this tab here. It leaves the address bar, and a reload must not lose it.

import { takeFragment } from "../core/router.ts";

const KEPT = "liveroom.link";

export function takeLink(): string {
  const fresh = takeFragment();
  if (fresh) sessionStorage.setItem(KEPT, fresh);
  return fresh || keptLink();
}

/** Empty where this tab came by no link. */
export function keptLink(): string {
  return sessionStorage.getItem(KEPT) ?? "";
}
