// Rows and columns with a caption; it scrolls by itself, with the keyboard too, where the page is narrow.
import type { ComponentChildren } from "preact";
import "./table.css";

interface TableProps {
  caption: string;
  head: string[];
  rows: ComponentChildren[][];
  /** Columns, counted from 0, that hold numbers. */
  numeric?: number[];
  /** Where the page is narrow each row becomes a block, for cells that hold sentences. */
  stacks?: boolean;
}

export function Table({ caption, head, rows, numeric = [], stacks = false }: TableProps) {
  const kind = (column: number) => (numeric.includes(column) ? "numeric" : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section class="table-scroll" tabIndex={0} aria-label={caption}>
      <table class={stacks ? "table stacks" : "table"}>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {head.map((words, column) => (
              <th key={words} scope="col" class={kind(column)}>
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} class={kind(column)} data-head={stacks ? head[column] : undefined}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
