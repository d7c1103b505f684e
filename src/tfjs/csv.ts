// tf.data.csv: tables of text as datasets of records.
import { ArgumentError, FormatError } from '../index.js';
import { Dataset } from './dataset.js';

/** How a column is read. */
export interface ColumnConfig {
  /** Whether an empty cell is an error. */
  readonly required?: boolean | undefined;
  /** What an empty cell means; undefined by default. */
  readonly default?: Cell | undefined;
  /** Numbers where they look like numbers, unless said. */
  readonly dtype?: 'float32' | 'int32' | 'bool' | 'string' | undefined;
  /** Whether the column is a target: records are then { xs, ys }. */
  readonly isLabel?: boolean | undefined;
}

/** How a table is read. */
export interface CsvConfig {
  /** Whether the first row names the columns; true by default. */
  readonly hasHeader?: boolean | undefined;
  /** Names of the columns, instead of those in the first row. */
  readonly columnNames?: readonly string[] | undefined;
  readonly columnConfigs?: Readonly<Record<string, ColumnConfig>> | undefined;
  /** Whether only columns of `columnConfigs` are read. */
  readonly configuredColumnsOnly?: boolean | undefined;
  /** `,` by default. */
  readonly delimiter?: string | undefined;
  /** Whether spaces, rather than one delimiter, part the cells. */
  readonly delimWhitespace?: boolean | undefined;
}

/** What a cell holds. */
export type Cell = number | string | boolean;
/** One row by the names of its columns. */
export type Row = Readonly<Record<string, Cell | undefined>>;

/** The cells of one line. Cells in quotes may hold delimiters; two quotes stand for one. */
function cellsOf(line: string, { delimiter = ',', delimWhitespace = false }: CsvConfig): string[] {
  if (delimWhitespace) return line.trim().split(/\s+/);
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === '"') {
      if (isQuoted && line.charAt(at + 1) === '"') cell += line.charAt(at++);
      else isQuoted = !isQuoted;
    } else if (character === delimiter && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += character;
  }
  return [...cells, cell];
}

/** The lines of a text; line ends within quotes stay. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (const part of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const last = lines.at(-1);
    const isOpen = last !== undefined && (last.split('"').length - 1) % 2 === 1;
    if (isOpen) lines[lines.length - 1] = `${last}\n${part}`;
    else lines.push(part);
  }
  return lines.filter((line) => line.trim() !== '');
}

function valueOf(name: string, cell: string, config: ColumnConfig): Cell | undefined {
  const text = cell.trim();
  if (text === '') {
    if (config.default !== undefined) return config.default;
    if (config.required !== true) return undefined;
    throw new FormatError({
      where: 'csv',
      what: `the column "${name}" has an empty cell`,
      expected: 'a value in every row, since the column is required',
      fix: 'fill the cell, or give the column a default',
    });
  }
  const number = Number(text);
  switch (config.dtype) {
    case 'string':
      return text;
    case 'bool':
      return text === '1' || text.toLowerCase() === 'true' ? 1 : 0;
    case 'int32':
      return Math.floor(number);
    case 'float32':
      return number;
    default:
      return Number.isNaN(number) ? text : number;
  }
}

/** Where a table comes from: an address, the text itself, or a file that a user chose. */
export type CsvSource = string | Blob;

async function textOf(source: CsvSource): Promise<string> {
  if (typeof source !== 'string') return source.text();
  if (/[\r\n]/.test(source)) return source;
  const response = await fetch(source);
  if (response.ok) return response.text();
  throw new FormatError({
    where: 'csv',
    what: 'the address gave no table',
    expected: 'an answer with status 200',
    received: `${response.status} from ${source.slice(0, 200)}`,
    fix: 'check the address',
  });
}

/** A table, row by row. */
export class CSVDataset extends Dataset<Row | { readonly xs: Row; readonly ys: Row }> {
  readonly #source: CsvSource;
  readonly #config: CsvConfig;

  constructor(source: CsvSource, config: CsvConfig = {}) {
    super(() => readRows(source, config));
    this.#source = source;
    this.#config = config;
  }

  /** The names of the columns that are read. */
  async columnNames(): Promise<string[]> {
    return columnsOf(linesOf(await textOf(this.#source)), this.#config).used;
  }
}

interface Columns {
  readonly all: readonly string[];
  readonly used: string[];
}

function columnsOf(lines: readonly string[], config: CsvConfig): Columns {
  const { hasHeader = true, columnNames, columnConfigs = {} } = config;
  const first = lines[0] === undefined ? [] : cellsOf(lines[0], config);
  const all = columnNames ?? (hasHeader ? first.map((name) => name.trim()) : undefined);
  if (all === undefined) {
    throw new ArgumentError({
      where: 'csv',
      what: 'the columns have no names',
      expected: 'columnNames where hasHeader is false',
      fix: 'give columnNames',
    });
  }
  const missing = Object.keys(columnConfigs).find((name) => !all.includes(name));
  if (missing !== undefined) {
    throw new ArgumentError({
      where: 'csv',
      what: `there is no column "${missing}"`,
      expected: all.join(', '),
      received: `a config for "${missing}"`,
      fix: 'correct the name',
    });
  }
  const isUsed = (name: string): boolean =>
    config.configuredColumnsOnly !== true || columnConfigs[name] !== undefined;
  return { all, used: all.filter(isUsed) };
}

async function* readRows(
  source: CsvSource,
  config: CsvConfig,
): AsyncGenerator<Row | { readonly xs: Row; readonly ys: Row }> {
  const { hasHeader = true, columnConfigs = {} } = config;
  const lines = linesOf(await textOf(source));
  const { all, used } = columnsOf(lines, config);
  const isLabel = (name: string): boolean => columnConfigs[name]?.isLabel === true;
  const hasLabels = used.some(isLabel);
  for (const [index, line] of lines.entries()) {
    if (index === 0 && hasHeader) continue;
    const cells = cellsOf(line, config);
    if (cells.length !== all.length) {
      throw new FormatError({
        where: 'csv',
        what: `row ${index + 1} has another number of cells`,
        expected: String(all.length),
        received: `${cells.length}: ${line.slice(0, 80)}`,
        fix: 'correct the row, or set the delimiter',
      });
    }
    const entries = all.flatMap((name, column): [string, Cell | undefined][] =>
      used.includes(name)
        ? [[name, valueOf(name, cells[column] ?? '', columnConfigs[name] ?? {})]]
        : [],
    );
    const part = (wantsLabels: boolean): Row =>
      Object.fromEntries(entries.filter(([name]) => isLabel(name) === wantsLabels));
    yield hasLabels ? { xs: part(false), ys: part(true) } : Object.fromEntries(entries);
  }
}

/**
 * A table of text: an address, the text itself, or a file. Columns marked `isLabel` become `ys`.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const table = tf.data.csv('a,b\n1,2\n3,4\n', { columnConfigs: { b: { isLabel: true } } });
 * console.log(await table.toArray()); // [ { xs: { a: 1 }, ys: { b: 2 } }, { xs: { a: 3 }, ys: { b: 4 } } ]
 * ```
 */
export function csv(source: CsvSource, config: CsvConfig = {}): CSVDataset {
  return new CSVDataset(source, config);
}
