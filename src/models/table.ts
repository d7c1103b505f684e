// Draws a table with box characters, laid out as the tables that Keras prints.

/** A column: its heading, its share of the width and where text stands. */
export interface Column {
  readonly title: string;
  /** Where the column ends, as a part of the whole width. */
  readonly end: number;
  readonly align: 'left' | 'right' | 'center';
}

/** Widths of the columns with their padding: Keras's positions, shrunk evenly to fit the line. */
function columnWidths(columns: readonly Column[], lineLength: number): number[] {
  let start = 0;
  const widths = columns.map(({ end }) => {
    const width = Math.floor(end * lineLength) - start;
    start += width;
    return width + 2;
  });
  let excess = widths.reduce((sum, width) => sum + width, columns.length + 1) - lineLength;
  return widths.map((width, index) => {
    const share = roundHalfEven(excess / (widths.length - index));
    excess -= share;
    return Math.max(3, width - share);
  });
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** What is too long ends in an ellipsis. */
function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** The text in lines of at most `width`, broken at spaces; longer words are cut off. */
function wrap(text: string, width: number): string[] {
  const indent = text.length - text.trimStart().length;
  const lines: string[] = [];
  let line = '';
  for (const [index, word] of text.trimStart().split(' ').entries()) {
    const piece = index === 0 ? `${' '.repeat(indent)}${word}` : word;
    const joined = index === 0 ? piece : `${line} ${piece}`;
    if (index === 0 || joined.length <= width) {
      line = joined;
      continue;
    }
    lines.push(line);
    line = piece;
  }
  return [...lines, line].map((one) => shortened(one, width));
}

function pad(text: string, width: number, align: Column['align']): string {
  if (align === 'left') return text.padEnd(width);
  if (align === 'right') return text.padStart(width);
  return text.padStart(Math.floor((width + text.length) / 2)).padEnd(width);
}

function rule(widths: readonly number[], left: string, dash: string, mid: string, right: string) {
  return left + widths.map((width) => dash.repeat(width)).join(mid) + right;
}

function drawRow(
  cells: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
  bar: string,
): string[] {
  const wrapped = cells.map((cell, index) => wrap(cell, (widths[index] ?? 3) - 2));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = wrapped.map((lines, index) => {
      const width = (widths[index] ?? 3) - 2;
      return ` ${pad(lines[line] ?? '', width, columns[index]?.align ?? 'left')} `;
    });
    return bar + parts.join(bar) + bar;
  });
}

/** The lines of a table. */
export function drawTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  lineLength: number,
): string[] {
  const widths = columnWidths(columns, lineLength);
  const titles = columns.map(({ title }, index) => shortened(title, (widths[index] ?? 3) - 2));
  const lines = [
    rule(widths, '┏', '━', '┳', '┓'),
    ...drawRow(titles, columns, widths, '┃'),
    rule(widths, '┡', '━', '╇', '┩'),
  ];
  for (const [index, row] of rows.entries()) {
    if (index > 0) lines.push(rule(widths, '├', '─', '┼', '┤'));
    lines.push(...drawRow(row, columns, widths, '│'));
  }
  lines.push(rule(widths, '└', '─', '┴', '┘'));
  return lines;
}
