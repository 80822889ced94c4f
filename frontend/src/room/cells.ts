// The cells of a file: the text between `# %%` marks (py:percent). Pure, so that replay and tests use it too.

export interface Cell {
  readonly index: number;
  readonly kind: "code" | "markdown";
  readonly title: string;
  /** Where the mark is; 0 for the text before the first mark. */
  readonly from: number;
  /** Where the source begins: after the mark's line. */
  readonly sourceFrom: number;
  /** Where the next mark is, or the text ends. */
  readonly to: number;
  readonly marked: boolean;
}

const MARK = /^#[ \t]*%%(?!%)(.*)$/gm;
const KIND = /\[(markdown|md|raw)\]/i;
const OPTIONS = /\s+[\w-]+=("[^"]*"|'[^']*'|\S+)/g;

/** Every cell in order. Text before the first mark is a cell of its own unless it is blank. */
export function parseCells(text: string): Cell[] {
  const cells: Cell[] = [];
  const add = (from: number, sourceFrom: number, to: number, rest: string | null) => {
    cells.push({
      index: cells.length,
      kind: rest !== null && KIND.test(rest) ? "markdown" : "code",
      title: (rest ?? "").replace(KIND, "").replace(OPTIONS, "").trim(),
      from,
      sourceFrom,
      to,
      marked: rest !== null,
    });
  };
  const marks = [...text.matchAll(MARK)];
  const first = marks[0]?.index ?? text.length;
  if (marks.length === 0 || text.slice(0, first).trim() !== "") {
    add(0, 0, first, null);
  }
  marks.forEach((mark, at) => {
    const lineEnd = mark.index + mark[0].length;
    add(mark.index, Math.min(lineEnd + 1, text.length), marks[at + 1]?.index ?? text.length, mark[1] ?? "");
  });
  return cells;
}

/** The cell that holds a position; a position before the first mark belongs to the first cell. */
export function cellAt(cells: readonly Cell[], position: number): Cell | undefined {
  let found = cells[0];
  for (const cell of cells) {
    if (cell.from > position) {
      break;
    }
    found = cell;
  }
  return found;
}

/** What runs when the cell runs: its lines without the mark and without the blank lines that end it. */
export function sourceOf(text: string, cell: Cell): string {
  return text.slice(cell.sourceFrom, cell.to).replace(/\s+$/, "");
}

/** How people call a cell: its title, or its number. */
export function nameOf(cell: Cell): string {
  return cell.title === "" ? `Cell ${cell.index + 1}` : cell.title;
}
