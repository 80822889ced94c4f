// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { alignColumns, cutRows, nameHeaders } from "./html.ts";

it("names a table and its headers, and leaves no header without a word", () => {
  const template = document.createElement("template");
  template.innerHTML =
    '<table border="1"><thead><tr><th></th><th>city</th></tr></thead>' +
    "<tbody><tr><th>0</th><td>Aveling</td></tr></tbody></table>";
  nameHeaders(template.content, "Cell 2");
  expect(template.innerHTML).toBe(
    '<table aria-label="Table of Cell 2"><thead><tr><td></td><th scope="col">city</th></tr></thead>' +
      '<tbody><tr><th scope="row">0</th><td>Aveling</td></tr></tbody></table>',
  );
});

it("cuts a long table, and tells how long it is", () => {
  const row = "<tr><td>1</td></tr>";
  expect(cutRows(`<table>${row.repeat(5)}</table>`, 2)).toEqual({
    html: `<table>${row}<tr><td>1</td>`,
    rows: 5,
  });
  expect(cutRows(`<table>${row}</table>`, 2)).toEqual({ html: `<table>${row}</table>`, rows: 1 });
});

it("puts what is no number on the left of its column", () => {
  const table = (rows: string[][]) => {
    const template = document.createElement("template");
    const cells = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
    template.innerHTML = `<table><tbody>${cells.join("")}</tbody></table>`;
    alignColumns(template.content);
    return [...template.content.querySelectorAll("tr:first-child td")].map((cell) => cell.className);
  };
  const numbers = ["1", "-2.50", "1e-05", "NaN", "1,204", "12%", "...", ""];
  expect(table(numbers.map((cell) => [cell, "Aveling"]))).toEqual(["", "text"]);
  expect(table([["1"], ["2 km"]])).toEqual(["text"]);
});
