// How large code is drawn, from 11 to 24 pixels, remembered in this browser.

const KEY = "liveroom.code-size";
const USUAL = 14;

export function changeCodeSize(by: number): void {
  const next = Math.min(24, Math.max(11, kept() + by));
  localStorage.setItem(KEY, String(next));
  applyCodeSize();
}

export function applyCodeSize(): void {
  document.documentElement.style.setProperty("--code-size", `${kept() / 16}rem`);
}

function kept(): number {
  return Number(localStorage.getItem(KEY)) || USUAL;
}
