// From a text to its tokens: clean, split, join neighbours. Plain functions of strings.
import { ArgumentError } from '../../../core/errors.js';
import { at } from '../../../core/sequence.js';
import { nameAmong } from '../../../core/spelling.js';
import { isList } from '../../../core/tree.js';

/** The ASCII punctuation that is taken out. */
const PUNCTUATION = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g;
/** White space of ASCII; other spaces do not part words. */
const SPACES = /[ \t\n\v\f\r]+/;

/** Lower case for the letters A to Z alone, as in Keras, whose `lower` leaves others as they are. */
function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function strip(text: string): string {
  return text.replace(PUNCTUATION, '');
}

type NamedFunction<T> = readonly [keras: string, run: (text: string) => T];

const STANDARDIZERS: readonly NamedFunction<string>[] = [
  ['lower_and_strip_punctuation', (text) => strip(lower(text))],
  ['lower', lower],
  ['strip_punctuation', strip],
];

const SPLITTERS: readonly NamedFunction<readonly string[]>[] = [
  ['whitespace', (text) => text.split(SPACES).filter((word) => word !== '')],
  ['character', (text) => Array.from(text)],
];

function named<T>(
  kind: string,
  name: string,
  known: readonly NamedFunction<T>[],
): NamedFunction<T> {
  const names = known.map(([keras]) => keras);
  return at(known, names.indexOf(nameAmong(kind, name, names, 'TextVectorization')));
}

/** How texts are cleaned. */
export type Standardize =
  | 'lowerAndStripPunctuation'
  | 'lower'
  | 'stripPunctuation'
  | 'lower_and_strip_punctuation'
  | 'strip_punctuation'
  | ((text: string) => string);

/** How texts become tokens. */
export type Split = 'whitespace' | 'character' | ((text: string) => readonly string[]);

/** The name in Keras's spelling; functions stay. */
export function standardizeName(given: Standardize): Standardize {
  if (typeof given !== 'string') return given;
  return named('way to standardize', given, STANDARDIZERS)[0] as Standardize;
}

/** The function that `given` is or names. */
export function standardizer(given: Standardize | null): (text: string) => string {
  if (given === null) return (text) => text;
  return typeof given === 'string' ? named('way to standardize', given, STANDARDIZERS)[1] : given;
}

/** The function that `given` is or names. */
export function splitter(given: Split): (text: string) => readonly string[] {
  return typeof given === 'string' ? named('way to split', given, SPLITTERS)[1] : given;
}

/** The widths that an option means: a number stands for 1 up to it; none for null. */
export function ngramWidths(ngrams: number | readonly number[] | null): readonly number[] {
  if (ngrams === null) return [];
  const widths = isList(ngrams) ? ngrams : Array.from({ length: ngrams }, (_, index) => index + 1);
  if (widths.length > 0 && widths.every((width) => Number.isInteger(width) && width > 0)) {
    return widths;
  }
  throw new ArgumentError({
    where: 'TextVectorization',
    what: 'ngrams are widths of at least 1',
    expected: 'a whole number, or a list of them',
    received: JSON.stringify(ngrams),
    fix: 'write ngrams: 2',
  });
}

/** All runs of neighbours, joined by spaces: those of the first width, then of the next. */
export function withNgrams(
  tokens: readonly string[],
  widths: readonly number[],
): readonly string[] {
  if (widths.length === 0) return tokens;
  return widths.flatMap((width) =>
    Array.from({ length: Math.max(tokens.length - width + 1, 0) }, (_, start) =>
      tokens.slice(start, start + width).join(' '),
    ),
  );
}
