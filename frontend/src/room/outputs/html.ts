// HTML that a run made is hostile: it is purified and shown inside a shadow root, where it can load and run nothing.

import DOMPurify from "dompurify";

const DATA_IMAGE = /^data:image\/(?:png|jpeg|gif);/i;

const purifier = DOMPurify();
// DOMPurify lets any data: address through on some elements whatever the pattern says, so addresses are checked here too.
purifier.addHook("uponSanitizeAttribute", (_node, data) => {
  const isAddress = ["src", "href", "xlink:href", "action", "background", "poster", "srcset"].includes(
    data.attrName,
  );
  if (isAddress && !DATA_IMAGE.test(data.attrValue.trim())) {
    data.keepAttr = false;
  }
});

export function purify(html: string): DocumentFragment {
  // pandas sends a style element with every table: parsing it would only fill the console with policy reports.
  return purifier.sanitize(html.replace(/<style[\s\S]*?<\/style>/gi, ""), {
    RETURN_DOM_FRAGMENT: true,
    USE_PROFILES: { html: true },
    FORBID_TAGS: [
      "style",
      "form",
      "input",
      "button",
      "select",
      "textarea",
      "iframe",
      "meta",
      "link",
      "dialog",
      "audio",
      "video",
    ],
    FORBID_ATTR: ["style", "class", "id", "name", "target", "ping", "popover", "autofocus"],
    ALLOWED_URI_REGEXP: DATA_IMAGE,
    ALLOW_DATA_ATTR: false,
  });
}

/** Where a table's HTML ends if it ends after so many rows, and how many it has; purifying all of many would freeze the page. */
export function cutRows(html: string, most: number): { html: string; rows: number } {
  let [rows, end] = [0, html.length];
  for (const { index } of html.matchAll(/<\/tr\s*>/gi)) {
    rows += 1;
    if (rows === most) {
      end = index;
    }
  }
  return { html: html.slice(0, end), rows };
}

let sheet: CSSStyleSheet | null = null;

/** Colours come from the page: custom properties reach into a shadow root. */
const STYLE = `
  :host { display: block; contain: content; overflow: auto; max-height: 30rem; color: var(--text); }
  table { border-collapse: separate; border-spacing: 0; font: 0.8125rem/1.25rem var(--mono); font-variant-numeric: tabular-nums; }
  th, td { padding: 3px 10px; text-align: right; white-space: pre; max-width: 36ch; overflow: hidden; text-overflow: ellipsis; }
  thead :is(th, td) { position: sticky; top: 0; background: var(--surface-raised); border-bottom: 1px solid var(--line-strong); font-weight: 600; }
  td.text, th.text { text-align: left; }
  tbody th { color: var(--text-quiet); font-weight: 500; }
  tbody tr:nth-child(even) { background: var(--surface-sunken); }
  tbody tr:hover { background: var(--surface-hover); }
  p { margin: 6px 0 0; color: var(--text-quiet); font: var(--small); }
  img { max-width: 100%; }
`;

/** Tables as pandas writes them, made readable by ear: what each header is for, and no header without a word. */
export function nameHeaders(content: DocumentFragment, about: string): void {
  for (const table of content.querySelectorAll("table")) {
    if (table.caption === null && !table.hasAttribute("aria-label")) {
      table.setAttribute("aria-label", `Table of ${about}`);
    }
    table.removeAttribute("border");
    for (const header of table.querySelectorAll("th")) {
      if (header.textContent?.trim() === "") {
        const cell = document.createElement("td");
        for (const { name, value } of header.attributes) {
          cell.setAttribute(name, value);
        }
        header.replaceWith(cell);
      } else {
        header.scope = header.closest("thead") === null ? "row" : "col";
      }
    }
  }
}

const NUMBER = /^[+\-−]?(?:[\d,_]*\.?\d+(?:e[+-]?\d+)?j?%?|inf|nan|NaN|NaT|None|<NA>)$/;
/** So many rows tell what a column holds. */
const ROWS_LOOKED_AT = 50;

/** Numbers stand under each other by their last digit; what holds other text begins where its header does. */
export function alignColumns(content: DocumentFragment): void {
  for (const table of content.querySelectorAll("table")) {
    const rows = [...table.rows];
    const bodies = rows.filter((row) => row.closest("thead") === null);
    const columns = Math.max(0, ...bodies.slice(0, ROWS_LOOKED_AT).map((row) => row.cells.length));
    // Cells over several rows or columns would shift the count; then all stays on the right, as pandas has it.
    if (table.querySelector("[rowspan], [colspan]") !== null) {
      continue;
    }
    for (let column = 0; column < columns; column++) {
      const sample = bodies.slice(0, ROWS_LOOKED_AT).map((row) => row.cells[column]);
      const isText = sample.some((cell) => {
        const words = cell?.textContent?.trim() ?? "";
        return cell?.tagName === "TD" && words !== "" && words !== "..." && !NUMBER.test(words);
      });
      if (isText) {
        for (const row of rows) {
          row.cells[column]?.classList.add("text");
        }
      }
    }
  }
}

export function showHtml(host: HTMLElement, html: string, about: string): void {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
  }
  root.adoptedStyleSheets = [sheet];
  const content = purify(html);
  nameHeaders(content, about);
  alignColumns(content);
  for (const image of content.querySelectorAll("img")) {
    if (image.hasAttribute("src")) {
      image.alt ||= "A picture without a description";
    } else {
      image.remove();
    }
  }
  root.replaceChildren(content);
}
