// F6 goes through the panels in the order in which they stand.

/** The name of the panel after (or before) the one with the focus. On a phone hidden panels count too: they are shown. */
export function cyclePanels(root: HTMLElement | null, by: 1 | -1, hiddenToo: boolean): string | null {
  const panels = [...(root?.querySelectorAll<HTMLElement>("[data-panel]") ?? [])].filter(
    (panel) => !panel.inert && (hiddenToo || panel.offsetParent !== null),
  );
  const now = panels.findIndex((panel) => panel.contains(document.activeElement));
  const next = panels.at((now < 0 && by < 0 ? 0 : now + by) % panels.length);
  return next?.dataset["panel"] ?? null;
}

export function focusPanel(root: HTMLElement | null, name: string): void {
  const panel = root?.querySelector<HTMLElement>(`[data-panel="${name}"]`);
  (panel?.querySelector<HTMLElement>(".cm-content, .plain-editor") ?? panel)?.focus();
}
