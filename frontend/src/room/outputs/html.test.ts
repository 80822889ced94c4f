// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { nameHeaders } from "./html.ts";

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
