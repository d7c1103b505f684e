// CSVLogger: one line of a file for each epoch, as Python's csv module writes it. Node only.
import {
  type KnownOptions,
  type OptionNames,
  requireOptions,
  requireText,
} from '../core/arguments.js';
import { Callback, type Logs } from './callback.js';
import { type LogValue, numbersIn } from './log-values.js';
import { shortest, shortestSingle } from './number-text.js';

async function files() {
  const { importFiles } = await import('../files/node-modules.js');
  return importFiles();
}

/** A value as Keras writes it: several numbers in brackets and in quotes of their own. */
function cell(value: LogValue): string {
  if (typeof value === 'number') return shortest(value);
  return `"[${numbersIn(value).map(shortestSingle).join(', ')}]"`;
}

/** Options of {@link CSVLogger}. */
export interface CSVLoggerOptions {
  readonly filename: string;
  /** Default a comma. */
  readonly separator?: string;
  /** Add to a file that is there; default false. */
  readonly append?: boolean;
}

/**
 * Writes the logs of each epoch into a file: columns `epoch` and the sorted names. Values that are
 * missing are `NA`, several numbers of one metric are one cell; where the first epoch has no validation, columns for it are reserved.
 *
 * @example
 * ```ts
 * import { callbacks } from 'keratin';
 * const log = new callbacks.CSVLogger({ filename: 'training.csv' });
 * ```
 */
export class CSVLogger extends Callback {
  static override readonly optionNames: KnownOptions = {
    filename: true,
    separator: true,
    append: true,
  } satisfies OptionNames<CSVLoggerOptions>;
  readonly skipInFastDevRun = true;
  readonly #filename: string;
  readonly #separator: string;
  readonly #append: boolean;
  #keys: readonly string[] | undefined;
  #needsHeader = true;

  constructor(options: CSVLoggerOptions | string) {
    super(typeof options === 'string' ? {} : options);
    const settings = typeof options === 'string' ? { filename: options } : options;
    requireOptions('CSVLogger', 'filename', settings);
    requireText('CSVLogger', 'filename', settings.filename);
    this.#filename = settings.filename;
    this.#separator = settings.separator ?? ',';
    this.#append = settings.append ?? false;
  }

  async onTrainBegin(): Promise<void> {
    const { readFile, writeFile } = await files();
    this.#keys = undefined;
    this.#needsHeader = true;
    if (!this.#append) {
      await writeFile(this.#filename, '');
      return;
    }
    const before = await readFile(this.#filename, 'utf8').catch(() => '');
    this.#needsHeader = before === '';
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { appendFile } = await files();
    const keys = this.#columns(logs);
    const values = keys.map((key) => {
      const value = logs[key];
      return value === undefined ? 'NA' : cell(value);
    });
    const header = this.#needsHeader ? this.#line(['epoch', ...keys]) : '';
    this.#needsHeader = false;
    await appendFile(this.#filename, `${header}${this.#line([String(epoch), ...values])}`);
  }

  #columns(logs: Logs): readonly string[] {
    if (this.#keys !== undefined) return this.#keys;
    const found = Object.keys(logs).sort();
    const isValidated = found.some((key) => key.startsWith('val_'));
    this.#keys = isValidated ? found : [...found, ...found.map((key) => `val_${key}`)];
    return this.#keys;
  }

  /** Cells that hold the separator, quotes or line ends are quoted. */
  #line(cells: readonly string[]): string {
    const special = new RegExp(`["\\r\\n${this.#separator.replace(/[\\\]^-]/g, '\\$&')}]`);
    const quoted = cells.map((cell) =>
      special.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
    );
    return `${quoted.join(this.#separator)}\r\n`;
  }
}
