// IMDB (Maas and others 2011) and Reuters: reviews and news as lists of word numbers.
import { currentEngine } from '../core/engine.js';
import { ArgumentError, FormatError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { numpyShuffler } from '../data/folders/numpy-shuffle.js';
import { readNodeFile } from '../files/node-files.js';
import { listsNamed, numbersNamed, readNpz } from '../files/npy.js';
import { type DataSetOptions, fetched, type KerasFile, trainCount } from './keras-files.js';

const IMDB = {
  name: 'imdb.npz',
  hash: '69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f',
};
const IMDB_WORDS = { name: 'imdb_word_index.json', hash: 'bfafd718b763782e994055a2d397834f' };
const REUTERS = {
  name: 'reuters.npz',
  hash: 'd6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916',
};
const REUTERS_WORDS = { name: 'reuters_word_index.json', hash: '4d44cc38712099c9e383dc6e5f11a921' };

/** Options of the data sets of words; the defaults are Keras's. */
export interface WordsOptions extends DataSetOptions {
  /** Words from this number on (the rarer ones) count as unknown; default none. */
  readonly numWords?: number | null;
  /** Words below this number (the most frequent ones) count as unknown; default 0. */
  readonly skipTop?: number;
  /** Texts of this many words and more are left out; default none. */
  readonly maxlen?: number | null;
  /** Seed of the order; default 113. */
  readonly seed?: number;
  /** The number before each text; default 1. null puts none there. */
  readonly startChar?: number | null;
  /** The number of unknown words; default 2. null takes them out. */
  readonly oovChar?: number | null;
  /** What is added to all word numbers; default 3. */
  readonly indexFrom?: number;
}

/** Texts as lists of word numbers: `data.padSequences` makes a tensor of them. Labels are `[texts]`, int32. */
export interface WordsPart {
  readonly x: readonly (readonly number[])[];
  readonly y: Tensor;
}

/** Texts to train on and to test on. */
export interface WordsData {
  readonly train: WordsPart;
  readonly test: WordsPart;
}

interface Texts {
  readonly x: readonly (readonly number[])[];
  readonly y: ArrayLike<number>;
}

function mixed({ x, y }: Texts, order: Uint32Array): Texts {
  const rows = [...order];
  return { x: rows.map((row) => x[row] ?? []), y: rows.map((row) => y[row] ?? 0) };
}

/** Word numbers moved up and begun, and texts that are too long left out. */
function begun({ x, y }: Texts, options: WordsOptions): Texts {
  const { startChar = 1, indexFrom = 3, maxlen = null } = options;
  const start = startChar === null ? [] : [startChar];
  const all = x.map((words) => [...start, ...words.map((word) => word + indexFrom)]);
  if (maxlen === null || maxlen === 0) return { x: all, y };
  const rows = [...all.keys()].filter((row) => (all[row]?.length ?? 0) < maxlen);
  return { x: rows.map((row) => all[row] ?? []), y: rows.map((row) => y[row] ?? 0) };
}

/** Unknown words replaced or taken out, in all texts alike. */
function known(x: Texts['x'], options: WordsOptions): number[][] {
  const { skipTop = 0, oovChar = 2 } = options;
  const largest = () => x.reduce((most, words) => words.reduce((a, b) => Math.max(a, b), most), 0);
  const limit = options.numWords || largest();
  const isKnown = (word: number): boolean => word >= skipTop && word < limit;
  return oovChar === null
    ? x.map((words) => words.filter(isKnown))
    : x.map((words) => words.map((word) => (isKnown(word) ? word : oovChar)));
}

function partOf(x: Texts['x'], y: ArrayLike<number>): WordsPart {
  return { x, y: currentEngine().write({ shape: [x.length], dtype: 'int32' }, y) };
}

function requireTexts(where: string, count: number, maxlen: number | null | undefined): void {
  if (count > 0) return;
  throw new ArgumentError({
    where,
    what: 'no text is short enough',
    expected: 'texts below maxlen',
    received: `maxlen ${maxlen}`,
    fix: 'raise maxlen',
  });
}

/**
 * IMDB: 25,000 reviews of films to train on and 25,000 to test on, as lists of word numbers (1 is the
 * most frequent word, before `indexFrom` is added), labels 0 (bad) and 1 (good). Order, cuts and unknown
 * words are those of Keras, with its trap: without `numWords`, the rarest word counts as unknown.
 * Fetched from Keras's address once. Node only.
 *
 * @throws StateError where the file cannot be fetched; FormatError where it is another one.
 * @example
 * ```ts no-run
 * // Not run by the tests: it needs the network.
 * import { data, datasets } from 'keratin';
 * const { train } = await datasets.imdb({ numWords: 10000 });
 * const x = await data.padSequences(train.x, { maxlen: 200 });
 * console.log(x.shape); // [ 25000, 200 ]
 * ```
 */
export async function imdb(options: WordsOptions = {}): Promise<WordsData> {
  const path = await fetched(IMDB, options);
  const arrays = await readNpz(path);
  const shuffle = numpyShuffler(options.seed ?? 113);
  const part = (name: string): Texts => {
    const x = listsNamed(path, arrays, `x_${name}`);
    const texts = { x, y: numbersNamed(path, arrays, `y_${name}`).values };
    const kept = begun(mixed(texts, shuffle(x.length)), options);
    requireTexts('imdb', kept.x.length, options.maxlen);
    return kept;
  };
  const [train, test] = [part('train'), part('test')];
  const x = known([...train.x, ...test.x], options);
  return {
    train: partOf(x.slice(0, train.x.length), train.y),
    test: partOf(x.slice(train.x.length), test.y),
  };
}

/** Options of {@link reuters}. */
export interface ReutersOptions extends WordsOptions {
  /** The part kept for testing; default 0.2. */
  readonly testSplit?: number;
}

/**
 * Reuters: 11,228 news as lists of word numbers, and their topics from 0 to 45; as {@link imdb}.
 *
 * @throws StateError where the file cannot be fetched; FormatError where it is another one.
 * @example
 * ```ts no-run
 * // Not run by the tests: it needs the network.
 * import { datasets } from 'keratin';
 * const { train, test } = await datasets.reuters();
 * console.log(train.x.length, test.x.length); // 8982 2246
 * ```
 */
export async function reuters(options: ReutersOptions = {}): Promise<WordsData> {
  const { testSplit = 0.2, seed = 113 } = options;
  trainCount('reuters', 0, testSplit);
  const path = await fetched(REUTERS, options);
  const arrays = await readNpz(path);
  const x = listsNamed(path, arrays, 'x');
  const texts = { x, y: numbersNamed(path, arrays, 'y').values };
  const kept = begun(mixed(texts, numpyShuffler(seed)(x.length)), options);
  requireTexts('reuters', kept.x.length, options.maxlen);
  const words = known(kept.x, options);
  const labels = Array.from(kept.y);
  const cut = trainCount('reuters', words.length, testSplit);
  return {
    train: partOf(words.slice(0, cut), labels.slice(0, cut)),
    test: partOf(words.slice(cut), labels.slice(cut)),
  };
}

async function wordIndex(
  file: KerasFile,
  options: DataSetOptions,
): Promise<ReadonlyMap<string, number>> {
  const path = await fetched(file, options);
  const content: unknown = JSON.parse(new TextDecoder().decode(await readNodeFile(path)));
  const entries = Object.entries(typeof content === 'object' && content !== null ? content : {});
  const numbers = entries.filter((entry): entry is [string, number] => Number.isInteger(entry[1]));
  if (entries.length > 0 && numbers.length === entries.length) return new Map(numbers);
  throw new FormatError({
    where: path,
    what: 'the file does not hold word numbers',
    fix: 'delete it, so that it is fetched again',
  });
}

/**
 * Word -> number for {@link imdb}, before `indexFrom` is added.
 *
 * @throws StateError where the file cannot be fetched; FormatError where it is another one.
 * @example
 * ```ts no-run
 * // Not run by the tests: it needs the network.
 * import { datasets } from 'keratin';
 * console.log((await datasets.imdbWordIndex()).get('the')); // 1
 * ```
 */
export function imdbWordIndex(options: DataSetOptions = {}): Promise<ReadonlyMap<string, number>> {
  return wordIndex(IMDB_WORDS, options);
}

/**
 * Word -> number for {@link reuters}, before `indexFrom` is added.
 *
 * @throws StateError where the file cannot be fetched; FormatError where it is another one.
 * @example
 * ```ts no-run
 * // Not run by the tests: it needs the network.
 * import { datasets } from 'keratin';
 * console.log((await datasets.reutersWordIndex()).get('the')); // 1
 * ```
 */
export function reutersWordIndex(
  options: DataSetOptions = {},
): Promise<ReadonlyMap<string, number>> {
  return wordIndex(REUTERS_WORDS, options);
}
